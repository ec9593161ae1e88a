import { SelectField } from "@/components/select-field";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useAddress } from "@/lib/search";
import { useWorld } from "@/lib/use-world";
import { useStrategyProfits } from "../api/use-strategy-profits";
import { useStrategySwitches } from "../api/use-strategy-switches";
import { SORTS, type StrategySort, sorted } from "../strategy-figures";
import { StrategyCard } from "./strategy-card";
import { SwitchTrouble } from "./switch-trouble";

/** A card for each strategy, in the order that the address asks for. */
export function StrategyList() {
  const strategies = useWorld((world) => world.strategies);
  const profits = useStrategyProfits();
  const switches = useStrategySwitches();
  const [{ sort }, setAddress] = useAddress({ sort: "profit" });
  const by: StrategySort = SORTS.find((each) => each === sort) ?? "profit";
  if (strategies === undefined) return <Skeleton rows={6} of="figure" />;
  if (strategies.length === 0) return null;
  return (
    <div className="grid gap-4">
      <div className="justify-self-start">
        <SelectField
          label={t("strategies:sort.label")}
          options={SORTS.map((value) => ({ value, label: t(`strategies:sort.${value}`) }))}
          value={by}
          onChange={(value) => setAddress({ sort: value })}
        />
      </div>
      <SwitchTrouble switches={switches} />
      {sorted(strategies, by).map((each) => (
        <StrategyCard
          key={each.name}
          strategy={each}
          profits={profits.data?.find(({ strategy }) => strategy === each.name)}
          switches={switches}
        />
      ))}
    </div>
  );
}
