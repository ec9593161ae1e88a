import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import type { Decision, RiskCheck } from "@/gen/tradingd/v1/decisions_pb";
import { formatDecimal } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";

function columns(): Column<RiskCheck>[] {
  return [
    { header: t("decisions:column.check"), cell: (row) => words(row.check) },
    {
      header: t("decisions:column.verdict"),
      cell: (row) => (
        <Badge tone={row.passed ? "good" : "bad"}>
          {row.passed ? t("decisions:passed") : t("decisions:denied")}
        </Badge>
      ),
    },
    {
      header: t("decisions:column.value"),
      align: "right",
      cell: (row) => formatDecimal(row.value, { maxPlaces: 4 }),
    },
    {
      header: t("decisions:column.limit"),
      align: "right",
      cell: (row) => formatDecimal(row.limit, { maxPlaces: 4 }),
    },
  ];
}

export function RiskTable({ decision }: { decision: Decision }) {
  return (
    <DataTable
      label={t("decisions:risk_of", { symbol: decision.symbol })}
      columns={columns()}
      rows={decision.risk}
      rowKey={(row) => row.check}
    />
  );
}
