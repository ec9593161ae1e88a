import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Modal } from "@/components/modal";
import { TextField } from "@/components/text-field";
import type { Alert } from "@/gen/tradingd/v1/alerts_pb";
import { t } from "@/lib/i18n";
import { useAckAlert } from "../api/use-alerts";
import { titleOf } from "../severity";

export function AckDialog({ alert, onClose }: { alert: Alert; onClose(): void }) {
  const [note, setNote] = useState("");
  const ack = useAckAlert(alert.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ack.mutate(note.trim(), { onSuccess: onClose });
  };
  return (
    <Modal title={t("alerts:ack.title")} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3">
        <p className="text-sm">
          <strong>{titleOf(alert)}.</strong> {t("alerts:ack.means")}
        </p>
        <TextField label={t("alerts:ack.note")} value={note} onChange={setNote} maxLength={500} />
        {ack.isError && <ErrorNotice title={t("alerts:ack.failed")} error={ack.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" busy={ack.isPending && t("alerts:ack.busy")}>
            {t("alerts:ack.button")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
