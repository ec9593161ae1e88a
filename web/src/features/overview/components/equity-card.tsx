import { Card } from "@/components/card";
import { CardLink } from "@/components/card-link";
import { Choice } from "@/components/choice";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { usePreferences } from "@/lib/preferences";
import { useAddress } from "@/lib/search";
import { useStore } from "@/lib/store";
import { theme } from "@/lib/theme";
import { useWorld } from "@/lib/use-world";
import { useEquityCurve } from "../api/use-equity-curve";
import { rangeOf, rangeOptions } from "../range";
import { EquityChart } from "./equity-chart";
import { EquityHeadline } from "./equity-headline";

interface EquityCardProps {
  className?: string;
  /** Where more of it is told; left out where there is no such page. */
  more?: string | undefined;
}

export function EquityCard({ className = "", more }: EquityCardProps) {
  const portfolio = useWorld((world) => world.portfolio);
  const [{ range: asked }, put] = useAddress({ range: "all" });
  const range = rangeOf(asked);
  const curve = useEquityCurve(range);
  // A chart is drawn with the colours it was made with.
  const colours = `${useStore(theme)} ${usePreferences().palette}`;
  return (
    <Card
      title={t("overview:equity")}
      className={className}
      aside={
        <div className="flex flex-wrap items-center gap-3">
          <Choice
            label={t("overview:range.label")}
            options={rangeOptions()}
            value={range}
            onChange={(next) => put({ range: next })}
          />
          {more !== undefined && <CardLink to={more}>{t("overview:to.analytics")}</CardLink>}
        </div>
      }
    >
      {portfolio ? <EquityHeadline portfolio={portfolio} /> : <Skeleton rows={1} of="figure" />}
      <div className="mt-4">
        <Loaded
          query={curve}
          what={t("overview:curve")}
          skeleton={<Skeleton rows={1} of="chart" />}
        >
          {(points) =>
            points.length < 2 ? (
              <EmptyState title={t("overview:no_curve")}>{t("overview:no_curve_hint")}</EmptyState>
            ) : (
              <EquityChart
                key={`${colours} ${range}`}
                points={points}
                asset={portfolio?.quoteAsset ?? ""}
              />
            )
          }
        </Loaded>
      </div>
    </Card>
  );
}
