import { type InputHTMLAttributes, useId } from "react";

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange"> {
  label: string;
  hint?: string;
  /** Shown in red and read out; empty while all is well. */
  problem?: string | undefined;
  value: string;
  onChange(value: string): void;
}

export function TextField({ label, hint, problem, onChange, ...rest }: TextFieldProps) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        type="text"
        {...rest}
        id={id}
        onChange={(event) => onChange(event.target.value)}
        aria-describedby={about}
        aria-invalid={problem !== undefined && problem !== ""}
        className="min-h-10 rounded-lg border border-line bg-canvas px-3 text-base"
      />
      <p id={about} className={`text-xs ${problem ? "text-down" : "text-muted"}`}>
        {problem || hint}
      </p>
    </div>
  );
}
