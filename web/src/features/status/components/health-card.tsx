import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { Skeleton } from "@/components/skeleton";
import type { ComponentHealth } from "@/gen/tradingd/v1/system_pb";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { durationMs, formatSpan } from "@/lib/time";
import { useWorld } from "@/lib/use-world";

function Component({ component }: { component: ComponentHealth }) {
  const { name, serving, detail, age } = component;
  return (
    <li className="flex items-baseline justify-between gap-3">
      <span className="font-medium">{words(name)}</span>
      <span className="min-w-0 flex-1 text-muted">
        {words(detail)}
        {age && ` · ${t("status:ago", { span: formatSpan(durationMs(age)) })}`}
      </span>
      <Badge tone={serving ? "good" : "bad"}>
        {t(serving ? "status:serving" : "status:not_serving")}
      </Badge>
    </li>
  );
}

/** Each part of the daemon: whether it works, and when it last showed life. */
export function HealthCard() {
  const components = useWorld((world) => world.status?.components);
  const uptime = useWorld((world) => world.status?.uptime);
  return (
    <Card
      title={t("status:components")}
      aside={uptime && t("status:up", { span: formatSpan(durationMs(uptime)) })}
    >
      {components ? (
        <ul className="grid gap-2 text-sm">
          {components.map((each) => (
            <Component key={each.name} component={each} />
          ))}
        </ul>
      ) : (
        <Skeleton />
      )}
    </Card>
  );
}
