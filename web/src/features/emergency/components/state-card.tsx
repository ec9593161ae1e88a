import type { ReactNode } from "react";
import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { Skeleton } from "@/components/skeleton";
import type { GetStatusResponse } from "@/gen/tradingd/v1/system_pb";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { STATE_MARK, STATE_TONE } from "@/lib/state-look";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";
import { meaningOf } from "../state-meaning";
import { EmergencyActions } from "./emergency-actions";

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="mt-0.5 font-medium">{children}</dd>
    </div>
  );
}

function State({ status }: { status: GetStatusResponse }) {
  const info = status.tradingState;
  if (!info) return null;
  const blocks = status.entryBlocks.map(words).join(", ");
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <span className="text-lg">
          <Badge tone={STATE_TONE[info.state] ?? "neutral"}>
            <span aria-hidden="true">{STATE_MARK[info.state] ?? "?"}</span>
            {labelOf.tradingState(info.state)}
          </Badge>
        </span>
        <p className="text-sm">{meaningOf(info)}</p>
      </div>
      <dl className="grid gap-3 text-sm sm:grid-cols-2 lg:grid-cols-4">
        {info.cause !== "" && (
          <Fact label={t("emergency:state.cause")}>{words(info.cause)}</Fact>
        )}
        <Fact label={t("emergency:state.since")}>{formatDateTime(timestampMs(info.since))}</Fact>
        <Fact label={t("emergency:state.entries")}>
          {blocks === "" ? t("emergency:state.no_blocks") : blocks}
        </Fact>
        {info.epoch > 0n && (
          <Fact label={t("emergency:state.number")}>{String(info.epoch)}</Fact>
        )}
      </dl>
      <EmergencyActions info={info} />
    </div>
  );
}

/** What holds now, why and since when, and what can be done about it. */
export function StateCard() {
  const status = useWorld((world) => world.status);
  return (
    <Card title={t("emergency:state.title")}>
      {status ? <State status={status} /> : <Skeleton />}
    </Card>
  );
}
