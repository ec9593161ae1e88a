import { screen, waitFor, within } from "@testing-library/react";
import { Code, ConnectError } from "@connectrpc/connect";
import { act } from "react";
import { describe, expect, it, vi } from "vitest";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import type { ResumeRequest, StopRequest } from "@/gen/tradingd/v1/emergency_pb";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";

const state = () => screen.findByRole("status", { name: "Trading state" });

async function opened(role = Role.OPERATOR, path = "/") {
  const sample = SampleDaemon.withUser(role);
  const { user } = renderSignedIn(sample, path);
  await screen.findByText("Live");
  return { sample, user };
}

function requests<T>(sample: SampleDaemon, method: string): T[] {
  return sample.calls.filter((each) => each.method === method).map((each) => each.request as T);
}

describe("stop", () => {
  it("takes two steps and lists what the daemon says", async () => {
    const { sample, user } = await opened();
    await user.click(screen.getByRole("button", { name: /Stop/ }));
    expect(requests(sample, "Stop")).toEqual([]);
    await user.type(screen.getByLabelText("Reason (optional)"), "drill");
    await user.click(screen.getByRole("button", { name: "Stop trading" }));
    const dialog = await screen.findByRole("dialog", { name: "Trading is stopped" });
    expect(within(dialog).getByText("t-9-1")).toBeTruthy();
    expect(within(dialog).getByRole("region", { name: "Protection that stays" }).textContent).toContain(
      "Sell 0.03 BTCUSDT stop @ 60,270.00",
    );
    expect((await state()).textContent).toContain("Halted");
    const banner = screen.getByRole("region", { name: "State of everything" });
    await within(banner).findByText(/operator ada: drill/);
    const [request] = requests<StopRequest>(sample, "Stop");
    expect(request?.reason).toBe("drill");
    expect(request?.requestId).toMatch(/^[0-9a-f-]{32,36}$/);
  });

  it("says so when the stop was not confirmed, and can be pressed again", async () => {
    const { sample, user } = await opened();
    const broken = vi.spyOn(sample, "setState").mockImplementationOnce(() => {
      throw new ConnectError("the disk is full", Code.Unavailable);
    });
    await user.click(screen.getByRole("button", { name: /Stop/ }));
    await user.click(screen.getByRole("button", { name: "Stop trading" }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toMatch(/not confirmed.*the disk is full.*UNAVAILABLE/);
    await user.click(screen.getByRole("button", { name: "Stop trading" }));
    await screen.findByRole("dialog", { name: "Trading is stopped" });
    expect(broken).toHaveBeenCalledTimes(2);
    const ids = requests<StopRequest>(sample, "Stop").map((each) => each.requestId);
    expect(new Set(ids).size).toBe(2);
  });

  it("is not offered to viewers", async () => {
    const { sample } = await opened(Role.VIEWER);
    expect(screen.queryByRole("button", { name: /Stop/ })).toBeNull();
    sample.setState(TradingState.HALTED, "operator bob");
    await screen.findByRole("region", { name: "Trading is restrained" });
    expect(screen.queryByRole("button", { name: "Resume" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Close all" })).toBeNull();
  });
});

describe("while halted", () => {
  it("resumes with a reason and names the stop that was seen", async () => {
    const { sample, user } = await opened();
    sample.setState(TradingState.HALTED, "operator bob");
    await user.click(await screen.findByRole("button", { name: "Resume" }));
    const go = screen.getByRole<HTMLButtonElement>("button", { name: "Resume trading" });
    expect(go.disabled).toBe(true);
    await screen.findByText("What would change");
    const checks = await screen.findByRole("region", { name: "Before you resume" });
    expect(checks.textContent).toContain("to knowdata fresh · no row for 31 s");
    await user.type(screen.getByLabelText("Reason"), "all clear");
    await user.click(go);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect((await state()).textContent).toContain("Active");
    const [request] = requests<ResumeRequest>(sample, "Resume");
    expect(request).toMatchObject({ reason: "all clear", epoch: 2n });
  });

  it("a newer stop wins over a resume", async () => {
    const { sample, user } = await opened();
    sample.setState(TradingState.HALTED, "operator bob");
    await user.click(await screen.findByRole("button", { name: "Resume" }));
    await screen.findByText("What would change");
    sample.setState(TradingState.HALTED, "operator eve");
    await user.type(screen.getByLabelText("Reason"), "all clear");
    await user.click(screen.getByRole("button", { name: "Resume trading" }));
    expect((await screen.findByRole("alert")).textContent).toMatch(/a newer stop holds.*NEWER_STOP/);
    expect(sample.state).toBe(TradingState.HALTED);
  });

  it("closes all only after the word and a reason, and shows each position", async () => {
    const { sample, user } = await opened();
    sample.setState(TradingState.HALTED, "operator bob");
    await user.click(await screen.findByRole("button", { name: "Close all" }));
    const sell = screen.getByRole<HTMLButtonElement>("button", { name: "Sell everything" });
    const plan = await screen.findByRole("table", { name: "Orders that would leave" });
    expect(plan.textContent).toContain("BTCUSDT");
    await user.type(screen.getByLabelText("Reason"), "going home");
    await user.type(screen.getByLabelText("Type CLOSE to confirm"), "close");
    expect(sell.disabled).toBe(true);
    await user.clear(screen.getByLabelText("Type CLOSE to confirm"));
    await user.type(screen.getByLabelText("Type CLOSE to confirm"), "CLOSE");
    await user.click(sell);
    const table = await screen.findByRole("table", { name: "What was closed" });
    expect(table.textContent).toContain("+11.80");
    expect(requests(sample, "CloseAll").length).toBe(1);
  });
});

describe("the Safety page", () => {
  it("tells what holds, who protects what, and what the last close-all did", async () => {
    const { sample, user } = await opened(Role.OPERATOR, "/safety");
    const protection = await screen.findByRole("table", { name: "Protection of each position" });
    expect(within(protection).getByText(/60,270\.00/)).toBeTruthy();
    expect(within(protection).getByText("At the venue")).toBeTruthy();
    expect(await screen.findByText("There was no close-all yet")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Close all positions" }));
    await user.type(await screen.findByLabelText("Reason"), "drill");
    await user.type(screen.getByLabelText("Type CLOSE to confirm"), "CLOSE");
    await user.click(screen.getByRole("button", { name: "Sell everything" }));
    const dialog = await screen.findByRole("dialog", { name: "Close all" });
    await user.click(within(dialog).getByRole("button", { name: "Close" }));
    const card = await screen.findByRole("region", { name: "Last close-all" });
    await within(card).findByText("Flat: nothing is left but dust.");
    expect(requests(sample, "CloseAll").length).toBe(1);
  });

  it("lists who has stopped trading, when and why", async () => {
    const { sample } = await opened(Role.VIEWER, "/safety");
    act(() => void sample.setState(TradingState.HALTED, "operator: drill"));
    const history = await screen.findByRole("table", { name: "History of the trading state" });
    await within(history).findByText("operator: drill");
    expect(within(history).getByText("ada")).toBeTruthy();
    expect(within(history).getByText("until now")).toBeTruthy();
    const banner = screen.getByRole("region", { name: "State of everything" });
    await within(banner).findByText(/by ada/);
  });

  it("freezes only after its own word", async () => {
    const { sample, user } = await opened(Role.OPERATOR, "/safety");
    await user.click(await screen.findByRole("button", { name: "Stop and freeze" }));
    const go = await screen.findByRole<HTMLButtonElement>("button", { name: "Freeze" });
    expect(go.disabled).toBe(true);
    await user.type(screen.getByLabelText("Type FREEZE to confirm"), "FREEZE");
    await waitFor(() => expect(go.disabled).toBe(false));
    await user.click(go);
    await screen.findByRole("dialog", { name: "Trading is stopped" });
    const [request] = requests<StopRequest>(sample, "Stop");
    expect(request?.freeze).toBe(true);
  });

  it("has no action for a viewer", async () => {
    await opened(Role.VIEWER, "/safety");
    await screen.findByRole("table", { name: "Protection of each position" });
    expect(screen.queryByRole("list", { name: "Emergency actions" })).toBeNull();
  });
});
