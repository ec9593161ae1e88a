import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import { Sentence } from "@/components/sentence";
import type { Decision, RiskCheck } from "@/gen/tradingd/v1/decisions_pb";
import { NO_VALUE, formatDecimal } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { isMeasured } from "../verdict";

const figure = (row: RiskCheck, text: string) =>
  isMeasured(row) ? formatDecimal(text, { maxPlaces: 4 }) : NO_VALUE;

function columns(): Column<RiskCheck>[] {
  return [
    { header: t("decisions:column.check"), cell: (row) => <Sentence>{words(row.check)}</Sentence> },
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
      cell: (row) => figure(row, row.value),
    },
    {
      header: t("decisions:column.limit"),
      align: "right",
      cell: (row) => figure(row, row.limit),
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
