import { Card } from "@/components/card";
import { DataTable } from "@/components/data-table";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useWorld } from "@/lib/use-world";
import { lastTradeColumns } from "../trade-columns";
import { NoTrade } from "./no-trade";

const SHOWN = 10;

/** For the overview: the newest trades as the stream tells them. */
export function TradesCard() {
  const trades = useWorld((world) => world.recentTrades);
  const total = useWorld((world) => world.portfolio?.trades);
  const shown = trades?.slice(0, SHOWN);
  const aside =
    shown && t("trades:of", { shown: shown.length, total: String(total ?? shown.length) });
  return (
    <Card title={t("trades:last")} aside={aside}>
      {shown === undefined && <Skeleton />}
      {shown?.length === 0 && <NoTrade />}
      {shown && shown.length > 0 && (
        <DataTable
          label={t("trades:last")}
          columns={lastTradeColumns()}
          rows={shown}
          rowKey={(row) => String(row.id)}
        />
      )}
    </Card>
  );
}
