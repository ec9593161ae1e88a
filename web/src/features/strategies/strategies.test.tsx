import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { create } from "@bufbuild/protobuf";
import type { SetStrategyEnabledRequest } from "@/gen/tradingd/v1/strategies_pb";
import { StrategyStatisticsSchema } from "@/gen/tradingd/v1/strategies_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { DATA_START, strategyOf } from "@/testing/fixtures";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";

const switchOf = (name: string) => screen.findByRole("switch", { name: `Strategy ${name}` });
const isOn = async (name: string) => (await switchOf(name)).getAttribute("aria-checked");

beforeEach(() => window.history.replaceState(null, "", "/strategies"));

describe("strategy switches", () => {
  it("send the desired state with the version it was decided on", async () => {
    const sample = SampleDaemon.withUser();
    const { user } = renderSignedIn(sample, "/strategies");
    await user.click(await switchOf("breakout"));
    await waitFor(async () => expect(await isOn("breakout")).toBe("true"));
    await waitFor(() => expect(sample.strategies[2]).toMatchObject({ enabled: true, version: 2n }));
    const ours = sample.calls.find((each) => each.method === "SetStrategyEnabled");
    const sent = ours?.request as SetStrategyEnabledRequest;
    expect(sent).toMatchObject({ strategy: "breakout", enabled: true, force: false, expectedVersion: 1n });
  });

  it("go back when the daemon refuses, and show what it has", async () => {
    const sample = SampleDaemon.withUser();
    const { user } = renderSignedIn(sample, "/strategies");
    await switchOf("mean reversion");
    // Somebody else has switched it meanwhile; this page has not heard of it.
    sample.strategies = sample.strategies.map((each) => ({ ...each, version: 9n }));
    await user.click(await switchOf("mean reversion"));
    expect((await screen.findByRole("alert")).textContent).toContain("changed meanwhile");
    await waitFor(async () => expect(await isOn("mean reversion")).toBe("true"));
    await user.click(await switchOf("mean reversion"));
    await waitFor(() => expect(sample.strategies[1]?.enabled).toBe(false));
  });

  it("ask for a second word when open positions are owned, and carry out the plan shown", async () => {
    const sample = SampleDaemon.withUser();
    const { user } = renderSignedIn(sample, "/strategies");
    await user.click(await switchOf("momentum"));
    const dialog = await screen.findByRole("dialog", { name: "Switch off momentum anyway?" });
    expect(sample.strategies[0]?.enabled).toBe(true);
    expect(dialog.textContent).toContain("owns 1 open position: BTCUSDT");
    await within(dialog).findByText("strategy momentum");
    await user.click(within(dialog).getByRole("button", { name: "Switch off anyway" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sample.strategies[0]?.enabled).toBe(false);
    expect(await isOn("momentum")).toBe("false");
    const last = sample.calls.findLast((each) => each.method === "SetStrategyEnabled");
    expect(last?.request).toMatchObject({ force: true, planId: "plan-momentum", dryRun: false });
  });

  it("ask too when a position was opened after the page had its list", async () => {
    const sample = SampleDaemon.withUser();
    const { user } = renderSignedIn(sample);
    await switchOf("mean reversion");
    sample.strategies = sample.strategies.map((each) => ({ ...each, openSymbols: ["ETHUSDT"] }));
    await user.click(await switchOf("mean reversion"));
    await screen.findByRole("dialog", { name: "Switch off mean reversion anyway?" });
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(async () => expect(await isOn("mean reversion")).toBe("true"));
  });

  it("are not there for a viewer", async () => {
    renderSignedIn(SampleDaemon.withUser(Role.VIEWER));
    await screen.findByRole("region", { name: "momentum" });
    expect(screen.queryByRole("switch")).toBeNull();
  });
});

describe("strategy cards", () => {
  it("compare, warn of losses in a row, and tell of what the tracker has switched off", async () => {
    const sample = SampleDaemon.withUser();
    const statistics = [
      create(StrategyStatisticsSchema, {
        symbol: "ETHUSDT",
        trades: 5n,
        wins: 1n,
        losses: 4n,
        totalProfit: "-8.5",
        winRatePct: "20",
        consecutiveLosses: 4,
        autoDisabled: true,
        autoDisabledReason: "consecutive_losses",
        autoDisabledAt: timestampFromMs(DATA_START),
      }),
    ];
    sample.strategies = [strategyOf(), strategyOf({ name: "breakout", totalProfit: "-8.5", trades: 5n, statistics })];
    renderSignedIn(sample);
    const card = await screen.findByRole("region", { name: "breakout" });
    expect(within(card).getByRole("note").textContent).toContain("ETHUSDT: consecutive losses, since 2024-03-01 12:00:00");
    expect(within(card).getByText("Losses in a row", { selector: "dt" }).parentElement?.textContent).toContain("4 in ETHUSDT");
    const rows = within(screen.getByRole("table", { name: "Comparison" })).getAllByRole("row");
    expect(rows[1]?.textContent).toContain("momentum");
    await screen.findByRole("img", { name: "Running profit of momentum over its last 4 trades: +30.25" });
  });

  it("are in the order that the address asks for", async () => {
    window.history.replaceState(null, "", "/strategies?sort=name");
    renderSignedIn(SampleDaemon.withUser());
    await screen.findByRole("region", { name: "breakout" });
    const names = screen.getAllByRole("region").map((each) => each.querySelector("h2")?.textContent);
    expect(names.filter((each) => each !== undefined && each !== "Comparison")).toEqual(["breakout", "mean reversion", "momentum"]);
  });
});
