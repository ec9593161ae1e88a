// What the trades page keeps in its address.
import { useAddress } from "@/lib/search";

export const NO_FILTER = { symbol: "", strategy: "", from: "", to: "" };
export type TradeFilters = typeof NO_FILTER;

const FALLBACK = { ...NO_FILTER, trade: "" };
export type TradesAddress = typeof FALLBACK;

export function useTradesAddress() {
  return useAddress(FALLBACK);
}
