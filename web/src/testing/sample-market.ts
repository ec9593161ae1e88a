// Prices of the in-memory daemon: a seeded walk, one minute of data time per tick, one position
// that follows it. Floats are fine here: nothing of it is money.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { MarkUpdateSchema } from "@/gen/tradingd/v1/events_pb";
import type { GetStatusResponse, GetStatusResponseSchema } from "@/gen/tradingd/v1/system_pb";
import { DATA_START, type Fields, portfolioOf, positionOf, statusOf } from "./fixtures";

const OPENING = 10_000;
const MINUTE_MS = 60_000;
const HELD = 0.03;
const ENTRY = 61_500;

export class SampleMarket {
  now = DATA_START;
  readonly history: { at: number; equity: number }[] = [];
  bars = 0;
  #price = 61_908.33;
  #seed = 7;

  constructor() {
    for (let bar = 0; bar < 240; bar += 1) this.tick();
  }

  tick(): void {
    this.now += MINUTE_MS;
    this.bars += 1;
    this.#price = Math.max(50_000, this.#price * (1 + (this.#random() - 0.497) * 0.0016));
    this.history.push({ at: this.now, equity: this.#equity() });
  }

  get price(): string {
    return this.#price.toFixed(2);
  }

  status(over: Fields<typeof GetStatusResponseSchema>): GetStatusResponse {
    return statusOf({
      dataTime: timestampFromMs(this.now),
      bars: BigInt(this.bars),
      decisions: BigInt(this.bars * 2),
      equity: this.#equity().toFixed(2),
      openPositions: 1,
      ...over,
    });
  }

  portfolio() {
    const equity = this.#equity();
    const peak = Math.max(...this.history.map((each) => each.equity));
    return portfolioOf({
      equity: equity.toFixed(8),
      dayProfit: (equity - OPENING).toFixed(8),
      unrealisedProfit: this.#unrealised().toFixed(8),
      returnPct: ((equity / OPENING - 1) * 100).toFixed(6),
      drawdownPct: ((1 - equity / peak) * 100).toFixed(6),
      asOf: timestampFromMs(this.now),
    });
  }

  positions() {
    const toPrice = (price: number) => (Math.abs(price / this.#price - 1) * 100).toFixed(4);
    return [
      positionOf({
        markPrice: this.price,
        unrealisedProfit: this.#unrealised().toFixed(8),
        unrealisedPct: ((this.#price / ENTRY - 1) * 100).toFixed(6),
        stopDistancePct: toPrice(60_270),
        targetDistancePct: toPrice(63_960),
      }),
    ];
  }

  mark(status: GetStatusResponse) {
    const positions = this.positions();
    return create(MarkUpdateSchema, { status, portfolio: this.portfolio(), positions });
  }

  #unrealised(): number {
    return HELD * (this.#price - ENTRY);
  }

  #equity(): number {
    return OPENING + 30.25 + this.#unrealised();
  }

  #random(): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.#seed / 2_147_483_648;
  }
}
