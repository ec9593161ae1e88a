import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import { SubscribeResponseSchema } from "@/gen/tradingd/v1/events_pb";
import { OrderStatus } from "@/gen/tradingd/v1/orders_pb";
import { ProtectionPlace, StopKind } from "@/gen/tradingd/v1/positions_pb";
import { type Fields, orderOf, portfolioOf, positionOf, statusOf, strategyOf, tradeOf } from "@/testing/fixtures";
import { type World, step } from "./world";

type Message = Fields<typeof SubscribeResponseSchema>;
const NOW = 5_000;

function snapshotAt(sequence: bigint, storeId = "store-a"): Message {
  const value = {
    storeId,
    status: statusOf({ storeId }),
    portfolio: portfolioOf(),
    positions: [positionOf()],
    openOrders: [orderOf()],
    strategies: [strategyOf()],
    recentTrades: [tradeOf()],
  };
  return { asOfSequence: sequence, payload: { case: "snapshot", value } };
}

function after(world: World | undefined, ...messages: Message[]) {
  let state = world;
  const refresh: string[] = [];
  for (const each of messages) {
    const result = step(state, create(SubscribeResponseSchema, each), NOW);
    if (result.kind === "resync") return { world: state, resync: result.reason, refresh };
    state = result.world;
    refresh.push(...result.refresh);
  }
  return { world: state, resync: undefined, refresh };
}

const record = (sequence: bigint, payload: NonNullable<Message["payload"]>): Message => ({
  sequence,
  previousSequence: sequence - 1n,
  payload,
});
const halt = (sequence: bigint) =>
  record(sequence, {
    case: "tradingStateChanged",
    value: { from: TradingState.ACTIVE, to: TradingState.HALTED, epoch: 2n, cause: "operator ada" },
  });
const closed = (sequence: bigint, id: bigint) =>
  record(sequence, { case: "tradeClosed", value: tradeOf({ id }) });
const fill = (status: OrderStatus): Message => ({
  ...record(101n, { case: "fill", value: { clientOrderId: "t-1-1" } }),
  order: orderOf({ status, filledQuantity: "0.01" }),
});
const markAt = (asOf: bigint, value: Partial<{ storeId: string; equity: string }> = {}): Message => ({
  previousSequence: 0n,
  asOfSequence: asOf,
  payload: {
    case: "mark",
    value: {
      status: statusOf({ storeId: value.storeId ?? "store-a", equity: value.equity ?? "1" }),
      portfolio: portfolioOf({ equity: value.equity ?? "1" }),
      positions: [positionOf({ markPrice: "62000" })],
    },
  },
});

describe("what keeps the world whole", () => {
  const base = after(undefined, snapshotAt(100n)).world;

  it("starts from a snapshot at its sequence", () => {
    expect(base).toMatchObject({ storeId: "store-a", sequence: 100n, receivedAt: NOW });
  });

  const heartbeat: Message["payload"] = { case: "heartbeat", value: {} };
  const rows: { name: string; messages: Message[]; resync?: RegExp; sequence?: bigint }[] = [
    { name: "records in order move on", messages: [halt(101n), halt(102n)], sequence: 102n },
    { name: "a duplicate is ignored", messages: [halt(101n), halt(101n)], sequence: 101n },
    { name: "an old record is ignored", messages: [halt(99n)], sequence: 100n },
    { name: "a skipped number is a gap", messages: [halt(101n), halt(103n)], resync: /gap: 101/ },
    {
      name: "a heartbeat after an unseen record is a gap",
      messages: [{ previousSequence: 101n, asOfSequence: 101n, payload: heartbeat }],
      resync: /gap/,
    },
    {
      name: "a heartbeat changes nothing",
      messages: [{ previousSequence: 100n, asOfSequence: 100n, payload: heartbeat }],
      sequence: 100n,
    },
    {
      name: "the daemon asks for a resync",
      messages: [{ payload: { case: "resyncRequired", value: { reason: "slow_reader" } } }],
      resync: /slow_reader/,
    },
    { name: "a mark of another store", messages: [markAt(100n, { storeId: "b" })], resync: /store/ },
    { name: "a new snapshot replaces all", messages: [snapshotAt(7n, "b")], sequence: 7n },
    {
      name: "records of a kind that is not shown still move on",
      messages: [record(101n, { case: "dayStarted", value: { day: "2024-03-02" } }), halt(102n)],
      sequence: 102n,
    },
    {
      name: "a record without any payload this build knows moves on",
      messages: [{ sequence: 101n, previousSequence: 100n }, halt(102n)],
      sequence: 102n,
    },
  ];
  it.each(rows)("$name", ({ messages, resync, sequence }) => {
    const result = after(base, ...messages);
    if (resync) expect(result.resync).toMatch(resync);
    else expect({ resync: result.resync, sequence: result.world?.sequence }).toEqual({ resync: undefined, sequence });
  });

  it("wants a snapshot before any change", () => {
    expect(after(undefined, halt(1n)).resync).toMatch(/before any snapshot/);
  });
});

