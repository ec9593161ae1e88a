import { Badge, type Tone } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import { SignalAction } from "@/gen/tradingd/v1/common_pb";
import type { Decision, StrategySignal } from "@/gen/tradingd/v1/decisions_pb";
import { formatFigure } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { ConfidenceBar } from "./confidence-bar";

const TONE: Partial<Record<SignalAction, Tone>> = {
  [SignalAction.BUY]: "good",
  [SignalAction.SELL]: "bad",
};

function columns(): Column<StrategySignal>[] {
  return [
    {
      header: t("decisions:column.strategy"),
      cell: (row) => (
        <span>
          <strong>{words(row.strategy)}</strong>
          {!row.enabled && <span className="text-muted"> {t("decisions:no_vote")}</span>}
        </span>
      ),
    },
    {
      header: t("decisions:column.wants"),
      cell: (row) => <Badge tone={TONE[row.action] ?? "neutral"}>{labelOf.action(row.action)}</Badge>,
    },
    {
      header: t("decisions:column.confidence"),
      align: "right",
      cell: (row) => <ConfidenceBar value={row.confidence} />,
    },
    { header: t("decisions:column.weight"), align: "right", cell: (row) => formatFigure(row.weight) },
    {
      header: t("decisions:column.because"),
      spread: true,
      cell: (row) => (
        <span className="text-muted">
          {words(row.reason)}
          {row.figures.map((each) => ` · ${words(each.name)} ${formatFigure(each.value)}`)}
        </span>
      ),
    },
  ];
}

export function SignalsTable({ decision }: { decision: Decision }) {
  return (
    <DataTable
      label={t("decisions:signals_of", { symbol: decision.symbol })}
      columns={columns()}
      rows={decision.signals}
      rowKey={(row) => row.strategy}
    />
  );
}
