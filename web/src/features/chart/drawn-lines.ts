// Values of indicators as lines to draw: which pane, which title.
import { type IndicatorInfo, IndicatorPane } from "@/gen/tradingd/v1/market_pb";
import type { IndicatorLines } from "./indicator-lines";

export interface DrawnLine {
  key: string;
  title: string;
  /** In a pane of its own, shared by the lines with the same `pane`. */
  own: boolean;
  pane: string;
  values: Map<number, number>;
}

export function drawnLines(found: IndicatorLines | undefined, catalogue: IndicatorInfo[]): DrawnLine[] {
  return (found?.lines ?? []).map(({ key, indicator, output, settings, values }) => {
    const info = catalogue.find((each) => each.name === indicator);
    const title = info?.title ?? indicator;
    const part = (info?.outputs.length ?? 1) > 1 ? ` ${output}` : "";
    return {
      key,
      title: settings === "" ? `${title}${part}` : `${title} (${settings})${part}`,
      own: info?.pane === IndicatorPane.OWN,
      pane: `${indicator}(${settings})`,
      values,
    };
  });
}
