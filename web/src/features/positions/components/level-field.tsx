import { TextField } from "@/components/text-field";
import { distancePct, formatPercent } from "@/lib/decimal";
import { t } from "@/lib/i18n";

interface LevelFieldProps {
  label: string;
  value: string;
  was: string;
  mark: string;
  entry: string;
  problem: string;
  onChange(value: string): void;
}

/** One price of a position's protection, with its distance from the mark and from the entry while it is typed. */
export function LevelField({ label, value, was, mark, entry, problem, onChange }: LevelFieldProps) {
  const from = (price: string) => formatPercent(distancePct(price, value), true);
  const gone = was === "" ? t("positions:edit.unset") : t("positions:edit.cleared");
  const hint =
    value === "" ? gone : t("positions:edit.distances", { mark: from(mark), entry: from(entry) });
  return (
    <TextField
      label={label}
      inputMode="decimal"
      autoComplete="off"
      value={value}
      onChange={(text) => onChange(text.trim())}
      problem={problem}
      hint={hint}
    />
  );
}
