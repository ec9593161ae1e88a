import { Card } from "@/components/card";
import { DataTable } from "@/components/data-table";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useWorld } from "@/lib/use-world";
import { useStrategySwitches } from "../api/use-strategy-switches";
import { strategyColumns } from "../strategy-columns";
import { NoStrategy } from "./no-strategy";
import { SwitchTrouble } from "./switch-trouble";

/** All strategies in short, with their switches. */
export function StrategiesCard() {
  const strategies = useWorld((world) => world.strategies);
  const switches = useStrategySwitches();
  const on = strategies?.filter((each) => each.enabled).length ?? 0;
  return (
    <Card
      title={t("strategies:title")}
      aside={strategies && t("strategies:on_of", { on, all: strategies.length })}
    >
      <SwitchTrouble switches={switches} />
      {strategies === undefined && <Skeleton />}
      {strategies?.length === 0 && <NoStrategy />}
      {strategies && strategies.length > 0 && (
        <DataTable
          label={t("strategies:title")}
          columns={strategyColumns(switches)}
          rows={strategies}
          rowKey={(row) => row.name}
        />
      )}
    </Card>
  );
}
