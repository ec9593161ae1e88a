import { Card } from "@/components/card";
import { DataTable } from "@/components/data-table";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useWorld } from "@/lib/use-world";
import { positionColumns } from "../position-columns";
import { NoPosition } from "./no-position";

/** For the overview: what is open, without what can be done about it. */
export function PositionsCard() {
  const positions = useWorld((world) => world.positions);
  const dataTime = useWorld((world) => world.status?.dataTime);
  return (
    <Card
      title={t("positions:title")}
      aside={positions && t("positions:open", { count: positions.length })}
    >
      {positions === undefined && <Skeleton />}
      {positions?.length === 0 && <NoPosition />}
      {positions && positions.length > 0 && (
        <DataTable
          label={t("positions:table")}
          columns={positionColumns({ dataTime })}
          rows={positions}
          rowKey={(row) => row.symbol}
        />
      )}
    </Card>
  );
}
