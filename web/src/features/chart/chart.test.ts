import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { OrderSide, SignalAction } from "@/gen/tradingd/v1/common_pb";
import { DecisionResult, DecisionSchema } from "@/gen/tradingd/v1/decisions_pb";
import { CandleSchema, LevelMoveSchema, ListMarksResponseSchema } from "@/gen/tradingd/v1/market_pb";
import { ProtectionPlace } from "@/gen/tradingd/v1/positions_pb";
import { readIndicators, writeIndicators } from "./address";
import { barOf, formingFrom, indexAt, withNewer, withOlder } from "./candle-list";
import { linesOf, merged } from "./indicator-lines";
import { levelAt, levelsOf } from "./levels";
import { marksOf } from "./marks";
import { byCandle, tellingOf } from "./strips";

const MINUTE = 60_000;
const bar = (minute: number, close = "100") =>
  barOf(
    create(CandleSchema, {
      openTime: timestampFromMs(minute * MINUTE),
      open: "100",
      high: "110",
      low: "90",
      close,
      volume: "1.5",
    }),
  );
const bars = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => bar(from + at));
const at = (minute: number) => timestampFromMs(minute * MINUTE);
const answerOf = (from: number, value: number | undefined) =>
  linesOf({
    openTimes: [at(from), at(from + 1)],
    series: [
      {
        indicator: "rsi",
        arguments: [{ name: "period", value: 14 }],
        output: "value",
        points: [{ value }, { value: 7 }],
      },
    ],
  } as never);
const move = (minute: number, stopPrice: string) =>
  create(LevelMoveSchema, {
    at: at(minute),
    stopPrice,
    place: stopPrice === "" ? ProtectionPlace.UNSPECIFIED : ProtectionPlace.VENUE,
  });
const decision = (minute: number, result: DecisionResult) =>
  create(DecisionSchema, {
    openTime: at(minute),
    result,
    signals: [{ strategy: "rsi", action: SignalAction.BUY }],
  });

describe("candles", () => {
  const list = { bars: bars(10, 20), hasEarlier: true };

  it("grow at the end, each once", () => {
    const grown = withNewer(list, bars(15, 23), MINUTE);
    expect(grown?.bars.map((each) => each.at / MINUTE)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]);
    expect(withNewer(list, bars(12, 20), MINUTE)).toBe(list);
  });

  it("are not joined over a hole", () => {
    expect(withNewer(list, bars(21, 23), MINUTE)).toBeUndefined();
  });

  it("grow at the beginning", () => {
    const grown = withOlder(list, bars(5, 12), false);
    expect(grown.bars).toHaveLength(15);
    expect(grown.hasEarlier).toBe(false);
  });

  it("are found by moment", () => {
    expect([9, 10, 10.5, 30].map((minute) => indexAt(list.bars, minute * MINUTE))).toEqual([-1, 0, 0, 9]);
  });

  it("form the open one from the shorter ones since it opened", () => {
    const shorter = [bar(0, "1"), bar(15, "105"), bar(16, "107")];
    const forming = formingFrom(shorter, 15 * MINUTE);
    expect(forming).toMatchObject({ at: 15 * MINUTE, open: 100, high: 110, low: 90, close: 107, volume: 3 });
    expect(forming?.candle.close).toBe("107");
    expect(formingFrom(shorter, 17 * MINUTE)).toBeUndefined();
  });
});

describe("indicators", () => {
  it("go into the address and back", () => {
    const text = "macd:fast=12,slow=26;rsi";
    expect(writeIndicators(readIndicators(text))).toBe(text);
    expect(readIndicators("")).toEqual([]);
  });

  it("keep what is known while they grow", () => {
    const both = merged(answerOf(10, 3), answerOf(12, undefined));
    expect(both).toMatchObject({ first: 10 * MINUTE, last: 13 * MINUTE });
    expect([...(both.lines[0]?.values ?? [])]).toEqual([[10 * MINUTE, 3], [11 * MINUTE, 7], [13 * MINUTE, 7]]);
    expect(both.lines[0]?.settings).toBe("14");
  });
});

describe("levels and marks", () => {
  const moves = [move(2, "90"), move(4, "95"), move(6, ""), move(9, "80")];

  it("step from move to move and end with the position", () => {
    const [stop] = levelsOf(moves, bars(0, 12));
    const shown = stop?.points.map(({ at: ms, value, hidden }) => `${ms / MINUTE}:${value}${hidden ? " hidden" : ""}`);
    expect(shown).toEqual(["1:90 hidden", "2:90", "4:95", "6:95 hidden", "8:80 hidden", "9:80", "11:80"]);
  });

  it("tell what is in force", () => {
    expect(levelAt(moves, 5 * MINUTE)?.stopPrice).toBe("95");
    expect(levelAt(moves, 7 * MINUTE)).toBeUndefined();
  });

  it("put one arrow on a candle and what a trade brought on its exit", () => {
    const fill = (minute: number, side: OrderSide) => ({ symbol: "BTCUSDT", side, at: at(minute) });
    const answer = create(ListMarksResponseSchema, {
      fills: [fill(1, OrderSide.BUY), fill(1.5, OrderSide.BUY), fill(3, OrderSide.SELL)],
      trades: [{ id: 1n, closedAt: at(3), profit: "12.5" }],
    });
    expect(marksOf(answer, bars(0, 5))).toEqual([
      { at: MINUTE, side: "buy", text: "" },
      { at: 3 * MINUTE, side: "sell", text: "+12.50" },
    ]);
  });
});

describe("decisions on the chart", () => {
  it("stand on the candle that holds them; the telling one speaks", () => {
    const quarter = [bar(0), bar(15)];
    const found = byCandle([decision(3, DecisionResult.HOLD), decision(5, DecisionResult.DENIED), decision(16, DecisionResult.HOLD)], quarter);
    expect([...found].map(([key, each]) => [key / MINUTE, each.length])).toEqual([[0, 2], [15, 1]]);
    expect(tellingOf(found.get(0) ?? [])?.result).toBe(DecisionResult.DENIED);
  });
});
