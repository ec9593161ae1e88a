// One decision, stage by stage: market, signals, vote, size, risk.
import { type Column, DataTable } from "@/components/data-table";
import { Badge } from "@/components/badge";
import type { Decision, RiskCheck, StrategySignal } from "@/gen/tradingd/v1/decisions_pb";
import { formatDecimal, formatFigure, formatPrice, formatQuantity } from "@/lib/decimal";
import { labelOf, words } from "@/lib/labels";

const SIGNALS: Column<StrategySignal>[] = [
  {
    header: "Strategy",
    cell: (row) => `${words(row.strategy)}${row.enabled ? "" : " (off, no vote)"}`,
  },
  { header: "Wants", cell: (row) => labelOf.action(row.action) },
  { header: "Confidence", align: "right", cell: (row) => formatFigure(row.confidence) },
  { header: "Weight", align: "right", cell: (row) => formatFigure(row.weight) },
  {
    header: "Because",
    spread: true,
    cell: (row) => (
      <span className="text-muted">
        {words(row.reason)}
        {row.figures.map((each) => ` · ${words(each.name)} ${formatFigure(each.value)}`)}
      </span>
    ),
  },
];

const RISK: Column<RiskCheck>[] = [
  { header: "Check", cell: (row) => words(row.check) },
  {
    header: "Passed",
    cell: (row) => (
      <Badge tone={row.passed ? "good" : "bad"}>{row.passed ? "✓ passed" : "✗ denied"}</Badge>
    ),
  },
  { header: "Value", align: "right", cell: (row) => formatDecimal(row.value, { maxPlaces: 4 }) },
  { header: "Limit", align: "right", cell: (row) => formatDecimal(row.limit, { maxPlaces: 4 }) },
];

export function DecisionDetail({ decision }: { decision: Decision }) {
  const { sizing } = decision;
  return (
    <div className="grid gap-3 py-2 pl-6 max-md:pl-0">
      <p className="text-sm text-muted">
        {labelOf.regime(decision.regime)}, {labelOf.trend(decision.trend).toLowerCase()} · buy{" "}
        {formatFigure(decision.buyWeight)}, sell {formatFigure(decision.sellWeight)}, confidence{" "}
        {formatFigure(decision.confidence)}
      </p>
      {decision.signals.length > 0 && (
        <DataTable
          label={`Signals for ${decision.symbol}`}
          columns={SIGNALS}
          rows={decision.signals}
          rowKey={(row) => row.strategy}
        />
      )}
      {sizing && (
        <p className="text-sm">
          <span className="text-muted">Size </span>
          {formatQuantity(sizing.quantity)} at {formatPrice(sizing.price)}
          <span className="text-muted">
            {" "}
            by {words(sizing.method)}
            {sizing.bound !== "" && `, bound by ${words(sizing.bound)}`}
          </span>
        </p>
      )}
      {decision.risk.length > 0 && (
        <DataTable
          label={`Risk checks for ${decision.symbol}`}
          columns={RISK}
          rows={decision.risk}
          rowKey={(row) => row.check}
        />
      )}
    </div>
  );
}
