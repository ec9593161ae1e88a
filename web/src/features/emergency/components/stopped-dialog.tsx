import { Button } from "@/components/button";
import { Modal } from "@/components/modal";
import type { StopResponse } from "@/gen/tradingd/v1/emergency_pb";
import { t } from "@/lib/i18n";
import { StopResult } from "./stop-result";

export function StoppedDialog({ answer, onClose }: { answer: StopResponse; onClose(): void }) {
  return (
    <Modal title={t("emergency:stop.done")} onClose={onClose}>
      <StopResult answer={answer} />
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>{t("close")}</Button>
      </div>
    </Modal>
  );
}