describe("what records change", () => {
  const base = after(undefined, snapshotAt(100n)).world;

  it("a mark replaces status, portfolio and positions", () => {
    const { world } = after(base, markAt(100n, { equity: "42" }));
    expect(world?.status?.equity).toBe("42");
    expect(world?.portfolio?.equity).toBe("42");
    expect(world?.positions[0]?.markPrice).toBe("62000");
    expect(world?.openOrders).toBe(base?.openOrders);
  });

  it("a stop shows at once and an older mark can't undo it", () => {
    const halted = after(base, halt(101n));
    expect(halted.world?.status?.tradingState).toMatchObject({ state: TradingState.HALTED, epoch: 2n });
    expect(halted.world?.status?.entryBlocks).toContain("trading_state");
    const older = after(halted.world, markAt(100n, { equity: "42" })).world?.status;
    expect(older).toMatchObject({ equity: "42", tradingState: { state: TradingState.HALTED } });
    const newer = after(halted.world, markAt(101n)).world?.status;
    expect(newer?.tradingState?.state).toBe(TradingState.ACTIVE);
  });

  it.each([
    ["a new working order is added", { clientOrderId: "t-2-1" }, ["t-2-1", "t-1-1"]],
    ["a known order is replaced", { status: OrderStatus.PARTIALLY_FILLED }, ["t-1-1"]],
    ["a filled order is gone", { status: OrderStatus.FILLED }, []],
    ["an order in doubt stays", { status: OrderStatus.UNKNOWN }, ["t-1-1"]],
    ["one that never arrived is gone", { status: OrderStatus.NEVER_ARRIVED }, []],
    ["one whose fills are missing stays", { status: OrderStatus.CANCELLED, missingQuantity: "0.01" }, ["t-1-1"]],
    ["an unknown finished order changes nothing", { clientOrderId: "x", status: OrderStatus.CANCELLED }, ["t-1-1"]],
  ])("%s", (_name, order, ids) => {
    const { world } = after(base, record(101n, { case: "orderUpdated", value: orderOf(order) }));
    expect(world?.openOrders.map((each) => each.clientOrderId)).toEqual(ids);
  });

  it("a fill brings the order it is about in its newest state", () => {
    const partly = after(base, fill(OrderStatus.PARTIALLY_FILLED)).world?.openOrders;
    expect(partly).toMatchObject([{ filledQuantity: "0.01" }]);
    expect(after(base, fill(OrderStatus.FILLED)).world?.openOrders).toEqual([]);
  });

  it("keeps the newest 50 trades, each once", () => {
    const many = Array.from({ length: 60 }, (_, index) => closed(BigInt(101 + index), BigInt(index + 2)));
    const { world, refresh } = after(base, ...many, closed(161n, 61n));
    expect(world?.recentTrades.length).toBe(50);
    expect(world?.recentTrades[0]?.id).toBe(61n);
    expect(refresh).toContain("strategies");
  });

  it("switches a strategy everywhere or in one symbol", () => {
    const off = record(101n, { case: "strategySwitched", value: { strategy: "momentum", enabled: false } });
    expect(after(base, off).world?.strategies[0]?.enabled).toBe(false);
    const value = { strategy: "momentum", symbol: "BTCUSDT", enabled: false, cause: "5 losses" };
    const one = after(base, record(101n, { case: "strategySwitched", value })).world?.strategies[0];
    expect(one).toMatchObject({
      enabled: true,
      statistics: [{ autoDisabled: true, autoDisabledReason: "5 losses" }],
    });
  });

  it("moves protection and forgets distances that no longer hold", () => {
    const value = {
      symbol: "BTCUSDT",
      stopPrice: "61000",
      stopKind: StopKind.OPERATOR,
      firstTargetPrice: "63000",
      targetPrice: "",
      place: ProtectionPlace.SYNTHETIC,
    };
    const { world } = after(base, record(101n, { case: "protectionChanged", value }));
    const { place: protection, ...levels } = value;
    expect(world?.positions[0]).toMatchObject({ ...levels, protection, stopDistancePct: "" });
    expect(after(world, markAt(100n)).world?.positions[0]?.stopPrice).toBe("61000");
  });

  it("what an intent came to moves the sequence and nothing else", () => {
    const value = { intent: 7n, symbol: "BTCUSDT", filled: "0.01", slippageBps: "1.2" };
    const { world, refresh } = after(base, record(101n, { case: "intentFinished", value }));
    expect(refresh).toEqual(["executions"]);
    expect(world).toEqual({ ...base, sequence: 101n });
  });

  it("a freeze shows at once and ends with the resume", () => {
    const change = { from: TradingState.ACTIVE, to: TradingState.HALTED, epoch: 2n, cause: "operator" };
    const frozen = record(101n, { case: "tradingStateChanged", value: { ...change, frozen: true } });
    const { world } = after(base, frozen);
    expect(world?.status?.tradingState?.frozen).toBe(true);
    const back = { ...change, from: TradingState.HALTED, to: TradingState.ACTIVE };
    const resumed = after(world, record(102n, { case: "tradingStateChanged", value: back }));
    expect(resumed.world?.status?.tradingState?.frozen).toBe(false);
  });

  it("removes a closed position until a newer mark speaks", () => {
    const { world } = after(base, record(101n, { case: "positionClosed", value: { symbol: "BTCUSDT" } }));
    expect(world?.positions).toEqual([]);
    expect(after(world, markAt(100n)).world?.positions).toEqual([]);
    expect(after(world, markAt(101n)).world?.positions.length).toBe(1);
  });
});
