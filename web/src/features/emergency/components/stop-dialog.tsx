import { useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Modal } from "@/components/modal";
import { TextField } from "@/components/text-field";
import { useStop } from "../api/use-stop";
import { StopResult } from "./stop-result";

export function StopDialog({ onClose }: { onClose(): void }) {
  const [reason, setReason] = useState("");
  const stop = useStop();
  if (stop.data) {
    return (
      <Modal title="Trading is stopped" onClose={onClose}>
        <StopResult answer={stop.data} />
        <div className="mt-4 flex justify-end">
          <Button onClick={onClose}>Close</Button>
        </div>
      </Modal>
    );
  }
  return (
    <Modal title="Stop trading now?" onClose={onClose}>
      <div className="grid gap-3">
        <p className="text-sm">
          Working entries are cancelled and no new order of a strategy is made, across restarts.
          Protection stays and may still sell.
        </p>
        <TextField label="Reason (optional)" value={reason} onChange={setReason} maxLength={200} />
        {stop.isError && (
          <ErrorNotice title="The stop was not confirmed" error={stop.error}>
            <p className="mt-1">
              Press again, or run <code>botctl stop</code> on the machine of the daemon.
            </p>
          </ErrorNotice>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="danger"
            busy={stop.isPending && "Stopping…"}
            onClick={() => stop.mutate(reason.trim())}
          >
            Stop trading
          </Button>
        </div>
      </div>
    </Modal>
  );
}
