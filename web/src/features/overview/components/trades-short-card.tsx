import { Card } from "@/components/card";
import { CardLink } from "@/components/card-link";
import { EmptyState } from "@/components/empty-state";
import { type ShortColumn, ShortTable } from "@/components/short-table";
import { SignedText } from "@/components/signed-text";
import { Skeleton } from "@/components/skeleton";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import { formatMoney, formatPercent } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { formatShort, timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

const SHOWN = 6;

function columns(): ShortColumn<Trade>[] {
  return [
    { header: t("overview:closed"), cell: (row) => formatShort(timestampMs(row.closedAt)) },
    { header: t("overview:symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    { header: t("overview:exit"), wide: true, cell: (row) => labelOf.exitReason(row.exitReason) },
    {
      header: t("overview:profit"),
      align: "right",
      cell: (row) => (
        <SignedText value={row.profit}>
          {`${formatMoney(row.profit, true)} (${formatPercent(row.profitPct, true)})`}
        </SignedText>
      ),
    },
  ];
}

export function TradesShortCard({ to }: { to: string }) {
  const trades = useWorld((world) => world.recentTrades);
  return (
    <Card
      title={t("overview:last_trades")}
      aside={<CardLink to={to}>{t("overview:to.trades")}</CardLink>}
    >
      {!trades && <Skeleton />}
      {trades?.length === 0 && (
        <EmptyState title={t("overview:no_trade")}>{t("overview:no_trade_hint")}</EmptyState>
      )}
      {trades && trades.length > 0 && (
        <ShortTable
          label={t("overview:last_trades")}
          columns={columns()}
          rows={trades.slice(0, SHOWN)}
          rowKey={(row) => String(row.id)}
        />
      )}
    </Card>
  );
}
