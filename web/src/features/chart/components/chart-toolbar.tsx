import { ToggleGroup } from "radix-ui";
import { Choice } from "@/components/choice";
import { SelectField } from "@/components/select-field";
import { t } from "@/lib/i18n";
import { intervalMs } from "@/lib/moments";
import { useSymbols } from "../api/use-symbols";
import { LAYERS, useChartAddress } from "../address";
import { IndicatorBar } from "./indicator-bar";

export function ChartToolbar() {
  const { put, symbols, symbol, interval, signalInterval, layers } = useChartAddress();
  const info = useSymbols().data?.find((each) => each.symbol === symbol);
  const kept = info?.intervals.filter((each) => each.firstOpenTime).map((each) => each.interval) ?? [];
  const intervals = [...new Set([...kept, interval, signalInterval])]
    .filter((each) => each !== "")
    .toSorted((a, b) => (intervalMs(a) ?? 0) - (intervalMs(b) ?? 0));
  return (
    <div className="flex flex-wrap items-end gap-3">
      <SelectField
        label={t("chart:symbol")}
        options={symbols.map((value) => ({ value, label: value }))}
        value={symbol}
        onChange={(value) => put({ symbol: value })}
      />
      <Choice
        label={t("chart:interval")}
        options={intervals.map((value) => ({ value, label: value }))}
        value={interval}
        onChange={(value) => put({ interval: value })}
      />
      <ToggleGroup.Root
        type="multiple"
        aria-label={t("chart:layers.label")}
        value={layers}
        onValueChange={(chosen) => put({ layers: LAYERS.filter((each) => chosen.includes(each)).join(" ") || "none" })}
        className="inline-flex flex-wrap rounded-lg border border-line bg-surface p-0.5"
      >
        {LAYERS.map((each) => (
          <ToggleGroup.Item
            key={each}
            value={each}
            className="min-h-9 rounded-md px-3 text-sm font-medium text-muted hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink"
          >
            {t(`chart:layers.${each}`)}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      <IndicatorBar />
    </div>
  );
}
