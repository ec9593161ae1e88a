// The candle under the pointer, or the chosen one, or the newest: everything about it in words.
import type { ReactNode } from "react";
import { NO_VALUE, formatFigure, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { type Store, useStore } from "@/lib/store";
import { formatDateTime } from "@/lib/time";
import type { ChartData } from "../api/use-chart-data";
import { indexAt } from "../candle-list";
import { lineColour, pageColours } from "../drawing/colours";
import { levelAt } from "../levels";
import { tellingOf } from "../strips";

interface ReadingProps {
  data: ChartData;
  hover: Store<number | undefined>;
  chosen: number | undefined;
}

function Part({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-muted">{name}</dt>
      <dd className="figure">{children}</dd>
    </div>
  );
}

export function Reading({ data, hover, chosen }: ReadingProps) {
  const pointed = useStore(hover);
  const { bars, lines, decided, moves, forming } = data;
  const at = pointed ?? chosen;
  const bar = at === undefined ? bars.at(-1) : bars[indexAt(bars, at)];
  if (!bar) return null;
  const { open, high, low, close, volume } = bar.candle;
  const decision = tellingOf(decided.get(bar.at) ?? []);
  const level = levelAt(moves, bar.at);
  const volumeText = volume === "" ? NO_VALUE : formatQuantity(volume);
  return (
    <div role="group" aria-label={t("chart:reading")}>
    <dl className="flex min-h-10 flex-wrap content-start gap-x-4 gap-y-0.5 text-xs">
      <Part name={forming === bar.at ? t("chart:forming") : t("chart:candle")}>{formatDateTime(bar.at)}</Part>
      <Part name="O">{formatPrice(open)}</Part>
      <Part name="H">{formatPrice(high)}</Part>
      <Part name="L">{formatPrice(low)}</Part>
      <Part name="C">
        <span className={bar.close >= bar.open ? "text-up" : "text-down"}>
          {bar.close >= bar.open ? "▲" : "▼"} {formatPrice(close)}
        </span>
      </Part>
      <Part name="V">{volumeText}</Part>
      {lines.map(({ key, title, values }, index) => (
        <Part
          key={key}
          name={
            <>
              <span aria-hidden="true" className="font-bold" style={{ color: lineColour(index, pageColours()) }}>
                ━
              </span>{" "}
              {title}
            </>
          }
        >
          {formatFigure(values.get(bar.at))}
        </Part>
      ))}
      {level && level.stopPrice !== "" && <Part name={t("chart:stop")}>{formatPrice(level.stopPrice)}</Part>}
      {level && level.targetPrice !== "" && <Part name={t("chart:target")}>{formatPrice(level.targetPrice)}</Part>}
      {decision && (
        <>
          <Part name={t("chart:regime")}>{labelOf.regime(decision.regime)}</Part>
          <Part name={t("chart:decision")}>
            {labelOf.result(decision.result)}: {words(decision.reason)}
          </Part>
        </>
      )}
    </dl>
    </div>
  );
}
