import { useState } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { Loaded } from "@/components/loaded";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { momentText } from "@/lib/moments";
import { createStore } from "@/lib/store";
import { useChartAddress } from "../address";
import { useChartData } from "../api/use-chart-data";
import { indexAt } from "../candle-list";
import { ChartCanvas } from "./chart-canvas";
import { ChartLegend } from "./chart-legend";
import { ChartToolbar } from "./chart-toolbar";
import { Reading } from "./reading";
import { ValuesTable } from "./values-table";

export function ChartCard() {
  const { put, at } = useChartAddress();
  const data = useChartData();
  // Not state: the pointer moves often, and only the reading follows it.
  const [hover] = useState(() => createStore<number | undefined>(undefined));
  const { bars, symbol, interval, colours, loadingOlder } = data;
  const choose = (moment: number) => put({ at: momentText(moment) });
  const step = (candles: number) => {
    const from = at === undefined ? bars.length - 1 : indexAt(bars, at);
    const next = bars[from + candles];
    if (next) choose(next.at);
  };
  return (
    <Card title={t("chart:title", { symbol, interval })} aside={loadingOlder && t("chart:loading_older")}>
      <div className="grid gap-3">
        <ChartToolbar />
        {data.lineError && <ErrorNotice title={t("chart:no_indicators")} error={data.lineError} />}
        <Loaded query={data.candles} what={t("chart:what")} skeleton={<Skeleton rows={1} of="chart" />}>
          {() =>
            bars.length === 0 ? (
              <EmptyState title={t("chart:empty.title")}>{t("chart:empty.what")}</EmptyState>
            ) : (
              <div className="grid min-w-0 gap-3">
                <Reading data={data} hover={hover} chosen={at} />
                <ChartCanvas
                  key={`${symbol} ${interval} ${colours}`}
                  data={data}
                  chosen={at}
                  onHover={hover.set}
                  onChoose={choose}
                />
                <ChartLegend tooMany={data.tooMany} />
                <div className="flex flex-wrap items-center gap-2">
                  <Button onClick={() => step(-1)}>{t("chart:previous")}</Button>
                  <Button onClick={() => step(1)}>{t("chart:next")}</Button>
                  <Button disabled={at === undefined} onClick={() => put({ at: "" })}>
                    {t("chart:newest")}
                  </Button>
                </div>
                <ValuesTable data={data} chosen={at} />
              </div>
            )
          }
        </Loaded>
      </div>
    </Card>
  );
}
