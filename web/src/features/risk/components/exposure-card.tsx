import { Card } from "@/components/card";
import { PageLink } from "@/components/page-link";
import { Stat } from "@/components/stat";
import type { GetRiskFiguresResponse } from "@/gen/tradingd/v1/risk_pb";
import { NO_VALUE, formatFigure, formatPercent } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { useWorld } from "@/lib/use-world";

const percent = (value: number | undefined) =>
  value === undefined ? NO_VALUE : `${formatFigure(value, 3)} %`;

/** What could be lost over the next candle, and how busy the account is. */
export function ExposureCard({ figures }: { figures: GetRiskFiguresResponse }) {
  const exposure = useWorld((world) => world.portfolio?.exposurePct);
  const measured = figures.varPct !== undefined;
  const confidence = figures.varConfidence;
  return (
    <Card title={t("risk:figures.title")}>
      <dl className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-4">
        <Stat label={t("risk:figures.exposure")}>{formatPercent(exposure)}</Stat>
        <Stat label={t("risk:figures.heat")}>{percent(figures.heat * 100)}</Stat>
        {measured && (
          <>
            <Stat label={t("risk:figures.var", { confidence })}>{percent(figures.varPct)}</Stat>
            <Stat label={t("risk:figures.cvar")}>{percent(figures.cvarPct)}</Stat>
          </>
        )}
        <Stat label={t("risk:figures.orders")}>{figures.ordersLastMinute}</Stat>
        <Stat label={t("risk:figures.messages")}>{figures.messagesLastMinute}</Stat>
        <Stat label={t("risk:figures.rejections")}>{figures.rejections}</Stat>
        {figures.sectors.map(({ sector, openPositions }) => (
          <Stat key={sector} label={t("risk:figures.sector", { sector })}>
            {t("risk:figures.sector_open", { amount: openPositions })}
          </Stat>
        ))}
      </dl>
      <p className="mt-2 text-xs text-muted">
        {measured
          ? t("risk:figures.measured", { count: figures.varCandles })
          : t("risk:figures.unmeasured")}
        {figures.sectors.length === 0 && (
          <>
            {" "}
            {t("risk:figures.no_sectors")}{" "}
            <PageLink to="/settings" search={{ key: "risk.sector_map" }} className="underline">
              risk.sector_map
            </PageLink>
          </>
        )}
      </p>
    </Card>
  );
}
