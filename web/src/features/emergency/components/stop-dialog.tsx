import { useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Modal } from "@/components/modal";
import { TextField } from "@/components/text-field";
import { t } from "@/lib/i18n";
import { useStop } from "../api/use-stop";
import { StoppedDialog } from "./stopped-dialog";

/** The second of two steps. No plan is waited for: a stop must never be held up. */
export function StopDialog({ onClose }: { onClose(): void }) {
  const [reason, setReason] = useState("");
  const stop = useStop();
  if (stop.data) return <StoppedDialog answer={stop.data} onClose={onClose} />;
  return (
    <Modal title={t("emergency:stop.question")} onClose={onClose}>
      <div className="grid gap-3">
        <p className="text-sm">{t("emergency:stop.means")}</p>
        <TextField
          label={t("reason_optional")}
          value={reason}
          onChange={setReason}
          maxLength={200}
        />
        {stop.isError && (
          <ErrorNotice title={t("emergency:stop.failed")} error={stop.error}>
            <p className="mt-1">
              {t("emergency:stop.instead")} <code>botctl stop</code>
            </p>
          </ErrorNotice>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            variant="danger"
            busy={stop.isPending && t("emergency:stop.busy")}
            onClick={() => stop.mutate(reason.trim())}
          >
            {t("emergency:stop.go")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
