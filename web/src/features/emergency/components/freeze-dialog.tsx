import { useState } from "react";
import { PlanDialog } from "@/components/plan-dialog";
import type { StopResponse } from "@/gen/tradingd/v1/emergency_pb";
import { t } from "@/lib/i18n";
import { useFreeze } from "../api/use-freeze";
import { StoppedDialog } from "./stopped-dialog";

const CONFIRMATION = "FREEZE";

export function FreezeDialog({ onClose }: { onClose(): void }) {
  const [answer, setAnswer] = useState<StopResponse>();
  const action = useFreeze(setAnswer);
  if (answer) return <StoppedDialog answer={answer} onClose={onClose} />;
  return (
    <PlanDialog
      title={t("emergency:freeze.question")}
      action={action}
      commit={t("emergency:freeze.go")}
      committing={t("emergency:stop.busy")}
      danger
      confirmWord={CONFIRMATION}
      onClose={onClose}
    >
      {t("emergency:freeze.means")}
    </PlanDialog>
  );
}
