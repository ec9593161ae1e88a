import { useFreshness } from "@/lib/freshness";
import { t } from "@/lib/i18n";
import { formatSpan } from "@/lib/time";

/** Beside a heading, only while what is below is old. */
export function StaleMark() {
  const { stale, dataAgeMs, statusAgeMs } = useFreshness();
  if (!stale) return null;
  return (
    <span className="text-xs font-medium text-warn">
      {t("older", { span: formatSpan(Math.max(dataAgeMs ?? 0, statusAgeMs ?? 0)) })}
    </span>
  );
}
