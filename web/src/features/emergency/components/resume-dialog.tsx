import { PlanDialog } from "@/components/plan-dialog";
import type { TradingStateInfo } from "@/gen/tradingd/v1/system_pb";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useResume } from "../api/use-resume";
import { ResumeChecks } from "./resume-checks";

interface ResumeDialogProps {
  latch: TradingStateInfo;
  onClose(): void;
}

export function ResumeDialog({ latch, onClose }: ResumeDialogProps) {
  const action = useResume(latch.epoch, onClose);
  return (
    <PlanDialog
      title={t("emergency:resume.title")}
      action={action}
      commit={t("emergency:resume.go")}
      committing={t("emergency:resume.busy")}
      reason="required"
      onClose={onClose}
    >
      <p>
        {t("emergency:resume.clears", {
          number: String(latch.epoch),
          cause: words(latch.cause),
          since: formatDateTime(timestampMs(latch.since)),
        })}
      </p>
      <ResumeChecks />
    </PlanDialog>
  );
}
