// One of a few, all in view: ranges, intervals, sides. Radio buttons of the browser that look like
// a row of buttons: arrows, names and states come with them.
import { useId } from "react";

interface ChoiceProps<T extends string> {
  label: string;
  options: { value: T; label: string }[];
  value: T;
  onChange(value: T): void;
}

export function Choice<T extends string>({ label, options, value, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className="inline-flex flex-wrap rounded-lg border border-line bg-surface p-0.5"
    >
      {options.map((each) => (
        <label
          key={each.value}
          className="relative inline-flex min-h-8 items-center rounded-md px-3 text-sm font-medium text-muted hover:text-ink has-checked:bg-raised has-checked:text-ink max-md:min-h-9"
        >
          <input
            type="radio"
            name={name}
            value={each.value}
            checked={each.value === value}
            onChange={() => onChange(each.value)}
            className="absolute inset-0 cursor-pointer appearance-none rounded-md"
          />
          {each.label}
        </label>
      ))}
    </div>
  );
}
