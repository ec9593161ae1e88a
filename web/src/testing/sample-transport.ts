// `VITE_SAMPLE_DATA=1`: the page against the in-memory daemon, for work on pages without a real
// one. User "ada", password "correct horse battery"; with `?first-run` there is no user yet and
// the setup secret is "sample-secret"; with `?trades=100000` so many trades are closed.
import { type ConnectRouter, createRouterTransport } from "@connectrpc/connect";
import type { OpenTransport } from "@/lib/transport";
import { sampleActions } from "./sample-actions";
import { sampleAnalytics } from "./sample-analytics";
import { sampleAudit } from "./sample-audit";
import { SampleDaemon } from "./sample-daemon";
import { sampleChart } from "./sample-chart";
import { sampleDecisions } from "./sample-decisions";
import { sampleEvents } from "./sample-events";
import { madeTrades } from "./sample-history";
import { sampleOrders } from "./sample-orders";
import { samplePositions } from "./sample-positions";
import { sampleReads } from "./sample-reads";
import { sampleRisk } from "./sample-risk";
import { sampleTrades } from "./sample-trades";
import { sampleStrategies } from "./sample-strategies";
import { samplePeople } from "./sample-people";
import { sampleSettings } from "./sample-settings";

const TICK_MS = 1_000;
const COOKIE_KEY = "sample-cookie";

/** Everything the in-memory daemon answers. */
export function sampleServices(router: ConnectRouter, daemon: SampleDaemon): void {
  sampleReads(router, daemon);
  sampleActions(router, daemon);
  sampleEvents(router, daemon);
  sampleOrders(router, daemon);
  samplePositions(router, daemon);
  sampleRisk(router, daemon);
  sampleTrades(router, daemon);
  sampleAnalytics(router, daemon);
  sampleChart(router, daemon);
  sampleDecisions(router, daemon);
  sampleStrategies(router, daemon);
  sampleSettings(router, daemon);
  sampleAudit(router, daemon);
  samplePeople(router, daemon);
}

export function transportTo(daemon: SampleDaemon): OpenTransport {
  return (interceptors) =>
    createRouterTransport((router) => sampleServices(router, daemon), {
      transport: { interceptors },
    });
}

export function openSampleTransport(): OpenTransport {
  const firstRun = window.location.search.includes("first-run");
  const daemon = firstRun ? new SampleDaemon() : SampleDaemon.withUser();
  if (firstRun) daemon.access.setupSecret = "sample-secret";
  const trades = Number(new URLSearchParams(window.location.search).get("trades") ?? "0");
  daemon.history = madeTrades(trades, 1_000n);
  // Stands for the browser's cookie, so that a reload stays logged in here too.
  daemon.access.cookie = sessionStorage.getItem(COOKIE_KEY) ?? "";
  window.addEventListener("pagehide", () => {
    sessionStorage.setItem(COOKIE_KEY, daemon.access.cookie);
  });
  // `?tick=60000`: a minute of data time a minute, as a live market has it.
  const tick = Number(new URLSearchParams(window.location.search).get("tick") ?? TICK_MS);
  setInterval(() => {
    daemon.market.tick();
    daemon.mark();
  }, tick);
  return transportTo(daemon);
}
