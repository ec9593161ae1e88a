import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { TradeOutcome } from "@/gen/tradingd/v1/exports_pb";
import { type ListTradesRequest, TradeSort } from "@/gen/tradingd/v1/trades_pb";
import * as files from "@/lib/save-export";
import { tradeOf } from "@/testing/fixtures";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";
import { madeTrades } from "@/testing/sample-history";

beforeEach(() => window.history.replaceState({}, "", "/trades"));

function listed(sample: SampleDaemon): ListTradesRequest[] {
  const calls = sample.calls.filter((each) => each.method === "ListTrades");
  return calls.map((each) => each.request as ListTradesRequest);
}

describe("the trades page", () => {
  it("says how many match, and asks the daemon for what is filtered", async () => {
    const sample = SampleDaemon.withUser();
    sample.history = madeTrades(700, 1_000n);
    const { user } = renderSignedIn(sample);
    expect(await screen.findByText("500 of 702")).toBeTruthy();
    await screen.findByRole("option", { name: "ETHUSDT" });
    await user.selectOptions(screen.getByLabelText("Symbol"), "ETHUSDT");
    await waitFor(() => expect(listed(sample).at(-1)?.symbol).toBe("ETHUSDT"));
    expect(window.location.search).toContain("symbol=ETHUSDT");
  });

  it("puts a new trade on top without loading the rest again", async () => {
    const sample = SampleDaemon.withUser();
    renderSignedIn(sample);
    expect(await screen.findByText("2 of 2")).toBeTruthy();
    const value = tradeOf({ id: 3n, symbol: "BTCUSDT" });
    sample.trades = [value, ...sample.trades];
    act(() => void sample.record({ case: "tradeClosed", value }));
    expect(await screen.findByText("3 of 3", {}, { timeout: 4_000 })).toBeTruthy();
    const whole = listed(sample).filter((each) => each.pageSize === 500);
    expect(whole).toHaveLength(1);
  });

  it("sorts on the daemon and says so in the address and the heading", async () => {
    const sample = SampleDaemon.withUser();
    const { user } = renderSignedIn(sample);
    await screen.findByRole("table", { name: "Closed trades" });
    await user.click(screen.getByRole("button", { name: /^Profit(?! %)/ }));
    await waitFor(() => expect(listed(sample).at(-1)?.sort).toBe(TradeSort.PROFIT));
    expect(window.location.search).toContain("sort=PROFIT");
    const heading = await screen.findByRole("columnheader", { name: /^Profit(?! %)/ });
    expect(heading.getAttribute("aria-sort")).toBe("descending");
  });

  it("shows the daemon's sums of what matches, and exports under the same filters", async () => {
    window.history.replaceState({}, "", "/trades?outcome=WON&reason=TAKE_PROFIT");
    const sample = SampleDaemon.withUser();
    vi.spyOn(files, "saveFile").mockImplementation(() => {});
    const { user } = renderSignedIn(sample);
    expect((await screen.findByText("Profit after fees")).nextSibling?.textContent).toBe("+25.16");
    await user.click(screen.getByRole("button", { name: "Export JSON" }));
    await waitFor(() => expect(sample.calls.some((each) => each.method === "ExportTrades")).toBe(true));
    const asked = sample.calls.find((each) => each.method === "ExportTrades")?.request;
    expect(asked).toMatchObject({ outcome: TradeOutcome.WON, exitReasons: ["take_profit"] });
  });

  it("opens one trade by a link, with the shares of its strategies", async () => {
    window.history.replaceState({}, "", "/trades?trade=1");
    renderSignedIn(SampleDaemon.withUser());
    const drawer = await screen.findByRole("dialog", { name: "Trade 1" });
    const shares = within(drawer).getByRole("table", { name: "Shares of strategies" });
    expect(within(shares).getByText("momentum")).toBeTruthy();
  });

  it("exports every row that matches", async () => {
    const sample = SampleDaemon.withUser();
    sample.history = madeTrades(700, 1_000n);
    const saved: Blob[] = [];
    vi.spyOn(files, "saveFile").mockImplementation((file) => void saved.push(file));
    const { user } = renderSignedIn(sample);
    await user.click(await screen.findByRole("button", { name: "Export CSV" }));
    await waitFor(() => expect(saved).toHaveLength(1));
    const text = (await saved[0]?.text()) ?? "";
    expect(text.trim().split("\r\n")).toHaveLength(703);
  });
});
