// One stream from open to end: gathers messages for a moment and hands them over together, and
// ends the stream when it has been silent for too long or when its receiver wants a fresh start.
import type { SubscribeResponse } from "@/gen/tradingd/v1/events_pb";

export interface Attempt {
  open(signal: AbortSignal): AsyncIterable<SubscribeResponse>;
  /** Each message as it arrives. */
  heard(message: SubscribeResponse): void;
  /** Messages in order; gives a reason when the stream must be thrown away. */
  apply(messages: SubscribeResponse[]): string | undefined;
  silenceMs: number;
  gatherMs: number;
}

export type End =
  | { kind: "resync"; reason: string }
  | { kind: "silent" }
  | { kind: "closed" }
  | { kind: "failed"; error: unknown };

export async function readStream(attempt: Attempt, signal: AbortSignal): Promise<End> {
  const own = new AbortController();
  const gathered: SubscribeResponse[] = [];
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let flushing: ReturnType<typeof setTimeout> | undefined;
  let resync: string | undefined;
  const listen = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => own.abort(), attempt.silenceMs);
  };
  const flush = () => {
    flushing = undefined;
    if (signal.aborted || resync !== undefined) return;
    resync = attempt.apply(gathered.splice(0));
    if (resync !== undefined) own.abort();
  };
  const endedBy = (other: End): End => {
    flush();
    return resync === undefined ? other : { kind: "resync", reason: resync };
  };
  try {
    listen();
    for await (const message of attempt.open(AbortSignal.any([signal, own.signal]))) {
      listen();
      gathered.push(message);
      attempt.heard(message);
      flushing ??= setTimeout(flush, attempt.gatherMs);
    }
    return endedBy({ kind: "closed" });
  } catch (error) {
    return endedBy(own.signal.aborted ? { kind: "silent" } : { kind: "failed", error });
  } finally {
    clearTimeout(watchdog);
    clearTimeout(flushing);
  }
}
