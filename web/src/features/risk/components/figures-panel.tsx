import { Loaded } from "@/components/loaded";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useRiskFigures } from "../api/use-risk";
import { CorrelationCard } from "./correlation-card";
import { ExposureCard } from "./exposure-card";
import { VolatilityCard } from "./volatility-card";

/** The figures behind the limits, as the daemon computes them. */
export function FiguresPanel() {
  return (
    <Loaded query={useRiskFigures()} what={t("risk:figures.title")} skeleton={<Skeleton rows={6} />}>
      {(figures) => (
        <div className="grid gap-4">
          <div className="grid items-start gap-4 xl:grid-cols-[3fr_2fr]">
            <ExposureCard figures={figures} />
            <CorrelationCard figures={figures} />
          </div>
          <VolatilityCard symbols={figures.symbols} />
        </div>
      )}
    </Loaded>
  );
}
