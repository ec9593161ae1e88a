// What a dangerous action would do, before it is done: the daemon's own plan, line by line.
import type { Plan, PlannedChange, PlannedLimit, PlannedOrder } from "@/gen/tradingd/v1/plans_pb";
import { formatDecimal, formatMoney, formatPercent, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { type Column, DataTable } from "./data-table";

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

/** Keys of settings stay as they are written everywhere else. */
function whatText(what: string) {
  return what.includes(".") ? <span className="font-mono break-all">{what}</span> : words(what);
}

function changeColumns(): Column<PlannedChange>[] {
  return [
    { header: t("plan.what"), cell: (row) => whatText(row.what) },
    { header: t("plan.before"), cell: (row) => row.before || "–" },
    { header: t("plan.after"), cell: (row) => row.after || "–" },
  ];
}

/** "max_position_size BTCUSDT": a check, and of what it is. */
function limitName(name: string): string {
  const [check = "", ...about] = name.split(" ");
  return [words(check), ...about].join(" ");
}

function limitColumns(): Column<PlannedLimit>[] {
  return [
    { header: t("plan.what"), cell: (row) => limitName(row.name) },
    { header: t("plan.before"), align: "right", cell: (row) => formatDecimal(row.usedBefore) },
    { header: t("plan.after"), align: "right", cell: (row) => formatDecimal(row.usedAfter) },
    {
      header: t("plan.limit"),
      align: "right",
      cell: (row) => `${formatDecimal(row.limit)} ${words(row.unit)}`,
    },
  ];
}

const FEW_LIMITS = 4;

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

export function PlanView({ plan }: { plan: Plan }) {
  const { orders, changes, limits, cancelledOrderIds } = plan;
  const nothing = orders.length + changes.length + cancelledOrderIds.length === 0;
  const after = plan.exposureAfterPct === "" ? "" : ` (${formatPercent(plan.exposureAfterPct)})`;
  return (
    <div className="grid gap-4 text-sm">
      {nothing && <p>{t("plan.nothing")}</p>}
      <Part
        title={t("plan.orders")}
        columns={orderColumns()}
        rows={orders}
        // Two orders may be alike in everything; a plan's lines never change places.
        rowKey={(row) => String(orders.indexOf(row))}
      />
      {cancelledOrderIds.length > 0 && (
        <section aria-label={t("plan.cancelled")}>
          <h3 className="font-semibold">{t("plan.cancelled")}</h3>
          <ul className="mt-1 text-muted">
            {cancelledOrderIds.map((id) => (
              <li key={id}>{id}</li>
            ))}
          </ul>
        </section>
      )}
      <Part
        title={t("plan.changes")}
        columns={changeColumns()}
        rows={changes}
        rowKey={(row) => row.what}
      />
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
      {limits.length > 0 && (
        // Many lines that mostly shrink: open when they are few.
        <details open={limits.length <= FEW_LIMITS}>
          <summary className="font-semibold">
            {t("plan.limits")} ({limits.length})
          </summary>
          <DataTable
            label={t("plan.limits")}
            columns={limitColumns()}
            rows={limits}
            rowKey={(row) => row.name}
          />
        </details>
      )}
    </div>
  );
}
