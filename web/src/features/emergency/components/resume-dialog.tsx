import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Modal } from "@/components/modal";
import { TextField } from "@/components/text-field";
import type { TradingStateInfo } from "@/gen/tradingd/v1/system_pb";
import { words } from "@/lib/labels";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useResume } from "../api/use-resume";

interface ResumeDialogProps {
  /** The halt as it was when the dialog opened; a newer one is not cleared. */
  latch: TradingStateInfo;
  onClose(): void;
}

export function ResumeDialog({ latch, onClose }: ResumeDialogProps) {
  const [reason, setReason] = useState("");
  const resume = useResume();
  const given = reason.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (given !== "") resume.mutate({ reason: given, epoch: latch.epoch }, { onSuccess: onClose });
  };
  return (
    <Modal title="Resume trading" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3">
        <p className="text-sm">
          This clears stop <strong>number {String(latch.epoch)}</strong> ({words(latch.cause)},{" "}
          {formatDateTime(timestampMs(latch.since))} UTC). A newer stop would stay.
        </p>
        <TextField
          label="Reason"
          hint="Required; recorded with your name."
          value={reason}
          onChange={setReason}
          maxLength={200}
        />
        {resume.isError && <ErrorNotice title="Trading was not resumed" error={resume.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="primary"
            disabled={given === ""}
            busy={resume.isPending && "Resuming…"}
          >
            Resume trading
          </Button>
        </div>
      </form>
    </Modal>
  );
}
