import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { AlertState } from "@/gen/tradingd/v1/alerts_pb";
import { t } from "@/lib/i18n";
import { usePresentAlerts } from "../api/use-alerts";
import { bySeverity } from "../severity";
import { AlertItem } from "./alert-item";

/** Alerts that are not over, the worst first; those that somebody has seen come last. */
export function PresentAlerts({ most }: { most?: number }) {
  const alerts = usePresentAlerts();
  return (
    <Loaded query={alerts} what={t("alerts:title")}>
      {(all) => {
        const open = all.filter((each) => each.state === AlertState.OPEN).toSorted(bySeverity);
        const seen = all.filter((each) => each.state !== AlertState.OPEN).toSorted(bySeverity);
        const shown = [...open, ...seen].slice(0, most);
        if (shown.length === 0) {
          return <EmptyState title={t("alerts:none")}>{t("alerts:none_hint")}</EmptyState>;
        }
        return (
          <ul aria-label={t("alerts:open_list")} className="grid gap-2">
            {shown.map((each) => (
              <AlertItem key={String(each.id)} alert={each} />
            ))}
          </ul>
        );
      }}
    </Loaded>
  );
}
