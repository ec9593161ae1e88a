import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { Skeleton } from "@/components/skeleton";
import { useStore } from "@/lib/store";
import { theme } from "@/lib/theme";
import { useWorld } from "@/lib/use-world";
import { useEquityCurve } from "../api/use-equity-curve";
import { EquityChart } from "./equity-chart";
import { EquityHeadline } from "./equity-headline";

export function EquityCard({ className }: { className?: string }) {
  const portfolio = useWorld((world) => world.portfolio);
  const curve = useEquityCurve();
  // A chart is drawn with the colours it was made with.
  const colours = useStore(theme);
  return (
    <Card title="Equity" className={className ?? ""}>
      {portfolio ? <EquityHeadline portfolio={portfolio} /> : <Skeleton rows={1} of="figure" />}
      <div className="mt-4">
        {curve.isError && <ErrorNotice title="No equity curve" error={curve.error} />}
        {curve.isPending && <Skeleton rows={1} of="chart" />}
        {curve.data?.length === 0 && (
          <EmptyState title="No curve yet">
            The first point comes with the first closed candle.
          </EmptyState>
        )}
        {curve.data && curve.data.length > 0 && (
          <EquityChart key={colours} points={curve.data} asset={portfolio?.quoteAsset ?? ""} />
        )}
      </div>
    </Card>
  );
}
