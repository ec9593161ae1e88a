import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { t } from "@/lib/i18n";
import { useEmergencyState } from "../api/use-emergency-state";
import { CloseAllReportTable } from "./close-all-report-table";

export function CloseAllCard() {
  const state = useEmergencyState();
  const report = state.data?.lastCloseAll;
  return (
    <Card
      title={t("emergency:report.title")}
      aside={report && t("emergency:report.number", { id: String(report.id) })}
    >
      <Loaded query={state} what={t("emergency:report.title")}>
        {({ lastCloseAll }) =>
          lastCloseAll ? (
            <CloseAllReportTable report={lastCloseAll} />
          ) : (
            <EmptyState title={t("emergency:report.never")}>
              {t("emergency:report.never_hint")}
            </EmptyState>
          )
        }
      </Loaded>
    </Card>
  );
}
