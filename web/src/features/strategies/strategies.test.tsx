import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { SetStrategyEnabledRequest } from "@/gen/tradingd/v1/strategies_pb";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";

const switchOf = (name: string) => screen.findByRole("switch", { name: `Strategy ${name}` });
const isOn = async (name: string) => (await switchOf(name)).getAttribute("aria-checked");

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

  it("ask for a second word when open positions are owned", async () => {
    const sample = SampleDaemon.withUser();
    const { user } = renderSignedIn(sample, "/strategies");
    await user.click(await switchOf("momentum"));
    await screen.findByRole("dialog", { name: "Switch off momentum anyway?" });
    expect(sample.strategies[0]?.enabled).toBe(true);
    expect(screen.getByRole("alert").textContent).toContain("owns 1 open position");
    await user.click(screen.getByRole("button", { name: "Switch off anyway" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sample.strategies[0]?.enabled).toBe(false);
    expect(await isOn("momentum")).toBe("false");
  });
});
