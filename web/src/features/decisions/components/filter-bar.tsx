import { Button } from "@/components/button";
import { SelectField } from "@/components/select-field";
import { DecisionResult } from "@/gen/tradingd/v1/decisions_pb";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";
import { countedOf, useDecisionCounts } from "../api/use-decision-counts";
import { isFiltering, useDecisionAddress } from "../filters";
import { RESULTS, markOf } from "../marks";

const named = (value: string) => ({ value, label: words(value) });

export function FilterBar() {
  const { address, put, filters } = useDecisionAddress();
  const symbols = useWorld((world) => world.status?.symbols) ?? [];
  const strategies = useWorld((world) => world.strategies) ?? [];
  const counts = useDecisionCounts("", "", countedOf(address.counted));
  const known = new Set(counts.data?.counts.map((each) => each.reason));
  if (address.reason !== "") known.add(address.reason);
  const all = { value: "", label: t("all") };
  return (
    <div role="group" aria-label={t("decisions:filter.label")} className="flex flex-wrap items-end gap-3">
      <SelectField
        label={t("decisions:filter.symbol")}
        options={[all, ...symbols.map((value) => ({ value, label: value }))]}
        value={address.symbol}
        onChange={(symbol) => put({ symbol })}
      />
      <SelectField
        label={t("decisions:filter.result")}
        options={[
          all,
          ...RESULTS.map((each) => ({
            value: DecisionResult[each] ?? "",
            label: `${markOf(each).sign} ${labelOf.result(each)}`,
          })),
        ]}
        value={address.result}
        onChange={(result) => put({ result })}
      />
      <SelectField
        label={t("decisions:filter.reason")}
        options={[all, ...[...known].toSorted().map(named)]}
        value={address.reason}
        onChange={(reason) => put({ reason })}
      />
      <SelectField
        label={t("decisions:filter.strategy")}
        options={[all, ...strategies.map((each) => named(each.name))]}
        value={address.strategy}
        onChange={(strategy) => put({ strategy })}
      />
      {(isFiltering(filters) || address.symbol !== "") && (
        <Button onClick={() => put({ symbol: "", result: "", reason: "", strategy: "" })}>
          {t("decisions:filter.clear")}
        </Button>
      )}
    </div>
  );
}
