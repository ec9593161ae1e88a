import { useId } from "react";

interface SelectFieldProps<T extends string> {
  label: string;
  options: { value: T; label: string }[];
  value: T;
  onChange(value: T): void;
}

/** The browser's own list: works with every keyboard, screen reader and phone. */
export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { label, options, value, onChange } = props;
  const id = useId();
  return (
    <div className="grid gap-1 text-sm">
      <label htmlFor={id} className="text-xs text-muted">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const option = options.find((each) => each.value === event.target.value);
          if (option) onChange(option.value);
        }}
        className="min-h-10 rounded-lg border border-line bg-surface px-2 text-ink"
      >
        {options.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </select>
    </div>
  );
}
