interface DayFieldProps {
  label: string;
  /** "2026-01-31", or empty. */
  value: string;
  onChange(value: string): void;
}

export function DayField({ label, value, onChange }: DayFieldProps) {
  return (
    <label className="inline-flex items-center gap-2 text-xs text-muted">
      {label}
      <input
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="min-h-9 rounded-lg border border-line bg-surface px-2 text-sm text-ink"
      />
    </label>
  );
}
