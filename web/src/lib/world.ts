// The world as the event stream tells it, and the one pure function that moves it. A snapshot
// makes a world; numbered records and marks change it; a gap, a foreign store or the daemon's own
// wish throw it away. No clock, no network, no cache in here: all of it is table-tested.
import type { SubscribeResponse, Snapshot } from "@/gen/tradingd/v1/events_pb";
import type { Order } from "@/gen/tradingd/v1/orders_pb";
import type { GetPortfolioResponse } from "@/gen/tradingd/v1/portfolio_pb";
import type { Position } from "@/gen/tradingd/v1/positions_pb";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import type { GetStatusResponse } from "@/gen/tradingd/v1/system_pb";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import { TOPICS, type Topic, topicsOf } from "./record-topics";
import { applyRecord } from "./world-records";

export interface World {
  storeId: string;
  /** The last journal sequence that is contained; a resume continues after it. */
  sequence: bigint;
  status: GetStatusResponse | undefined;
  portfolio: GetPortfolioResponse | undefined;
  positions: Position[];
  openOrders: Order[];
  strategies: Strategy[];
  recentTrades: Trade[];
  /** Sequence of the last record that changed the trading state; older marks must not undo it. */
  stateSequence: bigint;
  /** The same for positions and their protection. */
  positionsSequence: bigint;
  /** The same for strategy switches. */
  strategiesSequence: bigint;
  /** Wall-clock milliseconds at which the last status arrived. */
  receivedAt: number;
}

export type Step =
  | { kind: "moved"; world: World; refresh: readonly Topic[] }
  | { kind: "resync"; reason: string };

const NOTHING: readonly Topic[] = [];

export function worldFrom(snapshot: Snapshot, sequence: bigint, receivedAt: number): World {
  return {
    storeId: snapshot.storeId,
    sequence,
    status: snapshot.status,
    portfolio: snapshot.portfolio,
    positions: snapshot.positions,
    openOrders: snapshot.openOrders,
    strategies: snapshot.strategies,
    recentTrades: snapshot.recentTrades,
    stateSequence: 0n,
    positionsSequence: 0n,
    strategiesSequence: 0n,
    receivedAt,
  };
}

/** Where a stream goes on; nothing means a fresh snapshot. */
export function cursorOf(world: World | undefined): { resumeAfter?: bigint; storeId?: string } {
  if (!world || world.sequence === 0n) return {};
  return { resumeAfter: world.sequence, storeId: world.storeId };
}

/** Applies one message of the stream. `receivedAt` is wall-clock milliseconds. */
export function step(
  world: World | undefined,
  message: SubscribeResponse,
  receivedAt: number,
): Step {
  const { payload } = message;
  if (payload.case === "snapshot") {
    // Records may have been missed before it: every list may be old.
    const fresh = worldFrom(payload.value, message.asOfSequence, receivedAt);
    return { kind: "moved", world: fresh, refresh: TOPICS };
  }
  if (payload.case === "resyncRequired") {
    return { kind: "resync", reason: payload.value.reason || "the daemon asked for it" };
  }
  if (world === undefined) return { kind: "resync", reason: "a change came before any snapshot" };
  if (message.sequence === 0n) return unnumbered(world, message, receivedAt);
  return numbered(world, message);
}

function numbered(world: World, message: SubscribeResponse): Step {
  if (message.sequence <= world.sequence) {
    return { kind: "moved", world, refresh: NOTHING };
  }
  if (message.previousSequence !== world.sequence) {
    const reason = `gap: ${world.sequence} was seen, ${message.previousSequence} came before`;
    return { kind: "resync", reason };
  }
  const next = applyRecord(world, message);
  const moved = { ...next, sequence: message.sequence };
  return { kind: "moved", world: moved, refresh: topicsOf(message) };
}

function unnumbered(world: World, message: SubscribeResponse, receivedAt: number): Step {
  if (message.previousSequence > world.sequence) {
    const reason = `gap: ${world.sequence} was seen, ${message.previousSequence} came before`;
    return { kind: "resync", reason };
  }
  if (message.payload.case !== "mark") return { kind: "moved", world, refresh: NOTHING };
  const mark = message.payload.value;
  const storeId = mark.status?.storeId ?? "";
  if (storeId !== "" && storeId !== world.storeId) {
    return { kind: "resync", reason: "the daemon has another store" };
  }
  const keepPositions = message.asOfSequence < world.positionsSequence;
  const next: World = {
    ...world,
    status: mark.status ? withNewerState(world, mark.status, message.asOfSequence) : world.status,
    portfolio: mark.portfolio ?? world.portfolio,
    positions: keepPositions ? world.positions : mark.positions,
    receivedAt,
  };
  return { kind: "moved", world: next, refresh: NOTHING };
}

/** A mark made before a stop must not show trading as active again. */
function withNewerState(
  world: World,
  status: GetStatusResponse,
  asOfSequence: bigint,
): GetStatusResponse {
  if (asOfSequence >= world.stateSequence) return status;
  return { ...status, tradingState: world.status?.tradingState };
}
