// How the event stream is doing, for the connection light.

export type StreamPhase = "connecting" | "live" | "reconnecting" | "offline";

export interface StreamState {
  phase: StreamPhase;
  /** Failed attempts in a row. */
  failures: number;
  /** How much later messages arrive than the fastest one did, in milliseconds. */
  lagMs: number;
  /** Wall clock of the last message; 0 before the first. */
  lastMessageAt: number;
  /** True while snapshots are polled because no stream holds. */
  polling: boolean;
  /** Why the last attempt ended; empty while all is well. */
  problem: string;
}

export const INITIAL_STREAM_STATE: StreamState = {
  phase: "connecting",
  failures: 0,
  lagMs: 0,
  lastMessageAt: 0,
  polling: false,
  problem: "",
};

/** Lag over the fastest message seen, so that two clocks need not agree. */
export class LagMeter {
  #fastest = Number.POSITIVE_INFINITY;

  measure(sentAt: number, receivedAt: number): number {
    const delay = receivedAt - sentAt;
    this.#fastest = Math.min(this.#fastest, delay);
    return Math.max(0, delay - this.#fastest);
  }
}
