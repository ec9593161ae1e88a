import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { RESULTS, markOf } from "../marks";

export function GridLegend() {
  return (
    <ul aria-label={t("decisions:grid.legend")} className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
      {RESULTS.map((each) => (
        <li key={each} className="inline-flex items-center gap-1.5">
          <span
            aria-hidden="true"
            className={`inline-flex h-5 w-3.5 items-center justify-center rounded-xs ${markOf(each).look}`}
          >
            {markOf(each).sign}
          </span>
          {labelOf.result(each)}
        </li>
      ))}
    </ul>
  );
}
