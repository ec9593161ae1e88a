import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { CardLink } from "@/components/card-link";
import { EmptyState } from "@/components/empty-state";
import { type ShortColumn, ShortTable } from "@/components/short-table";
import { SignedText } from "@/components/signed-text";
import { Skeleton } from "@/components/skeleton";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { formatMoney } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";

/** Symbols in which its results have switched it off. */
function disabledIn({ statistics }: Strategy): string[] {
  return statistics.filter((row) => row.autoDisabled).map((row) => row.symbol);
}

function StateCell({ strategy }: { strategy: Strategy }) {
  const disabled = disabledIn(strategy);
  if (!strategy.enabled) return <Badge>{t("overview:off")}</Badge>;
  if (disabled.length === 0) return <Badge tone="good">{t("overview:on")}</Badge>;
  return <Badge tone="warn">{t("overview:off_in", { symbols: disabled.join(", ") })}</Badge>;
}

function columns(): ShortColumn<Strategy>[] {
  return [
    { header: t("overview:strategy"), cell: (row) => <strong>{words(row.name)}</strong> },
    { header: t("overview:switch"), cell: (row) => <StateCell strategy={row} /> },
    { header: t("overview:trades"), align: "right", cell: (row) => row.trades.toLocaleString("en") },
    {
      header: t("overview:profit"),
      align: "right",
      cell: (row) => (
        <SignedText value={row.totalProfit}>{formatMoney(row.totalProfit, true)}</SignedText>
      ),
    },
  ];
}

export function StrategiesShortCard({ to }: { to: string }) {
  const strategies = useWorld((world) => world.strategies);
  return (
    <Card
      title={t("overview:strategies")}
      aside={<CardLink to={to}>{t("overview:to.strategies")}</CardLink>}
    >
      {!strategies && <Skeleton />}
      {strategies?.length === 0 && (
        <EmptyState title={t("overview:no_strategy")}>{t("overview:no_strategy_hint")}</EmptyState>
      )}
      {strategies && strategies.length > 0 && (
        <ShortTable
          label={t("overview:strategies")}
          columns={columns()}
          rows={strategies}
          rowKey={(row) => row.name}
        />
      )}
    </Card>
  );
}
