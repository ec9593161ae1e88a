// Which indicators are drawn, with which numbers.
import { SelectField } from "@/components/select-field";
import type { IndicatorInfo } from "@/gen/tradingd/v1/market_pb";
import { t } from "@/lib/i18n";
import { type ChosenIndicator, readIndicators, useChartAddress, writeIndicators } from "../address";
import { useIndicatorCatalogue } from "../api/use-symbols";
import { IndicatorChip } from "./indicator-chip";

/** The daemon computes as many at once. */
const MOST = 12;

function fresh(info: IndicatorInfo): ChosenIndicator {
  const given = info.parameters.map(({ name, defaultValue }) => ({ name, value: defaultValue }));
  return { name: info.name, arguments: given };
}

export function IndicatorBar() {
  const { put, indicators } = useChartAddress();
  const catalogue = useIndicatorCatalogue().data ?? [];
  const chosen = readIndicators(indicators);
  const set = (next: ChosenIndicator[]) => put({ indicators: writeIndicators(next) });
  const add = (name: string) => {
    const info = catalogue.find((each) => each.name === name);
    if (info) set([...chosen, fresh(info)]);
  };
  if (catalogue.length === 0) return null;
  return (
    <>
      {chosen.length < MOST && (
        <SelectField
          label={t("chart:indicator.add")}
          options={[
            { value: "", label: t("chart:indicator.choose") },
            ...catalogue.map(({ name, title }) => ({ value: name, label: title })),
          ]}
          value=""
          onChange={add}
        />
      )}
      {chosen.map((each, at) => (
        <IndicatorChip
          key={`${at} ${writeIndicators([each])}`}
          chosen={each}
          info={catalogue.find(({ name }) => name === each.name)}
          onChange={(changed) => set(chosen.with(at, changed))}
          onRemove={() => set(chosen.toSpliced(at, 1))}
        />
      ))}
    </>
  );
}
