// `VITE_SAMPLE_DATA=1`: the page against the in-memory daemon, for work on pages without a real
// one. User "ada", password "correct horse battery".
import { createRouterTransport } from "@connectrpc/connect";
import type { OpenTransport } from "@/lib/transport";
import { sampleActions } from "./sample-actions";
import { SampleDaemon } from "./sample-daemon";
import { sampleEvents } from "./sample-events";
import { sampleReads } from "./sample-reads";

const TICK_MS = 1_000;

export function transportTo(daemon: SampleDaemon): OpenTransport {
  return (interceptors) =>
    createRouterTransport(
      (router) => {
        sampleReads(router, daemon);
        sampleActions(router, daemon);
        sampleEvents(router, daemon);
      },
      { transport: { interceptors } },
    );
}

export function openSampleTransport(): OpenTransport {
  const daemon = SampleDaemon.withUser();
  setInterval(() => {
    daemon.market.tick();
    daemon.mark();
  }, TICK_MS);
  return transportTo(daemon);
}
