import type { ReactNode } from "react";

interface StatProps {
  label: string;
  /** What the figure means, for whoever hovers or listens. */
  hint?: string;
  children: ReactNode;
}

export function Stat({ label, hint, children }: StatProps) {
  return (
    <div className="min-w-0 rounded-lg bg-raised/60 px-3 py-2" title={hint}>
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="figure mt-0.5 text-base font-semibold">{children}</dd>
    </div>
  );
}
