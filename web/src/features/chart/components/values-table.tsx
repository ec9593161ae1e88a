import { type Column, DataTable } from "@/components/data-table";
import { NO_VALUE, formatFigure, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { formatDateTime } from "@/lib/time";
import type { ChartData } from "../api/use-chart-data";
import { type Bar, indexAt } from "../candle-list";
import { tellingOf } from "../strips";

const ROWS = 20;

function price(header: string, of: (row: Bar) => string): Column<Bar> {
  return { header, align: "right", cell: (row) => formatPrice(of(row)) };
}

function columns({ lines, decided }: ChartData): Column<Bar>[] {
  return [
    { header: t("chart:candle"), cell: (row) => formatDateTime(row.at) },
    price(t("chart:open"), (row) => row.candle.open),
    price(t("chart:high"), (row) => row.candle.high),
    price(t("chart:low"), (row) => row.candle.low),
    price(t("chart:close"), (row) => row.candle.close),
    {
      header: t("chart:volume"),
      align: "right",
      cell: (row) => (row.candle.volume === "" ? NO_VALUE : formatQuantity(row.candle.volume)),
    },
    ...lines.map(
      ({ title, values }): Column<Bar> => ({
        header: title,
        align: "right",
        cell: (row) => formatFigure(values.get(row.at)),
      }),
    ),
    {
      header: t("chart:decision"),
      cell: (row) => {
        const decision = tellingOf(decided.get(row.at) ?? []);
        return decision ? `${labelOf.result(decision.result)}: ${words(decision.reason)}` : NO_VALUE;
      },
    },
  ];
}

/** The chart as text: the newest candles, or those up to the chosen one. */
export function ValuesTable({ data, chosen }: { data: ChartData; chosen: number | undefined }) {
  const { bars, symbol } = data;
  const end = chosen === undefined ? bars.length : indexAt(bars, chosen) + 1;
  const rows = bars.slice(Math.max(0, end - ROWS), end).toReversed();
  return (
    <details>
      <summary className="min-h-9 py-1.5 text-sm font-medium">{t("chart:values", { count: rows.length })}</summary>
      <DataTable
        label={t("chart:values_of", { symbol })}
        columns={columns(data)}
        rows={rows}
        rowKey={(row) => String(row.at)}
      />
    </details>
  );
}
