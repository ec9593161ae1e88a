import { DayField } from "@/components/day-field";
import { FilterBar } from "@/components/filter-bar";
import { SelectField } from "@/components/select-field";
import { ExitReason } from "@/gen/tradingd/v1/trades_pb";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";
import { NO_FILTER, OUTCOMES, REASONS, type TradesAddress } from "../trade-filters";

interface TradesFilterProps {
  address: TradesAddress;
  onChange(change: Partial<TradesAddress>): void;
}

interface Option {
  value: string;
  label: string;
}

function options(values: Option[]): Option[] {
  return [{ value: "", label: t("filter.any") }, ...values];
}

export function TradesFilter({ address, onChange }: TradesFilterProps) {
  const symbols = useWorld((world) => world.status?.symbols) ?? [];
  const strategies = useWorld((world) => world.strategies) ?? [];
  const { symbol, strategy, reason, outcome, from, to } = address;
  const active = [symbol, strategy, reason, outcome, from, to].some((each) => each !== "");
  return (
    <FilterBar active={active} onClear={() => onChange(NO_FILTER)}>
      <SelectField
        label={t("filter.symbol")}
        options={options(symbols.map((value) => ({ value, label: value })))}
        value={symbol}
        onChange={(value) => onChange({ symbol: value })}
      />
      <SelectField
        label={t("filter.strategy")}
        options={options(strategies.map(({ name }) => ({ value: name, label: words(name) })))}
        value={strategy}
        onChange={(value) => onChange({ strategy: value })}
      />
      <SelectField
        label={t("trades:column.left")}
        options={options(
          REASONS.map((value) => ({ value, label: labelOf.exitReason(ExitReason[value]) })),
        )}
        value={reason}
        onChange={(value) => onChange({ reason: value })}
      />
      <SelectField
        label={t("trades:outcome.title")}
        options={options(OUTCOMES.map((value) => ({ value, label: t(`trades:outcome.${value}`) })))}
        value={outcome}
        onChange={(value) => onChange({ outcome: value })}
      />
      <DayField label={t("filter.from")} value={from} onChange={(value) => onChange({ from: value })} />
      <DayField label={t("filter.to")} value={to} onChange={(value) => onChange({ to: value })} />
    </FilterBar>
  );
}
