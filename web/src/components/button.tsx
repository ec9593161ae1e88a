import type { ButtonHTMLAttributes } from "react";

type Variant = "primary" | "quiet" | "danger";

const LOOK: Record<Variant, string> = {
  primary: "bg-accent text-canvas hover:opacity-90",
  quiet: "border border-line bg-surface text-ink hover:bg-raised",
  danger: "bg-stop text-on-stop hover:bg-stop-strong",
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: Variant;
  /** Shown instead of the label while the action is on its way; the button is then disabled. */
  busy?: string | false;
}

export function Button({ variant = "quiet", busy, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled === true || typeof busy === "string"}
      aria-busy={typeof busy === "string"}
      className={`inline-flex min-h-10 items-center justify-center gap-2 rounded-lg px-4 text-sm font-semibold disabled:cursor-not-allowed disabled:opacity-60 ${LOOK[variant]} ${rest.className ?? ""}`}
    >
      {typeof busy === "string" ? busy : children}
    </button>
  );
}
