import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Modal } from "@/components/modal";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { words } from "@/lib/labels";
import { useSwitchStrategy } from "../api/use-switch-strategy";

interface ForceOffDialogProps {
  strategy: Strategy;
  /** The daemon's refusal. */
  why: unknown;
  onClose(): void;
}

/** The daemon refused because the strategy owns open positions: offers to switch it off anyway. */
export function ForceOffDialog({ strategy, why, onClose }: ForceOffDialogProps) {
  const change = useSwitchStrategy();
  const force = () =>
    change.mutate({ strategy, enabled: false, force: true }, { onSuccess: onClose });
  const held = strategy.openSymbols.join(", ");
  return (
    <Modal title={`Switch off ${words(strategy.name)} anyway?`} onClose={onClose}>
      <div className="grid gap-3">
        <p className="text-sm">
          It owns open positions{held !== "" && ` in ${held}`}. Switched off it opens nothing more;
          what it owns keeps its protection and its own exits until it is flat.
        </p>
        <ErrorNotice
          title={change.isError ? "It was not switched off" : "The daemon asks for a second word"}
          error={change.error ?? why}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Leave it on</Button>
          <Button variant="danger" busy={change.isPending && "Switching off…"} onClick={force}>
            Switch off anyway
          </Button>
        </div>
      </div>
    </Modal>
  );
}
