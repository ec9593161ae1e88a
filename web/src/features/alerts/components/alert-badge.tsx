import { AlertSeverity, AlertState } from "@/gen/tradingd/v1/alerts_pb";
import { t } from "@/lib/i18n";
import { usePresentAlerts } from "../api/use-alerts";
import { openAlertCentre } from "../open-centre";

/** In the top bar: how many alerts nobody has looked at yet. */
export function AlertBadge() {
  const alerts = usePresentAlerts();
  const open = alerts.data?.filter((each) => each.state === AlertState.OPEN) ?? [];
  const critical = open.some((each) => each.severity === AlertSeverity.CRITICAL);
  const look = critical ? "bg-stop text-on-stop" : "bg-warn text-canvas";
  return (
    <button
      type="button"
      onClick={openAlertCentre}
      aria-label={t("alerts:badge", { count: open.length })}
      className="relative grid size-9 shrink-0 place-items-center rounded-lg border border-line hover:bg-raised"
    >
      <svg aria-hidden="true" viewBox="0 0 24 24" className="size-5 fill-none stroke-current stroke-2">
        <path d="M6 9a6 6 0 0 1 12 0c0 6 2 7 2 8H4c0-1 2-2 2-8M10 20a2 2 0 0 0 4 0" />
      </svg>
      {open.length > 0 && (
        <span
          aria-hidden="true"
          className={`absolute -top-1.5 -right-1.5 min-w-5 rounded-full px-1 text-center text-xs font-bold ${look}`}
        >
          {open.length > 99 ? "99+" : open.length}
        </span>
      )}
    </button>
  );
}
