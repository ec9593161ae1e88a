// Which emergency dialog is open. Stop, close-all and resume can be asked for from several places
// (top bar, bar of a halt, Safety page, keyboard palette); there is one dialog for all of them.
import type { TradingStateInfo } from "@/gen/tradingd/v1/system_pb";
import { createStore } from "@/lib/store";

export type EmergencyDialog =
  | { kind: "stop" }
  | { kind: "freeze" }
  | { kind: "close-all" }
  /** The halt as it was when the dialog opened; a newer one is not cleared. */
  | { kind: "resume"; latch: TradingStateInfo };

export const emergencyDialog = createStore<EmergencyDialog | undefined>(undefined);

export function openEmergency(dialog: EmergencyDialog): void {
  emergencyDialog.set(dialog);
}

export function closeEmergency(): void {
  emergencyDialog.set(undefined);
}
