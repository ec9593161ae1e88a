import { Card } from "@/components/card";
import { Loaded } from "@/components/loaded";
import { type ShortColumn, ShortTable } from "@/components/short-table";
import { Stat } from "@/components/stat";
import type { GetResourcesResponse, Timing } from "@/gen/tradingd/v1/system_pb";
import { t } from "@/lib/i18n";
import { durationMs, formatShortSpan, formatSpan } from "@/lib/time";
import { useWorld } from "@/lib/use-world";
import { useResources } from "../api/use-resources";

interface Row {
  name: string;
  timing: Timing | undefined;
}

function columns(): ShortColumn<Row>[] {
  const span = (header: string, pick: (timing: Timing) => Timing["last"], wide = false) => ({
    header,
    align: "right" as const,
    wide,
    cell: ({ timing }: Row) => formatShortSpan(durationMs(timing && pick(timing))),
  });
  return [
    { header: t("overview:timing.what"), cell: (row) => row.name },
    span(t("overview:timing.last"), (timing) => timing.last),
    span(t("overview:timing.p50"), (timing) => timing.p50),
    span(t("overview:timing.p95"), (timing) => timing.p95),
    span(t("overview:timing.p99"), (timing) => timing.p99, true),
  ];
}

function rows({ cycle, tickToOrder, commit }: GetResourcesResponse): Row[] {
  return [
    { name: t("overview:timing.cycle"), timing: cycle },
    { name: t("overview:timing.tick_to_order"), timing: tickToOrder },
    { name: t("overview:timing.commit"), timing: commit },
  ];
}

function Counts() {
  const status = useWorld((world) => world.status);
  if (!status) return null;
  return (
    <dl className="mt-3 grid grid-cols-3 gap-2">
      <Stat label={t("overview:cycle.uptime")}>{formatSpan(durationMs(status.uptime))}</Stat>
      <Stat label={t("overview:cycle.candles")}>{status.bars.toLocaleString("en")}</Stat>
      <Stat label={t("overview:cycle.decisions")}>{status.decisions.toLocaleString("en")}</Stat>
    </dl>
  );
}

/** How long the engine takes for a row, for an order and for making both durable. */
export function EngineCard() {
  return (
    <Card title={t("overview:engine")}>
      <Loaded query={useResources()} what={t("overview:timings")}>
        {(resources) => (
          <ShortTable
            label={t("overview:timings")}
            columns={columns()}
            rows={rows(resources)}
            rowKey={(row) => row.name}
          />
        )}
      </Loaded>
      <Counts />
    </Card>
  );
}
