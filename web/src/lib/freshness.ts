// How old what is on screen is, ticking, and whether it must be greyed.
import { useCallback, useSyncExternalStore } from "react";
import type { GetStatusResponse } from "@/gen/tradingd/v1/system_pb";
import { lastTick, useNow, watchNow } from "./clock";
import { useDaemon } from "./daemon";
import { usePart } from "./store";
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
  const phase = usePart(stream.state, (state) => state.phase);
  const status = useWorld((world) => world.status);
  const receivedAt = useWorld((world) => world.receivedAt) ?? 0;
  return freshnessOf(status, receivedAt, phase, useNow());
}

/** Only whether it must be greyed: draws again when that changes, not every second. */
export function useStale(): boolean {
  const { stream } = useDaemon();
  const watch = useCallback(
    (changed: () => void) => {
      const sources = [watchNow, stream.state.subscribe, stream.cache.world.subscribe];
      const ends = sources.map((subscribe) => subscribe(changed));
      return () => {
        for (const end of ends) end();
      };
    },
    [stream],
  );
  return useSyncExternalStore(watch, () => {
    const world = stream.cache.world.get();
    const { phase } = stream.state.get();
    return freshnessOf(world?.status, world?.receivedAt ?? 0, phase, lastTick()).stale;
  });
}
