// What a dangerous action would do, before it is done: the daemon's own plan, line by line.
import type { Plan, PlannedChange, PlannedOrder } from "@/gen/tradingd/v1/plans_pb";
import { NO_VALUE, formatDecimal, formatMoney, formatPercent, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { CancelledOrders } from "./cancelled-orders";
import { type Column, DataTable } from "./data-table";
import { PlanLimits } from "./plan-limits";

function orderColumns(): Column<PlannedOrder>[] {
  return [
    { header: t("plan.symbol"), cell: (row) => <strong>{row.symbol}</strong> },
    { header: t("plan.side"), cell: (row) => labelOf.side(row.side) },
    { header: t("plan.quantity"), align: "right", cell: (row) => formatQuantity(row.quantity) },
    {
      header: t("plan.expected"),
      align: "right",
      cell: (row) =>
        row.resting
          ? `${formatPrice(row.referencePrice)} (${t("plan.resting")})`
          : formatPrice(row.expectedPrice),
    },
    { header: t("plan.value"), align: "right", cell: (row) => formatMoney(row.value) },
    {
      header: t("plan.slippage"),
      align: "right",
      cell: (row) => (row.slippageBps === "" ? "–" : `${formatDecimal(row.slippageBps)} bps`),
    },
    { header: t("plan.fee"), align: "right", cell: (row) => formatMoney(row.fee) },
  ];
}

/** Keys of settings, and what people have named, stay as they are written everywhere else. */
const isKey = (what: string) => what.includes(".");

function whatText(what: string) {
  if (isKey(what)) return <span className="font-mono break-all">{what}</span>;
  const [kind = "", ...about] = what.split(" ");
  return kind === "user" ? what : [kind, ...about].map(words).join(" ");
}

/** Of a level: a price; of a switch: its position. */
const sideText = ({ what }: PlannedChange, side: string) =>
  side === "" ? NO_VALUE : isKey(what) ? side : formatDecimal(words(side));

function changeColumns(): Column<PlannedChange>[] {
  return [
    { header: t("plan.what"), cell: (row) => whatText(row.what) },
    { header: t("plan.before"), cell: (row) => sideText(row, row.before) },
    { header: t("plan.after"), cell: (row) => <strong>{sideText(row, row.after)}</strong> },
  ];
}

interface PartProps<Row> {
  title: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey(row: Row): string;
}

function Part<Row>({ title, columns, rows, rowKey }: PartProps<Row>) {
  if (rows.length === 0) return null;
  return (
    <section aria-label={title} className="grid gap-1">
      <h3 className="text-sm font-semibold">{title}</h3>
      <DataTable label={title} columns={columns} rows={rows} rowKey={rowKey} />
    </section>
  );
}

interface PlanViewProps {
  plan: Plan;
  /** The changes are listed beside it, in a table that knows more of them. */
  changesShown?: boolean;
}

export function PlanView({ plan, changesShown = false }: PlanViewProps) {
  const { orders, limits, cancelledOrderIds } = plan;
  const changes = changesShown ? [] : plan.changes;
  const nothing = orders.length + plan.changes.length + cancelledOrderIds.length === 0;
  const after = plan.exposureAfterPct === "" ? "" : ` (${formatPercent(plan.exposureAfterPct)})`;
  return (
    <div className="grid gap-4 text-sm">
      {nothing && <p>{t("plan.nothing")}</p>}
      <Part
        title={t("plan.changes")}
        columns={changeColumns()}
        rows={changes}
        rowKey={(row) => row.what}
      />
      <Part
        title={t("plan.orders")}
        columns={orderColumns()}
        rows={orders}
        // Two orders may be alike in everything; a plan's lines never change places.
        rowKey={(row) => String(orders.indexOf(row))}
      />
      <CancelledOrders ids={cancelledOrderIds} />
      {orders.length > 0 && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          <dt className="text-muted">{t("plan.cost")}</dt>
          <dd>{formatMoney(plan.cost)}</dd>
          <dt className="text-muted">{t("plan.exposure")}</dt>
          <dd>
            {formatMoney(plan.exposureBefore)} → {formatMoney(plan.exposureAfter)}
            {after}
          </dd>
        </dl>
      )}
      <PlanLimits limits={limits} />
    </div>
  );
}
