import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Skeleton } from "@/components/skeleton";
import { type Position, ProtectionPlace } from "@/gen/tradingd/v1/positions_pb";
import { formatPercent, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";

/** "60,270.00 (−2.65 %) trailing". */
function Level({ price, distance, kind = "", none }: { price: string; distance: string; kind?: string; none: string }) {
  if (price === "") return <span className="text-warn">{none}</span>;
  const away = distance === "" ? "" : ` (${formatPercent(distance)})`;
  return (
    <span className="figure">
      {formatPrice(price)}
      {away} {kind}
    </span>
  );
}

function columns(): Column<Position>[] {
  return [
    { header: t("emergency:protection.symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    {
      header: t("emergency:protection.quantity"),
      align: "right",
      cell: (row) => <span className="figure">{formatQuantity(row.quantity)}</span>,
    },
    {
      header: t("emergency:protection.stop"),
      align: "right",
      cell: (row) => (
        <Level
          price={row.stopPrice}
          distance={row.stopDistancePct}
          kind={labelOf.stopKind(row.stopKind)}
          none={t("emergency:protection.no_stop")}
        />
      ),
    },
    {
      header: t("emergency:protection.target"),
      align: "right",
      cell: (row) => (
        <Level
          price={row.targetPrice}
          distance={row.targetDistancePct}
          none={t("emergency:protection.no_target")}
        />
      ),
    },
    {
      header: t("emergency:protection.where"),
      cell: (row) => (
        <Badge tone={row.protection === ProtectionPlace.NONE ? "bad" : "good"}>
          {labelOf.protection(row.protection)}
        </Badge>
      ),
    },
    {
      header: t("emergency:protection.orders"),
      spread: true,
      cell: (row) => (
        <span className="text-xs text-muted">
          {row.protectionOrderIds.length === 0
            ? t("none")
            : row.protectionOrderIds.join(", ")}
        </span>
      ),
    },
  ];
}

/** For each position: its stop and target, how far away, and who holds them. */
export function ProtectionCard() {
  const positions = useWorld((world) => world.positions);
  return (
    <Card title={t("emergency:protection.title")}>
      {!positions && <Skeleton />}
      {positions?.length === 0 && (
        <EmptyState title={t("emergency:protection.none")}>
          {t("emergency:protection.none_hint")}
        </EmptyState>
      )}
      {positions && positions.length > 0 && (
        <DataTable
          label={t("emergency:protection.title")}
          columns={columns()}
          rows={positions}
          rowKey={(row) => row.symbol}
        />
      )}
    </Card>
  );
}
