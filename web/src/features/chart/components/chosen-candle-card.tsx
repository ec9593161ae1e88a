import type { ComponentType } from "react";
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { t } from "@/lib/i18n";
import { intervalMs } from "@/lib/moments";
import { useChartAddress } from "../address";

interface ChosenCandleCardProps {
  /** Explains the decision of a symbol on the candle that opened at a moment. */
  explanation: ComponentType<{ symbol: string; at: number }>;
}

export function ChosenCandleCard({ explanation: Explanation }: ChosenCandleCardProps) {
  const { symbol, interval, signalInterval, at } = useChartAddress();
  const lengthMs = intervalMs(interval) ?? 0;
  const signalMs = intervalMs(signalInterval) ?? lengthMs;
  // Of a longer candle the last decision within it; of a shorter one the decision that spans it.
  const decided =
    at === undefined || signalMs === 0
      ? at
      : Math.floor((at + Math.max(0, lengthMs - signalMs)) / signalMs) * signalMs;
  return (
    <Card title={t("chart:chosen")}>
      {decided === undefined || symbol === "" ? (
        <EmptyState title={t("chart:pick.title")}>{t("chart:pick.what")}</EmptyState>
      ) : (
        <Explanation symbol={symbol} at={decided} />
      )}
    </Card>
  );
}
