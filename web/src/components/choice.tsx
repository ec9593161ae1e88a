// One of a few, all in view: ranges, intervals, sides. A radio group that looks like buttons.
import { ToggleGroup } from "radix-ui";

interface ChoiceProps<T extends string> {
  label: string;
  options: { value: T; label: string }[];
  value: T;
  onChange(value: T): void;
}

export function Choice<T extends string>({ label, options, value, onChange }: ChoiceProps<T>) {
  const chosen = (next: string) => {
    const option = options.find((each) => each.value === next);
    if (option) onChange(option.value);
  };
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={chosen}
      className="inline-flex flex-wrap rounded-lg border border-line bg-surface p-0.5"
    >
      {options.map((each) => (
        <ToggleGroup.Item
          key={each.value}
          value={each.value}
          className="min-h-8 rounded-md px-3 text-sm font-medium text-muted hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink"
        >
          {each.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
