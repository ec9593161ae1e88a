// What the page of decisions keeps in its address. `at` is the open time of the explained candle,
// `of` its symbol; a link may leave `of` out when it names the symbol anyway.
import { DecisionResult } from "@/gen/tradingd/v1/decisions_pb";
import { momentMs } from "@/lib/moments";
import { useAddress } from "@/lib/search";

const NONE = { symbol: "", result: "", reason: "", strategy: "", until: "", at: "", of: "", counted: "day" };

export type DecisionAddress = typeof NONE;

export interface DecisionFilters {
  symbol: string;
  result: DecisionResult;
  reason: string;
  strategy: string;
}

function resultOf(name: string): DecisionResult {
  const value: unknown = DecisionResult[name as keyof typeof DecisionResult];
  return typeof value === "number" ? value : DecisionResult.UNSPECIFIED;
}

export function useDecisionAddress() {
  const [address, put] = useAddress(NONE);
  const { symbol, reason, strategy, of } = address;
  const filters: DecisionFilters = { symbol, reason, strategy, result: resultOf(address.result) };
  return {
    address,
    put,
    filters,
    /** Milliseconds of the newest candle's close that is shown; nothing for the newest there is. */
    until: momentMs(address.until),
    chosen: { symbol: of === "" ? symbol : of, at: momentMs(address.at) },
  };
}

export function isFiltering({ result, reason, strategy }: DecisionFilters): boolean {
  return result !== DecisionResult.UNSPECIFIED || reason !== "" || strategy !== "";
}
