import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Modal } from "@/components/modal";
import { TextField } from "@/components/text-field";
import { useCloseAll } from "../api/use-close-all";
import { CloseAllProgress } from "./close-all-progress";

const CONFIRMATION = "CLOSE";

export function CloseAllDialog({ onClose }: { onClose(): void }) {
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const closeAll = useCloseAll();
  const ready = reason.trim() !== "" && typed === CONFIRMATION;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) closeAll.mutate(reason.trim());
  };
  if (closeAll.data?.report) {
    return (
      <Modal title="Close all" onClose={onClose}>
        <CloseAllProgress first={closeAll.data.report} />
        <div className="mt-4 flex justify-end">
          <Button onClick={onClose}>Close</Button>
        </div>
      </Modal>
    );
  }
  return (
    <Modal title="Sell every position?" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3">
        <p className="text-sm">
          Every position is sold at the market price. This can't be taken back.
        </p>
        <TextField label="Reason" value={reason} onChange={setReason} maxLength={200} />
        <TextField
          label={`Type ${CONFIRMATION} to confirm`}
          autoComplete="off"
          value={typed}
          onChange={setTyped}
        />
        {closeAll.isError && <ErrorNotice title="Close all failed" error={closeAll.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="danger"
            disabled={!ready}
            busy={closeAll.isPending && "Closing…"}
          >
            Sell everything
          </Button>
        </div>
      </form>
    </Modal>
  );
}
