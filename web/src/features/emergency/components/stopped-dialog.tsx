import { Button } from "@/components/button";
import { Modal } from "@/components/modal";
import { EmergencyService, type StopResponse } from "@/gen/tradingd/v1/emergency_pb";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";
import { useWorld } from "@/lib/use-world";
import { openEmergency } from "../open-dialog";
import { StayOpen } from "./stay-open";
import { StopResult } from "./stop-result";

/** What the stop did, and the next thing that somebody in need may want. */
export function StoppedDialog({ answer, onClose }: { answer: StopResponse; onClose(): void }) {
  const holds = useWorld((world) => world.positions.length > 0) ?? false;
  const mayClose = useAllowed(EmergencyService.method.closeAll);
  return (
    <Modal title={t("emergency:stop.done")} onClose={onClose}>
      <div className="grid gap-4">
        <StayOpen />
        <StopResult answer={answer} />
      </div>
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        {holds && mayClose && (
          <Button onClick={() => openEmergency({ kind: "close-all" })}>
            {t("emergency:close_all.button")}…
          </Button>
        )}
        <Button variant="primary" onClick={onClose}>
          {t("close")}
        </Button>
      </div>
    </Modal>
  );
}
