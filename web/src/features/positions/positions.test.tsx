import { screen, within } from "@testing-library/react";
import { act } from "react";
import { describe, expect, it } from "vitest";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import { OrderStatus } from "@/gen/tradingd/v1/orders_pb";
import { ProtectionPlace, StopKind } from "@/gen/tradingd/v1/positions_pb";
import { orderOf } from "@/testing/fixtures";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";

async function opened(path = "/positions") {
  const sample = SampleDaemon.withUser();
  renderSignedIn(sample, path);
  await within(await screen.findByRole("status", { name: "Connection" })).findByText("Live");
  return sample;
}

describe("open positions", () => {
  it("show the first target and what has set the stop", async () => {
    const sample = await opened();
    const table = await screen.findByRole("table", { name: "Open positions" });
    expect(within(table).getByRole("columnheader", { name: "Targets" })).toBeTruthy();
    const value = {
      symbol: "BTCUSDT",
      stopPrice: "61200",
      stopKind: StopKind.TRAILING,
      firstTargetPrice: "62750",
      place: ProtectionPlace.VENUE,
    };
    act(() => void sample.record({ case: "protectionChanged", value }));
    expect((await within(table).findByText("62,750.00")).parentElement?.textContent).toContain("part");
    expect(within(table).getByText("trailing")).toBeTruthy();
  });
});

describe("open orders", () => {
  it("keep an order in doubt and make it stand out", async () => {
    const sample = await opened("/orders");
    const order = orderOf({ status: OrderStatus.UNKNOWN, missingQuantity: "0.01" });
    act(() => void sample.record({ case: "orderUpdated", value: order }));
    const table = await screen.findByRole("table", { name: "Open orders" });
    const doubt = await within(table).findByText("Unknown");
    expect(doubt.tagName).toBe("STRONG");
    expect(within(table).getByText("0 (0.01 missing)")).toBeTruthy();
  });
});

describe("a freeze", () => {
  it("says on every page that protection is suspended", async () => {
    const sample = await opened();
    const change = { from: TradingState.ACTIVE, to: TradingState.HALTED, epoch: 2n, cause: "operator ada" };
    act(() => void sample.record({ case: "tradingStateChanged", value: { ...change, frozen: true } }));
    expect(await screen.findByText("Frozen: protection suspended")).toBeTruthy();
    const bar = await screen.findByRole("region", { name: "Trading is restrained" });
    expect(bar.textContent).toContain("No stop and no target sells until resume.");
  });
});
