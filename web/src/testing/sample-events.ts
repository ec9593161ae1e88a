// The event stream of the in-memory daemon: a snapshot or a resume, then what is published.
import type { ConnectRouter } from "@connectrpc/connect";
import { EventService, type SubscribeResponse } from "@/gen/tradingd/v1/events_pb";
import type { SampleDaemon } from "./sample-daemon";

export function sampleEvents(router: ConnectRouter, daemon: SampleDaemon): void {
  router.service(EventService, {
    async *subscribe(request, context) {
      daemon.access.require(context);
      daemon.calls.push({ method: "Subscribe", request });
      if (daemon.streamsRefused) throw daemon.streamsRefused;
      const refusal = whyResync(request.resumeAfter, request.storeId, daemon);
      if (refusal !== "") {
        yield daemon.message({ payload: { case: "resyncRequired", value: { reason: refusal } } });
        return;
      }
      const queue: SubscribeResponse[] = [];
      let wake: (() => void) | undefined;
      const stopListening = daemon.listen((message) => {
        queue.push(message);
        wake?.();
      });
      const cut = daemon.nextCut();
      const aborted = new Promise<"end">((resolve) => {
        context.signal.addEventListener("abort", () => resolve("end"));
      });
      try {
        if (request.resumeAfter === 0n) yield snapshotOf(daemon);
        else yield daemon.message({ payload: { case: "heartbeat", value: {} } });
        for (;;) {
          const next = queue.shift();
          if (next) {
            yield next;
            continue;
          }
          const more = new Promise<"more">((resolve) => {
            wake = () => resolve("more");
          });
          if ((await Promise.race([more, cut, aborted])) === "end") return;
        }
      } finally {
        stopListening();
      }
    },
  });
}

function whyResync(resumeAfter: bigint, storeId: string, daemon: SampleDaemon): string {
  if (resumeAfter === 0n) return "";
  if (storeId !== daemon.storeId) return "other_store";
  if (resumeAfter > daemon.sequence) return "ahead";
  return resumeAfter < daemon.sequence ? "pruned" : "";
}

function snapshotOf(daemon: SampleDaemon): SubscribeResponse {
  const value = {
    storeId: daemon.storeId,
    status: daemon.status(),
    portfolio: daemon.market.portfolio(),
    positions: daemon.market.positions(),
    openOrders: daemon.openOrders,
    strategies: daemon.strategies,
    recentTrades: daemon.trades,
  };
  return daemon.message({ previousSequence: 0n, payload: { case: "snapshot", value } });
}
