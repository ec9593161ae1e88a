import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { t } from "@/lib/i18n";
import { useAlertHistory } from "../api/use-alerts";
import { AlertItem } from "./alert-item";

export function AlertHistory() {
  const history = useAlertHistory();
  return (
    <Loaded query={history} what={t("alerts:history")}>
      {({ pages }) => {
        const alerts = pages.flatMap((page) => page.alerts);
        if (alerts.length === 0) {
          return (
            <EmptyState title={t("alerts:no_history")}>{t("alerts:no_history_hint")}</EmptyState>
          );
        }
        return (
          <>
            <ul aria-label={t("alerts:history")} className="grid gap-2">
              {alerts.map((each) => (
                <AlertItem key={String(each.id)} alert={each} />
              ))}
            </ul>
            {history.hasNextPage && (
              <Button
                className="mt-3 w-full"
                busy={history.isFetchingNextPage && t("loading")}
                onClick={() => void history.fetchNextPage()}
              >
                {t("more")}
              </Button>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
