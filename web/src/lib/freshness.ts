// How old what is on screen is, ticking, and whether it must be greyed.
import type { GetStatusResponse } from "@/gen/tradingd/v1/system_pb";
import { useNow } from "./clock";
import { useDaemon } from "./daemon";
import { useStore } from "./store";
import type { StreamPhase } from "./stream-state";
import { durationMs } from "./time";
import { useWorld } from "./use-world";

/** Older than this, numbers are greyed. */
export const STALE_AFTER_MS = 10_000;

export interface Freshness {
  /** Wall-clock age of the newest market row; undefined before the first. */
  dataAgeMs: number | undefined;
  /** Wall-clock age of the newest status this page has. */
  statusAgeMs: number | undefined;
  stale: boolean;
  /** True when the page is offline, or has not heard from the daemon for so long that its state is a guess. */
  cutOff: boolean;
}

export function freshnessOf(
  status: GetStatusResponse | undefined,
  receivedAt: number,
  phase: StreamPhase,
  now: number,
): Freshness {
  if (!status) return { dataAgeMs: undefined, statusAgeMs: undefined, stale: false, cutOff: false };
  const statusAgeMs = Math.max(0, now - receivedAt);
  const then = durationMs(status.dataAge);
  const dataAgeMs = then === undefined ? undefined : then + statusAgeMs;
  const late = !status.sourceFinished && dataAgeMs !== undefined && dataAgeMs > STALE_AFTER_MS;
  const cutOff = phase === "offline" || (phase !== "live" && statusAgeMs > STALE_AFTER_MS);
  return { dataAgeMs, statusAgeMs, stale: late || cutOff, cutOff };
}

export function useFreshness(): Freshness {
  const { stream } = useDaemon();
  const { phase } = useStore(stream.state);
  const status = useWorld((world) => world.status);
  const receivedAt = useWorld((world) => world.receivedAt) ?? 0;
  return freshnessOf(status, receivedAt, phase, useNow());
}
