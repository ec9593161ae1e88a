import type { ReactNode } from "react";

export type Tone = "neutral" | "good" | "bad" | "warn" | "info";

const LOOK: Record<Tone, string> = {
  neutral: "border-line text-muted",
  good: "border-up/50 text-up",
  bad: "border-down/60 text-down",
  warn: "border-warn/60 text-warn",
  info: "border-accent/50 text-accent",
};

export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-md border px-1.5 py-0.5 text-xs font-semibold whitespace-nowrap ${LOOK[tone]}`}
    >
      {children}
    </span>
  );
}
