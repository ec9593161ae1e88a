import type { ReactNode } from "react";

/** Words of the daemon that stand alone: with a capital, however they are written within sentences. */
export function Sentence({ children }: { children: ReactNode }) {
  return <span className="inline-block first-letter:uppercase">{children}</span>;
}
