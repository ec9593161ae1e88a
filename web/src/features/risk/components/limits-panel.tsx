import { Card } from "@/components/card";
import { Loaded } from "@/components/loaded";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useWorld } from "@/lib/use-world";
import { useLimits } from "../api/use-risk";
import { type LimitGroup, limitGroups, limitKey } from "../limit-groups";
import { LimitGauge } from "./limit-gauge";

function Group({ group: { name, limits }, quoteAsset }: { group: LimitGroup; quoteAsset: string }) {
  const title = t(`risk:group.${name}`);
  const list = (
    <ul
      aria-label={title}
      className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,20rem),1fr))] gap-2"
    >
      {limits.map((limit) => (
        <LimitGauge key={limitKey(limit)} limit={limit} quoteAsset={quoteAsset} />
      ))}
    </ul>
  );
  return (
    <Card
      title={title}
      aside={String(limits.length)}
      className={name === "blocking" ? "border-down/60" : ""}
    >
      {name === "off" ? (
        <details>
          <summary className="min-h-9 content-center text-sm text-muted">{t("risk:show_off")}</summary>
          {list}
        </details>
      ) : (
        list
      )}
    </Card>
  );
}

/** Every limit with what is used of it; what blocks entries now comes first. */
export function LimitsPanel() {
  const limits = useLimits();
  const quoteAsset = useWorld((world) => world.status?.quoteAsset) ?? "";
  return (
    <Loaded query={limits} what={t("risk:limits")} skeleton={<Skeleton rows={8} />}>
      {(answer) => (
        <div className="grid gap-4">
          {limitGroups(answer.limits).map((group) => (
            <Group key={group.name} group={group} quoteAsset={quoteAsset} />
          ))}
        </div>
      )}
    </Loaded>
  );
}
