import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { OrderPurpose, OrderSide } from "@/gen/tradingd/v1/common_pb";
import type { CancelOrderRequest } from "@/gen/tradingd/v1/orders_pb";
import { OrderStatus, OrderType } from "@/gen/tradingd/v1/orders_pb";
import { orderOf } from "@/testing/fixtures";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";

const at = (path: string) => window.history.replaceState({}, "", path);

beforeEach(() => at("/orders"));

describe("the orders page", () => {
  it("takes an entry back with a plan, and offers that for no protection", async () => {
    const sample = SampleDaemon.withUser();
    const entry = { side: OrderSide.BUY, purpose: OrderPurpose.ENTRY, type: OrderType.LIMIT };
    sample.openOrders = [orderOf(), orderOf({ clientOrderId: "t-2-1", ...entry })];
    const { user } = renderSignedIn(sample);
    await screen.findByRole("table", { name: "Open orders" });
    expect(screen.queryByRole("button", { name: "Cancel t-1-1" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Cancel t-2-1" }));
    const dialog = await screen.findByRole("dialog", { name: "Cancel this order of BTCUSDT?" });
    const plan = await within(dialog).findByRole("region", { name: "Orders that would be taken back" });
    expect(within(plan).getByText("t-2-1")).toBeTruthy();
    await user.click(within(dialog).getByRole("button", { name: "Take it back" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Cancel t-2-1" })).toBeNull());
    const sent = sample.calls.findLast((each) => each.method === "CancelOrder");
    const request = sent?.request as CancelOrderRequest;
    expect(request.planId).not.toBe("");
  });

  it("asks the daemon for what all orders are narrowed down by", async () => {
    at("/orders?tab=all&status=FILLED&purpose=ENTRY");
    const sample = SampleDaemon.withUser();
    renderSignedIn(sample);
    await screen.findByRole("table", { name: "All orders" });
    const asked = sample.calls.find((each) => each.method === "ListOrders")?.request;
    expect(asked).toMatchObject({ statuses: [OrderStatus.FILLED], purpose: OrderPurpose.ENTRY });
  });

  it("narrows live orders down by what the address says", async () => {
    at("/orders?side=BUY");
    renderSignedIn(SampleDaemon.withUser());
    expect(await screen.findByText("No order matches")).toBeTruthy();
  });

  it("opens an order by a link, with its fills", async () => {
    at("/orders?tab=all&order=t-0-1");
    const { user } = renderSignedIn(SampleDaemon.withUser());
    const drawer = await screen.findByRole("dialog", { name: "Order t-0-1" });
    const fills = await within(drawer).findByRole("table", { name: "Fills" });
    expect(within(fills).getByText("61,512.30")).toBeTruthy();
    const steps = within(within(drawer).getByRole("region", { name: "Timeline" })).getAllByRole("listitem");
    expect(steps).toHaveLength(3);
    expect(steps[2]?.textContent).toContain("engine +1 min · written +250 ms · journal 44");
    await user.click(within(drawer).getByRole("button", { name: "Close" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(window.location.search).not.toContain("order=");
  });

  it("shows what carrying out cost in all", async () => {
    at("/orders?tab=executions");
    renderSignedIn(SampleDaemon.withUser());
    const table = await screen.findByRole("table", { name: "Executions" });
    expect(table).toBeTruthy();
    expect((await screen.findByText("Mean slippage")).nextSibling?.textContent).toBe("2 bps");
  });
});
