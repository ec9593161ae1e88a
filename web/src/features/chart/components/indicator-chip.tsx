import type { IndicatorInfo } from "@/gen/tradingd/v1/market_pb";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import type { ChosenIndicator } from "../address";

interface IndicatorChipProps {
  chosen: ChosenIndicator;
  info: IndicatorInfo | undefined;
  onChange(changed: ChosenIndicator): void;
  onRemove(): void;
}

/** One chosen indicator: its numbers, and a way to be rid of it. */
export function IndicatorChip({ chosen, info, onChange, onRemove }: IndicatorChipProps) {
  const title = info?.title ?? chosen.name;
  const valueOf = (name: string) => chosen.arguments.find((each) => each.name === name)?.value;
  const set = (name: string, value: number) => {
    const parameter = info?.parameters.find((each) => each.name === name);
    if (!parameter || !Number.isFinite(value) || value < parameter.min || value > parameter.max) return;
    const others = chosen.arguments.filter((each) => each.name !== name);
    onChange({ ...chosen, arguments: [...others, { name, value: parameter.whole ? Math.round(value) : value }] });
  };
  return (
    <fieldset className="flex items-end gap-2 rounded-lg border border-line px-2 pb-1">
      <legend className="px-1 text-xs font-semibold">{title}</legend>
      {info?.parameters.map(({ name, defaultValue, min, max, whole }) => (
        <label key={name} className="grid text-xs text-muted">
          {words(name)}
          <input
            type="number"
            min={min}
            max={max}
            step={whole ? 1 : "any"}
            defaultValue={valueOf(name) ?? defaultValue}
            // A number is taken when it is typed to its end, not at every key.
            onBlur={(event) => set(name, event.target.valueAsNumber)}
            onKeyDown={(event) => {
              if (event.key === "Enter") set(name, event.currentTarget.valueAsNumber);
            }}
            className="min-h-8 w-16 rounded-md border border-line bg-canvas px-1.5 text-sm text-ink"
          />
        </label>
      ))}
      <button
        type="button"
        aria-label={t("chart:indicator.remove", { title })}
        onClick={onRemove}
        className="min-h-9 min-w-9 rounded-md text-muted hover:bg-raised hover:text-ink"
      >
        ×
      </button>
    </fieldset>
  );
}
