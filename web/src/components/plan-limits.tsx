// How far each limit is used before and after a plan.
import type { PlannedLimit } from "@/gen/tradingd/v1/plans_pb";
import { formatDecimal, formatPercent } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { type Column, DataTable } from "./data-table";

/** "max_position_size BTCUSDT": a check, and of what it is. */
function limitName(name: string): string {
  const [check = "", ...about] = name.split(" ");
  return [words(check), ...about].join(" ");
}

function used(text: string, unit: string): string {
  return unit === "percent" ? formatPercent(text) : formatDecimal(text);
}

function limitColumns(): Column<PlannedLimit>[] {
  return [
    { header: t("plan.what"), cell: (row) => limitName(row.name) },
    { header: t("plan.before"), align: "right", cell: (row) => used(row.usedBefore, row.unit) },
    { header: t("plan.after"), align: "right", cell: (row) => used(row.usedAfter, row.unit) },
    {
      header: t("plan.limit"),
      align: "right",
      cell: ({ limit, unit }) =>
        unit === "percent" ? formatPercent(limit) : `${formatDecimal(limit)} ${words(unit)}`,
    },
  ];
}

const FEW_LIMITS = 4;

/** Many lines that mostly shrink: open when they are few. */
export function PlanLimits({ limits }: { limits: PlannedLimit[] }) {
  if (limits.length === 0) return null;
  return (
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
  );
}
