// An in-memory daemon: enough of the protocol's behaviour to develop pages and to test flows. It
// has no engine; prices wander, and what users do is applied the way the protocol says. It is
// never part of a production build.
import { create } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { timestampFromMs, timestampNow } from "@bufbuild/protobuf/wkt";
import type { Alert } from "@/gen/tradingd/v1/alerts_pb";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import type { GetEmergencyStateResponseSchema } from "@/gen/tradingd/v1/emergency_pb";
import { type SubscribeResponse, SubscribeResponseSchema } from "@/gen/tradingd/v1/events_pb";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { SampleAccess } from "./sample-access";
import { SampleAudit } from "./sample-audit";
import { SampleMarket } from "./sample-market";
import { SamplePeople } from "./sample-people";
import { SampleSettings } from "./sample-settings";
import { type Fields, orderOf, strategyOf, tradeOf } from "./fixtures";

type Message = Fields<typeof SubscribeResponseSchema>;
type Payload = NonNullable<Message["payload"]>;
type Listener = (message: SubscribeResponse) => void;

export class SampleDaemon {
  readonly access = new SampleAccess();
  readonly market = new SampleMarket();
  readonly settings = new SampleSettings();
  readonly audit = new SampleAudit();
  readonly people = new SamplePeople();
  storeId = "store-a";
  sequence = 100n;
  state = TradingState.ACTIVE;
  epoch = 1n;
  cause = "account_opened";
  since = timestampFromMs(this.market.now);
  strategies = [
    strategyOf({ openSymbols: ["BTCUSDT"] }),
    strategyOf({ name: "mean_reversion", weight: "0.8", totalProfit: "-3.2", trades: 2n }),
    strategyOf({ name: "breakout", weight: "0.6", enabled: false, totalProfit: "0", trades: 0n }),
  ];
  openOrders = [orderOf()];
  trades = [tradeOf(), tradeOf({ id: 2n, symbol: "ETHUSDT", profit: "-6.1", profitPct: "-0.8" })];
  alerts: Alert[] = [];
  /** What the emergency state has beside the live orders. */
  emergency: Fields<typeof GetEmergencyStateResponseSchema> = {};
  /** Older trades than those, newest first. */
  history: Trade[] = [];
  /** When set, every new stream fails with it. */
  streamsRefused: ConnectError | undefined;
  readonly #listeners = new Set<Listener>();
  readonly #cuts = new Set<() => void>();

  /** What clients asked for, newest last: `method` and the message. */
  readonly calls: { method: string; request: unknown }[] = [];

  status() {
    return this.market.status({
      storeId: this.storeId,
      sequence: this.sequence,
      tradingState: {
        state: this.state,
        epoch: this.epoch,
        cause: this.cause,
        since: this.since,
      },
      strategiesEnabled: this.strategies.filter((each) => each.enabled).length,
      strategiesTotal: this.strategies.length,
      openOrders: this.openOrders.length,
    });
  }

  /** Writes a numbered record and tells everybody. */
  record(payload: Payload): bigint {
    const previousSequence = this.sequence;
    this.sequence += 1n;
    const at = timestampFromMs(this.market.now);
    this.publish({ sequence: this.sequence, previousSequence, at, payload });
    return this.sequence;
  }

  publish(over: Message): void {
    const message = this.message(over);
    for (const listener of this.#listeners) listener(message);
  }

  message(over: Message): SubscribeResponse {
    return create(SubscribeResponseSchema, {
      previousSequence: this.sequence,
      asOfSequence: this.sequence,
      at: timestampNow(),
      ...over,
    });
  }

  mark(): void {
    this.publish({ payload: { case: "mark", value: this.market.mark(this.status()) } });
  }

  heartbeat(): void {
    this.publish({ payload: { case: "heartbeat", value: { serverTime: timestampNow() } } });
  }

  setState(to: TradingState, cause: string): bigint {
    const from = this.state;
    this.state = to;
    if (to === TradingState.HALTED) this.epoch += 1n;
    this.cause = cause;
    this.since = timestampFromMs(this.market.now);
    const value = { from, to, epoch: this.epoch, cause };
    return this.record({ case: "tradingStateChanged", value });
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the streams that are open now are cut. */
  nextCut(): Promise<"end"> {
    return new Promise((resolve) => {
      this.#cuts.add(() => resolve("end"));
    });
  }

  /** Ends all open streams, as a restart would. */
  cutStreams(): void {
    for (const cut of this.#cuts) cut();
    this.#cuts.clear();
  }

  /** Another start on another data directory: new store, numbers from the beginning. */
  restartWithStore(storeId: string): void {
    this.storeId = storeId;
    this.sequence = 5n;
    this.cutStreams();
  }

  /** A user who is there from the start. */
  static withUser(role = Role.OPERATOR): SampleDaemon {
    const daemon = new SampleDaemon();
    daemon.access.addUser("ada", "correct horse battery", role);
    return daemon;
  }
}
