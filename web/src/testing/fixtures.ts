// Protocol messages with believable values; a test names only what it is about.
import { type DescMessage, type Message, type MessageInitShape, create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { OrderPurpose, OrderSide, SignalAction, TradingState } from "@/gen/tradingd/v1/common_pb";
import { OrderSchema, OrderStatus, OrderType } from "@/gen/tradingd/v1/orders_pb";
import { GetPortfolioResponseSchema } from "@/gen/tradingd/v1/portfolio_pb";
import { PositionSchema, ProtectionPlace } from "@/gen/tradingd/v1/positions_pb";
import { StrategySchema } from "@/gen/tradingd/v1/strategies_pb";
import { GetStatusResponseSchema, MarketSource, TradingMode } from "@/gen/tradingd/v1/system_pb";
import { ExitReason, TradeSchema } from "@/gen/tradingd/v1/trades_pb";

/** The fields of a message, without the message itself. */
export type Fields<Desc extends DescMessage> = Exclude<MessageInitShape<Desc>, Message>;

export const DATA_START = Date.UTC(2024, 2, 1, 12);

export function statusOf(over: Fields<typeof GetStatusResponseSchema> = {}) {
  return create(GetStatusResponseSchema, {
    version: "0.1.0",
    storeId: "store-a",
    mode: TradingMode.PAPER,
    tradingState: { state: TradingState.ACTIVE, epoch: 1n, cause: "account_opened" },
    source: MarketSource.SIM,
    sourceDetail: "sim seed 7 at 60x",
    dataTime: timestampFromMs(DATA_START),
    dataAge: { seconds: 0n, nanos: 300_000_000 },
    startedAt: timestampFromMs(DATA_START),
    uptime: { seconds: 3_600n },
    components: [
      { name: "engine", serving: true, detail: "idle", age: { seconds: 0n } },
      { name: "storage", serving: true, detail: "committed", age: { seconds: 1n } },
      { name: "data", serving: true, detail: "fresh", age: { seconds: 0n } },
    ],
    symbols: ["BTCUSDT", "ETHUSDT"],
    signalInterval: "1m",
    quoteAsset: "USDT",
    lastCycle: { nanos: 640_000 },
    ...over,
  });
}

export function portfolioOf(over: Fields<typeof GetPortfolioResponseSchema> = {}) {
  return create(GetPortfolioResponseSchema, {
    quoteAsset: "USDT",
    equity: "10042.5",
    openingEquity: "10000",
    peakEquity: "10100",
    dayStartEquity: "10000",
    dayProfit: "42.5",
    dayReturnPct: "0.425",
    realisedProfit: "30.25",
    unrealisedProfit: "12.25",
    feesPaid: "4.1",
    returnPct: "0.425",
    drawdownPct: "0.569",
    maxDrawdownPct: "1.2",
    exposurePct: "18.4",
    trades: 4n,
    winRatePct: "50",
    profitFactor: "1.8",
    asOf: timestampFromMs(DATA_START),
    ...over,
  });
}

export function positionOf(over: Fields<typeof PositionSchema> = {}) {
  return create(PositionSchema, {
    symbol: "BTCUSDT",
    quantity: "0.03",
    entryPrice: "61500",
    markPrice: "61908.33",
    value: "1857.25",
    unrealisedProfit: "12.25",
    unrealisedPct: "0.66",
    stopPrice: "60270",
    targetPrice: "63960",
    stopDistancePct: "2.65",
    targetDistancePct: "3.31",
    protection: ProtectionPlace.VENUE,
    protectionOrderIds: ["t-1-1"],
    openedAt: timestampFromMs(DATA_START - 3_900_000),
    lots: [
      { strategy: "momentum", quantity: "0.02" },
      { strategy: "mean_reversion", quantity: "0.01" },
    ],
    cost: "1846.85",
    ...over,
  });
}

export function orderOf(over: Fields<typeof OrderSchema> = {}) {
  return create(OrderSchema, {
    clientOrderId: "t-1-1",
    symbol: "BTCUSDT",
    side: OrderSide.SELL,
    type: OrderType.STOP,
    purpose: OrderPurpose.PROTECTION,
    status: OrderStatus.WORKING,
    quantity: "0.03",
    triggerPrice: "60270",
    filledQuantity: "0",
    createdAt: timestampFromMs(DATA_START - 3_900_000),
    ...over,
  });
}

export function strategyOf(over: Fields<typeof StrategySchema> = {}) {
  return create(StrategySchema, {
    name: "momentum",
    enabled: true,
    weight: "1.0",
    totalProfit: "30.25",
    trades: 4n,
    statistics: [
      { symbol: "BTCUSDT", trades: 4n, wins: 2n, losses: 2n, lastAction: SignalAction.BUY, lastReason: "macd_cross_up" },
    ],
    version: 1n,
    ...over,
  });
}

export function tradeOf(over: Fields<typeof TradeSchema> = {}) {
  return create(TradeSchema, {
    id: 1n,
    symbol: "BTCUSDT",
    exitReason: ExitReason.TAKE_PROFIT,
    openedAt: timestampFromMs(DATA_START - 7_200_000),
    closedAt: timestampFromMs(DATA_START - 3_600_000),
    entryPrice: "60100.5",
    exitPrice: "61480.1",
    quantity: "0.02",
    fees: "2.43",
    profit: "25.16",
    profitPct: "2.09",
    shares: [{ strategy: "momentum", quantity: "0.02", profit: "25.16" }],
    ...over,
  });
}
