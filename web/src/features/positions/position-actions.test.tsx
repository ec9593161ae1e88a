import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import type { ClosePositionRequest, SetProtectionRequest } from "@/gen/tradingd/v1/positions_pb";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";

beforeEach(() => window.history.replaceState({}, "", "/positions"));

async function opened(role = Role.OPERATOR) {
  const sample = SampleDaemon.withUser(role);
  const { user } = renderSignedIn(sample);
  await screen.findByRole("table", { name: "Open positions" });
  return { sample, user };
}

function last<Request>(sample: SampleDaemon, method: string): Request {
  return sample.calls.findLast((each) => each.method === method)?.request as Request;
}

describe("closing a position", () => {
  it("shows the plan of what is chosen and carries out that one", async () => {
    const { sample, user } = await opened();
    await user.click(screen.getByRole("button", { name: "Close BTCUSDT" }));
    const dialog = await screen.findByRole("dialog", { name: "Close BTCUSDT" });
    await user.click(within(dialog).getByRole("radio", { name: "50 %" }));
    const plan = await within(dialog).findByRole("table", { name: "Orders that would leave" });
    expect(within(plan).getByText("0.015")).toBeTruthy();
    const go = within(dialog).getByRole<HTMLButtonElement>("button", { name: "Close this part" });
    expect(go.disabled).toBe(true);
    await user.type(within(dialog).getByLabelText("Reason"), "taking half off");
    await user.click(go);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const sent = last<ClosePositionRequest>(sample, "ClosePosition");
    expect(sent).toMatchObject({ dryRun: false, reason: "taking half off" });
    expect(sent.planId).not.toBe("");
    expect(sent.size).toEqual({ case: "partPct", value: "50" });
    expect((await screen.findByText(/0.015 BTCUSDT sold at/)).textContent).toContain("fees 0.90");
  });

  it("refuses more than is held before the daemon is asked", async () => {
    const { sample, user } = await opened();
    await user.click(screen.getByRole("button", { name: "Close BTCUSDT" }));
    const dialog = await screen.findByRole("dialog", { name: "Close BTCUSDT" });
    await user.click(within(dialog).getByRole("radio", { name: "Quantity" }));
    await user.type(within(dialog).getByLabelText("Quantity to sell"), "0.04");
    expect(within(dialog).getByText("More than is held")).toBeTruthy();
    const sent = last<ClosePositionRequest>(sample, "ClosePosition");
    expect(sent.size).not.toEqual({ case: "quantity", value: "0.04" });
  });

  it("is not offered to a viewer", async () => {
    await opened(Role.VIEWER);
    expect(screen.queryByRole("button", { name: "Close BTCUSDT" })).toBeNull();
    expect(screen.queryByRole("button", { name: /Edit stop/ })).toBeNull();
  });
});

describe("moving a stop", () => {
  it("is checked as it is typed, planned and sent alone", async () => {
    const { sample, user } = await opened();
    await user.click(screen.getByRole("button", { name: "Edit stop and targets of BTCUSDT" }));
    const dialog = await screen.findByRole("dialog", { name: "Stop and targets of BTCUSDT" });
    const stop = within(dialog).getByLabelText("Stop");
    await user.clear(stop);
    await user.type(stop, "99999999");
    expect(within(dialog).getByText("The stop must be below the mark")).toBeTruthy();
    await user.clear(stop);
    await user.type(stop, "60500");
    await within(dialog).findByRole("table", { name: "What would change" });
    await user.click(within(dialog).getByRole("button", { name: "Move levels" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const sent = last<SetProtectionRequest>(sample, "SetProtection");
    expect(sent.stop?.change).toEqual({ case: "price", value: "60500" });
    expect(sent.target).toBeUndefined();
    expect(await screen.findByText("set by hand")).toBeTruthy();
  });
});
