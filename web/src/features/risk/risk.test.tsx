import { screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";

beforeEach(() => window.history.replaceState({}, "", "/risk"));

describe("the risk page", () => {
  it("shows what blocks entries before anything else, with its setting", async () => {
    renderSignedIn(SampleDaemon.withUser());
    const blocking = await screen.findByRole("list", { name: "Blocking entries now" });
    const gauge = within(blocking).getByRole("meter", { name: "Position size BTCUSDT" });
    expect(gauge.getAttribute("aria-valuetext")).toBe("100.1 %");
    const setting = within(blocking).getByRole("link", { name: "risk.max_position_size_pct" });
    expect(setting.getAttribute("href")).toContain("key=risk.max_position_size_pct");
    const lists = screen.getAllByRole("list").map((each) => each.getAttribute("aria-label"));
    const named = lists.filter((each) => each?.startsWith("Blocking") || each?.startsWith("Limits"));
    expect(named).toEqual(["Blocking entries now", "Limits of the account"]);
  });

  it("says the correlation of each two symbols in figures", async () => {
    renderSignedIn(SampleDaemon.withUser());
    const table = await screen.findByRole("table", { name: "Correlation of returns" });
    const cells = within(table).getAllByRole("cell").map((each) => each.textContent);
    expect(cells).toEqual(["1.00", "0.87", "0.87", "1.00"]);
  });

  it("counts which checks kept entries back", async () => {
    renderSignedIn(SampleDaemon.withUser());
    const table = await screen.findByRole("table", { name: "Entries denied since the start" });
    expect(within(table).getByRole("row", { name: /^ETHUSDT Cooldown after a stop \d+/ })).toBeTruthy();
    const link = within(table).getByRole("link", { name: "Show decisions of ETHUSDT denied by Cooldown after a stop" });
    expect(link.getAttribute("href")).toContain("reason=cooldown");
  });

  it("says why there is no model of a symbol", async () => {
    renderSignedIn(SampleDaemon.withUser());
    const table = await screen.findByRole("table", { name: "Volatility per symbol" });
    expect(within(table).getByText("no model: too few returns")).toBeTruthy();
  });
});
