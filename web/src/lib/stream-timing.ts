// How long the event stream waits for what. Tests bring their own.
import { backOffMs } from "./back-off";

/** Failed attempts after which the page polls and calls itself offline if that fails too. */
export const ATTEMPTS_BEFORE_POLLING = 3;
/** How exact the time of the last message is. */
export const HEARD_EVERY_MS = 1_000;

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
