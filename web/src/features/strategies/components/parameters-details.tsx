import { Link } from "@tanstack/react-router";
import { type Column, DataTable } from "@/components/data-table";
import type { Parameter, Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";

function columns(): Column<Parameter>[] {
  return [
    { header: t("strategies:column.parameter"), cell: (row) => words(row.name) },
    {
      header: t("strategies:column.value"),
      align: "right",
      cell: (row) => (
        <span className={row.value === row.defaultValue ? "" : "font-semibold text-accent"}>
          {words(row.value)} {row.unit}
        </span>
      ),
    },
    {
      header: t("strategies:column.default"),
      align: "right",
      cell: (row) => <span className="text-muted">{words(row.defaultValue)}</span>,
    },
    {
      header: t("strategies:column.meaning"),
      spread: true,
      cell: (row) => (
        <span className="text-muted">
          {row.description}
          {row.range !== "" && ` (${row.range})`}
        </span>
      ),
    },
  ];
}

export function ParametersDetails({ strategy }: { strategy: Strategy }) {
  const name = words(strategy.name);
  const prefix = `strategies.${strategy.name}.`;
  return (
    <details>
      <summary className="min-h-9 py-1.5 text-sm font-medium">{t("strategies:parameters")}</summary>
      <DataTable
        label={t("strategies:parameters_of", { name })}
        columns={columns()}
        rows={strategy.parameters}
        rowKey={(row) => row.name}
      />
      <p className="mt-2 text-xs text-muted">
        {t("strategies:required_candles", { count: strategy.requiredCandles })}{" "}
        <Link to={"/settings" as never} search={{ q: prefix } as never} className="text-accent underline">
          {t("strategies:change_in_settings", { name })}
        </Link>
      </p>
    </details>
  );
}
