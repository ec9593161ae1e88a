interface SwitchProps {
  label: string;
  on: boolean;
  busy?: boolean;
  onChange(on: boolean): void;
}

export function Switch({ label, on, busy = false, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label={label}
      aria-busy={busy}
      disabled={busy}
      onClick={() => onChange(!on)}
      className={`relative inline-flex h-6 w-11 shrink-0 items-center rounded-full border transition-colors disabled:opacity-60 ${on ? "border-up bg-up/30" : "border-line bg-raised"}`}
    >
      <span
        className={`size-4 rounded-full transition-transform ${on ? "translate-x-6 bg-up" : "translate-x-1 bg-muted"}`}
      />
    </button>
  );
}
