import { useState } from "react";
import { Button } from "@/components/button";
import { Modal } from "@/components/modal";
import { PlanDialog } from "@/components/plan-dialog";
import type { CloseAllReport } from "@/gen/tradingd/v1/emergency_pb";
import { t } from "@/lib/i18n";
import { useCloseAll } from "../api/use-close-all";
import { CloseAllProgress } from "./close-all-progress";

/** The same in every language: it is typed, not read. */
const CONFIRMATION = "CLOSE";

export function CloseAllDialog({ onClose }: { onClose(): void }) {
  const [report, setReport] = useState<CloseAllReport>();
  const action = useCloseAll((answer) => setReport(answer.report));
  if (report) {
    return (
      <Modal title={t("emergency:close_all.title")} onClose={onClose} wide>
        <CloseAllProgress first={report} />
        <div className="mt-4 flex justify-end">
          <Button onClick={onClose}>{t("close")}</Button>
        </div>
      </Modal>
    );
  }
  return (
    <PlanDialog
      title={t("emergency:close_all.question")}
      action={action}
      commit={t("emergency:close_all.go")}
      committing={t("emergency:close_all.busy")}
      danger
      reason="required"
      confirmWord={CONFIRMATION}
      onClose={onClose}
    >
      {t("emergency:close_all.means")}
    </PlanDialog>
  );
}
