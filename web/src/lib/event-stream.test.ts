import { Code, ConnectError } from "@connectrpc/connect";
import { QueryObserver } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import type { SubscribeRequest } from "@/gen/tradingd/v1/events_pb";
import { QUICK } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";
import { transportTo } from "@/testing/sample-transport";
import { type Daemon, connectDaemon } from "./daemon";
import { queryKeys } from "./query-keys";
import type { StreamTiming } from "./stream-timing";
import type { World } from "./world";

let open: Daemon | undefined;
afterEach(() => open?.stream.stop());

async function connected(sample: SampleDaemon, timing: StreamTiming = QUICK) {
  const daemon = connectDaemon(transportTo(sample), timing);
  open = daemon;
  sample.access.cookie = "ada/0";
  await daemon.session.start();
  daemon.stream.start();
  const world = () => daemon.queryClient.getQueryData<World>(queryKeys.world);
  await vi.waitFor(() => expect(world()).toBeDefined());
  return { daemon, world, phase: () => daemon.stream.state.get().phase };
}

function subscriptions(sample: SampleDaemon): SubscribeRequest[] {
  const ours = sample.calls.filter((each) => each.method === "Subscribe");
  return ours.map((each) => each.request as SubscribeRequest);
}

describe("the event stream", () => {
  it("brings the snapshot and then every change into the cache", async () => {
    const sample = SampleDaemon.withUser();
    const { world, phase } = await connected(sample);
    expect(phase()).toBe("live");
    sample.setState(TradingState.HALTED, "operator bob");
    await vi.waitFor(() => expect(world()?.status?.tradingState?.cause).toBe("operator bob"));
    expect(world()?.sequence).toBe(sample.sequence);
  });

  it("resumes where it was when the stream ends", async () => {
    const sample = SampleDaemon.withUser();
    const { phase } = await connected(sample);
    sample.cutStreams();
    await vi.waitFor(() => expect(subscriptions(sample).length).toBe(2));
    expect(subscriptions(sample)[1]).toMatchObject({ resumeAfter: 100n, storeId: "store-a" });
    await vi.waitFor(() => expect(phase()).toBe("live"));
  });

  it("takes a fresh snapshot from a daemon with another store", async () => {
    const sample = SampleDaemon.withUser();
    const { world } = await connected(sample);
    sample.restartWithStore("store-b");
    await vi.waitFor(() => expect(world()?.storeId).toBe("store-b"));
    expect(world()?.sequence).toBe(5n);
    expect(subscriptions(sample).map((each) => each.resumeAfter)).toEqual([0n, 100n, 0n]);
  });

  it("takes a fresh snapshot after a gap", async () => {
    const sample = SampleDaemon.withUser();
    const { world } = await connected(sample);
    sample.sequence = 107n;
    sample.record({ case: "dayStarted", value: { day: "2024-03-02" } });
    await vi.waitFor(() => expect(world()?.sequence).toBe(108n));
    expect(subscriptions(sample).map((each) => each.resumeAfter)).toEqual([0n, 0n]);
  });

  it("counts silence as a lost stream", async () => {
    const sample = SampleDaemon.withUser();
    const { daemon } = await connected(sample, { ...QUICK, silenceMs: 20 });
    await vi.waitFor(() => expect(subscriptions(sample).length).toBeGreaterThan(1));
    const seen: string[] = [];
    const stopWatching = daemon.stream.state.subscribe(() => seen.push(daemon.stream.state.get().problem));
    await vi.waitFor(() => expect(seen).toContain("no message for too long"));
    stopWatching();
  });

  it("polls snapshots after three failed attempts and comes back by itself", async () => {
    const sample = SampleDaemon.withUser();
    const { daemon, world, phase } = await connected(sample);
    sample.streamsRefused = new ConnectError("no more streams", Code.ResourceExhausted);
    sample.cutStreams();
    sample.setState(TradingState.HALTED, "seen by polling");
    await vi.waitFor(() => expect(world()?.status?.tradingState?.cause).toBe("seen by polling"));
    expect(daemon.stream.state.get()).toMatchObject({ polling: true, phase: "reconnecting" });
    expect(daemon.stream.state.get().failures).toBeGreaterThanOrEqual(3);
    sample.streamsRefused = undefined;
    await vi.waitFor(() => expect(phase()).toBe("live"));
    expect(daemon.stream.state.get()).toMatchObject({ polling: false, failures: 0 });
  });

  it("asks again what failed while the daemon was out of reach", async () => {
    const sample = SampleDaemon.withUser();
    const { daemon } = await connected(sample);
    let reachable = false;
    const shown = new QueryObserver(daemon.queryClient, {
      queryKey: ["resources"],
      queryFn: () => (reachable ? Promise.resolve("new") : Promise.reject(new ConnectError("broken", Code.Internal))),
    });
    const leave = shown.subscribe(() => {});
    await vi.waitFor(() => expect(shown.getCurrentResult().isError).toBe(true));
    reachable = true;
    sample.cutStreams();
    await vi.waitFor(() => expect(shown.getCurrentResult().data).toBe("new"));
    leave();
  });

  it("renews the session when a stream is refused for an old token", async () => {
    const sample = SampleDaemon.withUser();
    const { phase } = await connected(sample);
    const renewals = sample.access.refreshes;
    sample.access.expireAccess();
    sample.cutStreams();
    await vi.waitFor(() => expect(sample.access.refreshes).toBe(renewals + 1));
    await vi.waitFor(() => expect(phase()).toBe("live"));
  });
});

describe("strategies", () => {
  it("are asked for again after a trade, but never from before a known switch", async () => {
    const sample = SampleDaemon.withUser();
    const { daemon, world } = await connected(sample);
    const earned = sample.strategies.map((each) => ({ ...each, totalProfit: "99" }));
    sample.strategies = earned;
    sample.record({ case: "tradeClosed", value: { id: 77n, symbol: "BTCUSDT" } });
    await vi.waitFor(() => expect(world()?.strategies[0]?.totalProfit).toBe("99"), 3_000);
    daemon.queryClient.setQueryData<World>(queryKeys.world, (now) =>
      now ? { ...now, strategiesSequence: sample.sequence + 100n } : now,
    );
    sample.strategies = earned.map((each) => ({ ...each, totalProfit: "1" }));
    const asked = () => sample.calls.filter((each) => each.method === "ListStrategies").length;
    const before = asked();
    sample.record({ case: "tradeClosed", value: { id: 78n, symbol: "BTCUSDT" } });
    await vi.waitFor(() => expect(asked()).toBe(before + 1), 3_000);
    expect(world()?.recentTrades[0]?.id).toBe(78n);
    expect(world()?.strategies[0]?.totalProfit).toBe("99");
  });
});
