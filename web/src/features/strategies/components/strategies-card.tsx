import { Code } from "@connectrpc/connect";
import { useState } from "react";
import { Card } from "@/components/card";
import { DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { Skeleton } from "@/components/skeleton";
import type { Strategy } from "@/gen/tradingd/v1/strategies_pb";
import { hasCode } from "@/lib/errors";
import { useCanOperate } from "@/lib/session-hooks";
import { useWorld } from "@/lib/use-world";
import { useSwitchStrategy } from "../api/use-switch-strategy";
import { strategyColumns } from "../strategy-columns";
import { ForceOffDialog } from "./force-off-dialog";

export function StrategiesCard() {
  const strategies = useWorld((world) => world.strategies);
  const mayAct = useCanOperate();
  const change = useSwitchStrategy();
  const [forcing, setForcing] = useState<{ strategy: Strategy; why: unknown }>();
  const pending = change.isPending ? change.variables.strategy.name : undefined;

  const set = (strategy: Strategy, enabled: boolean) =>
    change.mutate(
      { strategy, enabled, force: false },
      {
        onError: (why) => {
          if (!enabled && hasCode(why, Code.FailedPrecondition)) setForcing({ strategy, why });
        },
      },
    );

  const enabled = strategies?.filter((each) => each.enabled).length ?? 0;
  return (
    <Card title="Strategies" aside={strategies && `${enabled} of ${strategies.length} on`}>
      {change.isError && !forcing && (
        <ErrorNotice title="The strategy was not switched" error={change.error} />
      )}
      {strategies === undefined && <Skeleton />}
      {strategies?.length === 0 && (
        <EmptyState title="No strategy is set up">
          See <code>botctl strategies list</code> and the settings.
        </EmptyState>
      )}
      {strategies && strategies.length > 0 && (
        <DataTable
          label="Strategies"
          columns={strategyColumns({ mayAct, pending, onSwitch: set })}
          rows={strategies}
          rowKey={(row) => row.name}
        />
      )}
      {forcing && (
        <ForceOffDialog
          strategy={forcing.strategy}
          why={forcing.why}
          onClose={() => {
            setForcing(undefined);
            change.reset();
          }}
        />
      )}
    </Card>
  );
}
