import { useId } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./button";

interface RowsInputProps {
  label: string;
  about?: string;
  /** Each row is a name and a value. */
  pairs: boolean;
  /** The daemon's text: rows with commas between, pairs with a colon inside. */
  value: string;
  onChange(value: string): void;
  /** Offered while typing; anything else may be typed as well. */
  suggestions?: string[];
}

const BOX = "min-h-10 w-full min-w-0 rounded-lg border border-line bg-canvas px-3 text-base";

/** A list, or a list of pairs, row by row. */
export function RowsInput({ label, about, pairs, value, onChange, suggestions = [] }: RowsInputProps) {
  const offered = useId();
  const rows = value === "" ? [] : value.split(",");
  const put = (index: number, row: string) =>
    onChange(rows.map((old, each) => (each === index ? row : old)).join(","));
  const remove = (index: number) => onChange(rows.filter((_, each) => each !== index).join(","));
  // A first row can't be empty text, or there would be no row.
  const add = () => onChange([...rows, pairs ? ":" : rows.length === 0 ? " " : ""].join(","));
  return (
    <div role="group" aria-label={label} aria-describedby={about} className="grid gap-1.5">
      {rows.map((row, index) => (
        // Rows have nothing but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className="flex items-center gap-2">
          {pairs ? (
            <PairInputs row={row} number={index + 1} onChange={(next) => put(index, next)} />
          ) : (
            <input
              type="text"
              aria-label={t("rows.item", { number: index + 1 })}
              autoComplete="off"
              spellCheck={false}
              list={suggestions.length > 0 ? offered : undefined}
              value={row}
              onChange={(event) => put(index, event.target.value)}
              className={BOX}
            />
          )}
          <Button className="px-3" aria-label={t("rows.remove", { number: index + 1 })} onClick={() => remove(index)}>
            ×
          </Button>
        </div>
      ))}
      {suggestions.length > 0 && (
        <datalist id={offered}>
          {suggestions.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </datalist>
      )}
      <div>
        <Button onClick={add}>{t("rows.add")}</Button>
      </div>
    </div>
  );
}

function PairInputs({ row, number, onChange }: { row: string; number: number; onChange(row: string): void }) {
  const at = row.indexOf(":");
  const [name, value] = at < 0 ? [row, ""] : [row.slice(0, at), row.slice(at + 1)];
  return (
    <>
      <input
        type="text"
        aria-label={t("rows.name", { number })}
        autoComplete="off"
        spellCheck={false}
        value={name}
        onChange={(event) => onChange(`${event.target.value}:${value}`)}
        className={BOX}
      />
      <input
        type="text"
        aria-label={t("rows.value", { number })}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(`${name}:${event.target.value}`)}
        className={BOX}
      />
    </>
  );
}
