import { useId } from "react";

interface DayFieldProps {
  label: string;
  /** "2024-03-01", or empty. */
  value: string;
  onChange(value: string): void;
}

/** The browser's own field for a date. */
export function DayField({ label, value, onChange }: DayFieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1 text-sm">
      <label htmlFor={id} className="text-xs text-muted">
        {label}
      </label>
      <input
        id={id}
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="min-h-10 min-w-0 rounded-lg border border-line bg-surface px-2 text-ink"
      />
    </div>
  );
}
