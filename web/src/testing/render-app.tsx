// The whole page against the in-memory daemon, with waits short enough for tests.
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "@/app/app";
import { type Daemon, connectDaemon } from "@/lib/daemon";
import type { StreamTiming } from "@/lib/stream-timing";
import type { SampleDaemon } from "./sample-daemon";
import { transportTo } from "./sample-transport";

export const QUICK: StreamTiming = {
  silenceMs: 60_000,
  gatherMs: 0,
  pollMs: 5,
  backOffMs: () => 1,
};

export function renderApp(sample: SampleDaemon): { daemon: Daemon; user: ReturnType<typeof userEvent.setup> } {
  const daemon = connectDaemon(transportTo(sample), QUICK);
  render(<App daemon={daemon} />);
  return { daemon, user: userEvent.setup() };
}

/** The browser still has the cookie of an earlier login; it opens the page of that address. */
export function renderSignedIn(sample: SampleDaemon, path?: string) {
  if (path !== undefined) window.history.replaceState(null, "", path);
  sample.access.cookie = "ada/0";
  return renderApp(sample);
}
