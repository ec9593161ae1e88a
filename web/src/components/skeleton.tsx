import { t } from "@/lib/i18n";

const HEIGHT = { line: "h-4", figure: "h-9", chart: "h-64" };

/** Grey blocks in the place of what is loading. */
export function Skeleton({ rows = 3, of = "line" }: { rows?: number; of?: keyof typeof HEIGHT }) {
  return (
    <div role="status" aria-label={t("loading")} className="grid gap-2">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={`animate-pulse rounded-md bg-raised ${HEIGHT[of]}`} />
      ))}
    </div>
  );
}
