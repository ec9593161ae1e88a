import { Link } from "@tanstack/react-router";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import type { Decision } from "@/gen/tradingd/v1/decisions_pb";
import { t } from "@/lib/i18n";
import { intervalMs, momentText } from "@/lib/moments";
import { useDecisionAddress } from "../filters";
import { openMs } from "../grid";
import { ExplainedCandle } from "./explained-candle";

/** The candle that the address names, with ways to its neighbours. */
export function ExplanationCard() {
  const { chosen } = useDecisionAddress();
  return (
    <Card title={t("decisions:explanation")}>
      {chosen.at === undefined || chosen.symbol === "" ? (
        <EmptyState title={t("decisions:pick.title")}>{t("decisions:pick.what")}</EmptyState>
      ) : (
        <ExplainedCandle symbol={chosen.symbol} at={chosen.at}>
          {(decision) => <Neighbours decision={decision} />}
        </ExplainedCandle>
      )}
    </Card>
  );
}

function Neighbours({ decision }: { decision: Decision }) {
  const { put } = useDecisionAddress();
  const length = intervalMs(decision.interval) ?? 60_000;
  const go = (candles: number) => put({ of: decision.symbol, at: momentText(openMs(decision) + candles * length) });
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line pt-3">
      <Button onClick={() => go(-1)}>{t("decisions:previous")}</Button>
      <Button onClick={() => go(1)}>{t("decisions:next")}</Button>
      <Link
        to={"/chart" as never}
        search={
          { symbol: decision.symbol, interval: decision.interval, at: momentText(openMs(decision)) } as never
        }
        className="px-2 text-sm text-accent underline"
      >
        {t("decisions:on_chart")}
      </Link>
    </div>
  );
}
