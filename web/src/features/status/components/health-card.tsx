import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { Skeleton } from "@/components/skeleton";
import { durationMs, formatShortSpan, formatSpan } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

export function HealthCard() {
  const status = useWorld((world) => world.status);
  return (
    <Card title="Components" aside={status && `tradingd ${status.version}`}>
      {status ? (
        <>
          <ul className="grid gap-2 text-sm">
            {status.components.map((each) => (
              <li key={each.name} className="flex items-baseline justify-between gap-3">
                <span className="font-medium">{each.name}</span>
                <span className="min-w-0 flex-1 text-muted">
                  {each.detail}
                  {each.age && ` · ${formatSpan(durationMs(each.age))} ago`}
                </span>
                <Badge tone={each.serving ? "good" : "bad"}>
                  {each.serving ? "serving" : "not serving"}
                </Badge>
              </li>
            ))}
          </ul>
          <p className="mt-3 text-xs text-muted">
            Up {formatSpan(durationMs(status.uptime))} · {status.bars.toLocaleString("en")} bars ·{" "}
            {status.decisions.toLocaleString("en")} decisions · last cycle{" "}
            {formatShortSpan(durationMs(status.lastCycle))} · journal {String(status.sequence)}
          </p>
        </>
      ) : (
        <Skeleton />
      )}
    </Card>
  );
}
