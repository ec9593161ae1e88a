// How long the event stream waits for what. Tests bring their own.
import { backOffMs } from "./back-off";

export interface StreamTiming {
  /** Silence after which a stream counts as dead. */
  silenceMs: number;
  /** Messages that arrive within this are applied together. */
  gatherMs: number;
  pollMs: number;
  backOffMs: (failures: number) => number;
}

export const TIMING: StreamTiming = {
  silenceMs: 12_000,
  gatherMs: 50,
  pollMs: 10_000,
  backOffMs: (failures) => backOffMs(failures, Math.random),
};
