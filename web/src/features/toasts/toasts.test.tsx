import { screen, waitFor, within } from "@testing-library/react";
import { act } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import { preferences, setPreferences } from "@/lib/preferences";
import { tradeOf } from "@/testing/fixtures";
import { renderSignedIn } from "@/testing/render-app";
import { alertOf } from "@/testing/sample-alerts";
import { SampleDaemon } from "@/testing/sample-daemon";
import { toasts } from "./toast-store";

afterEach(() => setPreferences({ toasts: "all" }));

const closed = (sample: SampleDaemon, id: bigint) =>
  act(() => void sample.record({ case: "tradeClosed", value: tradeOf({ id, symbol: `PAIR${id}` }) }));
const shown = () => screen.findByRole("status", { name: "Notices" });

async function opened() {
  const sample = SampleDaemon.withUser();
  const { user } = renderSignedIn(sample, "/safety");
  await screen.findByText("Live");
  act(() => sample.heartbeat());
  return { sample, user };
}

describe("notices", () => {
  it("tell of a closed trade and go away when dismissed", async () => {
    const { sample, user } = await opened();
    closed(sample, 9n);
    const region = await shown();
    await within(region).findByText("PAIR9 closed with a profit");
    expect(region.textContent).toContain("+25.16 (+2.09 %) · Take profit");
    await user.click(within(region).getByRole("button", { name: "Dismiss: PAIR9 closed with a profit" }));
    expect(within(region).queryByText(/PAIR9/)).toBeNull();
  });

  it("are at most five, and one for the trading state", async () => {
    const { sample } = await opened();
    for (let id = 10n; id < 17n; id += 1n) closed(sample, id);
    act(() => void sample.setState(TradingState.HALTED, "operator ada"));
    act(() => void sample.setState(TradingState.ACTIVE, "operator ada"));
    const region = await shown();
    await within(region).findByText("Trading is now: Active");
    expect(within(region).queryByText("Trading is now: Halted")).toBeNull();
    expect(toasts.get().length).toBeLessThanOrEqual(5);
  });

  it("tell nothing of what happened before the stream has caught up", async () => {
    const sample = SampleDaemon.withUser();
    renderSignedIn(sample, "/safety");
    await screen.findByText("Live");
    closed(sample, 20n);
    act(() => sample.heartbeat());
    closed(sample, 21n);
    const region = await shown();
    await within(region).findByText(/PAIR21/);
    expect(within(region).queryByText(/PAIR20/)).toBeNull();
  });

  it("can be silenced, trades first", async () => {
    const { sample } = await opened();
    setPreferences({ toasts: "alerts" });
    closed(sample, 30n);
    act(() => void sample.record({ case: "alert", value: { change: "raised", alert: alertOf() } }));
    const region = await shown();
    await within(region).findByText("Market data is stale");
    setPreferences({ toasts: "none" });
    closed(sample, 31n);
    await waitFor(() => expect(preferences.get().toasts).toBe("none"));
    expect(within(region).queryByText(/PAIR3/)).toBeNull();
  });
});
