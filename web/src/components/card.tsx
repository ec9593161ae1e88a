import { type ReactNode, useId } from "react";
import { StaleMark } from "./stale-mark";

interface CardProps {
  title: string;
  /** Right of the heading: a count, a filter. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Card({ title, aside, className = "", children }: CardProps) {
  const heading = useId();
  return (
    <section
      aria-labelledby={heading}
      className={`min-w-0 rounded-xl border border-line bg-surface p-4 ${className}`}
    >
      <header className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <div className="flex items-baseline gap-3">
          <h2 id={heading} className="text-sm font-semibold tracking-wide">
            {title}
          </h2>
          <StaleMark />
        </div>
        <div className="text-xs text-muted">{aside}</div>
      </header>
      {children}
    </section>
  );
}
