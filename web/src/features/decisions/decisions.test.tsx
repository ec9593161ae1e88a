import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { momentText } from "@/lib/moments";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";

const MINUTE_MS = 60_000;

function at(path: string) {
  window.history.replaceState(null, "", path);
  const sample = SampleDaemon.withUser();
  return { sample, ...renderSignedIn(sample) };
}

/** The page is loaded when it is first opened. */
const LOADING = { timeout: 15_000 };
const region = (name: string) => screen.findByRole("region", { name }, LOADING);

beforeEach(() => window.history.replaceState(null, "", "/decisions"));

describe("decisions", { timeout: 40_000 }, () => {
  it("stand in a grid whose cells explain themselves", async () => {
    const { user } = at("/decisions");
    const grid = await screen.findByLabelText("Decisions by symbol and candle", {}, LOADING);
    const denied = within(grid).getAllByLabelText(/^ETHUSDT .*: Denied, cooldown after a stop$/i);
    const newest = denied.at(-1);
    if (newest) await user.click(newest);
    const explained = await region("Explanation");
    await within(explained).findByText(/An entry was proposed and denied. A stop has fired here shortly before/, {}, LOADING);
    expect(explained.textContent).toContain("It would have been 4; the limit is 15.");
    const checks = within(explained).getByRole("table", { name: "Risk checks for ETHUSDT" });
    expect(checks.textContent).toContain("✗ denied");
    expect(window.location.search).toContain("of=ETHUSDT");
  });

  it("are walked through with the arrow keys", async () => {
    const { user } = at("/decisions");
    const grid = await screen.findByLabelText("Decisions by symbol and candle", {}, LOADING);
    const stops = [...grid.querySelectorAll("button")].filter((each) => each.tabIndex === 0);
    expect(stops).toHaveLength(1);
    stops[0]?.focus();
    await user.keyboard("{ArrowDown}{ArrowLeft}");
    expect(document.activeElement?.getAttribute("aria-label")).toMatch(/^ETHUSDT .*Hold/);
  });

  it("are linked by symbol and open time, with the orders that came of them", async () => {
    const now = SampleDaemon.withUser().market.now;
    at(`/decisions?symbol=BTCUSDT&at=${momentText(now - 8 * MINUTE_MS)}`);
    const explained = await region("Explanation");
    await within(explained).findByText(/The entry was approved/, {}, LOADING);
    const order = within(explained).getByRole("link", { name: "t-7-1" });
    expect(order.getAttribute("href")).toContain("/orders?order=t-7-1");
  });

  it("answer for a moment between two candles with the one that had closed last", async () => {
    const now = SampleDaemon.withUser().market.now;
    at(`/decisions?symbol=BTCUSDT&at=${momentText(now - 3 * MINUTE_MS + 30_000)}`);
    const explained = await region("Explanation");
    await within(explained).findByText(/this is the one that had closed last by then/, {}, LOADING);
    await within(explained).findByText(/Nothing was done/, {}, LOADING);
  });

  it("are found by what came of them, and counted by reason", async () => {
    const { user } = at("/decisions");
    const reasons = await screen.findByRole("table", { name: "Reasons" }, LOADING);
    await user.click(within(reasons).getByRole("button", { name: /^cooldown after a stop$/i }));
    await waitFor(() => expect(window.location.search).toContain("reason=cooldown_after_stop"), LOADING);
    const found = await screen.findByRole("table", { name: "Decisions that match" }, LOADING);
    // Of ETHUSDT every fifth candle, less the entries among them.
    await waitFor(() => expect(found.getAttribute("aria-rowcount")).toBe("48"), LOADING);
  });

  it("explain a symbol at a moment that was typed in", async () => {
    const { user, sample } = at("/decisions");
    const symbol = await screen.findByLabelText("Why, or why not,", {}, LOADING);
    await within(symbol).findByText("ETHUSDT");
    await user.selectOptions(symbol, "ETHUSDT");
    const moment = screen.getByLabelText("at (UTC)");
    await user.type(moment, momentText(sample.market.now - 6 * MINUTE_MS).slice(0, 16));
    await user.click(screen.getByRole("button", { name: "Explain" }));
    await within(await region("Explanation")).findByText(/An entry was proposed and denied/, {}, LOADING);
  });
});
