import { Card } from "@/components/card";
import { DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Skeleton } from "@/components/skeleton";
import { useWorld } from "@/lib/use-world";
import { positionColumns } from "../position-columns";

export function PositionsCard() {
  const positions = useWorld((world) => world.positions);
  const dataTime = useWorld((world) => world.status?.dataTime);
  return (
    <Card title="Positions" aside={positions && `${positions.length} open`}>
      {positions === undefined && <Skeleton />}
      {positions?.length === 0 && (
        <EmptyState title="No open position">
          One opens when a strategy wants to buy and every risk check passes. Decisions below say
          why or why not.
        </EmptyState>
      )}
      {positions && positions.length > 0 && (
        <DataTable
          label="Open positions"
          columns={positionColumns(dataTime)}
          rows={positions}
          rowKey={(row) => row.symbol}
        />
      )}
    </Card>
  );
}
