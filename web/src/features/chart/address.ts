// What the chart keeps in its address: symbol, interval, indicators, layers, the chosen candle.
import { momentMs } from "@/lib/moments";
import { useAddress } from "@/lib/search";
import { useWorld } from "@/lib/use-world";

export const LAYERS = ["volume", "regime", "votes", "trades", "levels"] as const;
export type Layer = (typeof LAYERS)[number];

export interface ChosenIndicator {
  name: string;
  arguments: { name: string; value: number }[];
}

/** "ema:period=20;rsi" */
export function readIndicators(text: string): ChosenIndicator[] {
  return text
    .split(";")
    .filter((each) => each !== "")
    .map((each) => {
      const [name = "", given = ""] = each.split(":");
      const pairs = given.split(",").map((pair) => pair.split("="));
      const values = pairs.map(([key = "", value = ""]) => ({ name: key, value: Number(value) }));
      return { name, arguments: values.filter(({ name: key, value }) => key !== "" && Number.isFinite(value)) };
    });
}

export function writeIndicators(chosen: ChosenIndicator[]): string {
  return chosen
    .map(({ name, arguments: given }) =>
      given.length === 0 ? name : `${name}:${given.map((each) => `${each.name}=${each.value}`).join(",")}`,
    )
    .join(";");
}

export function useChartAddress() {
  const symbols = useWorld((world) => world.status?.symbols) ?? [];
  const signalInterval = useWorld((world) => world.status?.signalInterval) ?? "";
  const fallback = { symbol: "", interval: "", indicators: "", layers: LAYERS.join(" "), at: "" };
  const [address, put] = useAddress(fallback);
  const shown = address.layers.split(" ");
  return {
    put,
    symbols,
    signalInterval,
    symbol: address.symbol === "" ? (symbols[0] ?? "") : address.symbol,
    interval: address.interval === "" ? signalInterval : address.interval,
    indicators: address.indicators,
    layers: LAYERS.filter((each) => shown.includes(each)),
    at: momentMs(address.at),
  };
}
