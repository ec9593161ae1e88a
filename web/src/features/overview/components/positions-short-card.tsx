import { Card } from "@/components/card";
import { CardLink } from "@/components/card-link";
import { EmptyState } from "@/components/empty-state";
import { type ShortColumn, ShortTable } from "@/components/short-table";
import { SignedText } from "@/components/signed-text";
import { Skeleton } from "@/components/skeleton";
import type { Position } from "@/gen/tradingd/v1/positions_pb";
import { formatMoney, formatPercent, formatPrice } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { useWorld } from "@/lib/use-world";

function columns(): ShortColumn<Position>[] {
  return [
    { header: t("overview:symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    {
      header: t("overview:mark"),
      align: "right",
      wide: true,
      cell: (row) => <span className="figure">{formatPrice(row.markPrice)}</span>,
    },
    {
      header: t("overview:stop_distance"),
      align: "right",
      cell: (row) => <span className="figure">{formatPercent(row.stopDistancePct)}</span>,
    },
    {
      header: t("overview:unrealised"),
      align: "right",
      cell: (row) => (
        <SignedText value={row.unrealisedProfit}>
          {`${formatMoney(row.unrealisedProfit, true)} (${formatPercent(row.unrealisedPct, true)})`}
        </SignedText>
      ),
    },
  ];
}

export function PositionsShortCard({ to }: { to: string }) {
  const positions = useWorld((world) => world.positions);
  return (
    <Card
      title={t("overview:positions")}
      aside={<CardLink to={to}>{t("overview:to.positions")}</CardLink>}
    >
      {!positions && <Skeleton />}
      {positions?.length === 0 && (
        <EmptyState title={t("overview:no_position")}>{t("overview:no_position_hint")}</EmptyState>
      )}
      {positions && positions.length > 0 && (
        <ShortTable
          label={t("overview:positions")}
          columns={columns()}
          rows={positions}
          rowKey={(row) => row.symbol}
        />
      )}
    </Card>
  );
}
