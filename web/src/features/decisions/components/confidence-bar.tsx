import { formatFigure } from "@/lib/decimal";

/** 0 to 1, as a figure and as a bar. */
export function ConfidenceBar({ value }: { value: number }) {
  return (
    <span className="inline-flex items-center justify-end gap-2">
      <span aria-hidden="true" className="inline-block h-1.5 w-16 overflow-hidden rounded-full bg-raised">
        <span
          className="block h-full rounded-full bg-accent"
          style={{ width: `${Math.min(1, Math.max(0, value)) * 100}%` }}
        />
      </span>
      {formatFigure(value)}
    </span>
  );
}
