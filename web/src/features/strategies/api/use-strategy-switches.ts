// The switches of a list of strategies: which one is on its way, what was refused, and which one
// waits for a second word because it owns open positions.
import { Code } from "@connectrpc/connect";
import { useState } from "react";
import { type Strategy, StrategyService } from "@/gen/tradingd/v1/strategies_pb";
import { hasCode } from "@/lib/errors";
import { useAllowed } from "@/lib/permissions";
import { useSwitchStrategy } from "./use-switch-strategy";

export function useStrategySwitches() {
  const mayAct = useAllowed(StrategyService.method.setStrategyEnabled);
  const change = useSwitchStrategy();
  const [guarded, setGuarded] = useState<Strategy>();
  const onSwitch = (strategy: Strategy, enabled: boolean) => {
    if (!enabled && strategy.openSymbols.length > 0) {
      setGuarded(strategy);
      return;
    }
    change.mutate(
      { strategy, enabled },
      {
        // It may have bought since the list was made.
        onError: (why) => {
          if (!enabled && hasCode(why, Code.FailedPrecondition)) setGuarded(strategy);
        },
      },
    );
  };
  return {
    mayAct,
    onSwitch,
    guarded,
    leave: () => {
      setGuarded(undefined);
      change.reset();
    },
    /** Name of the strategy that is being switched. */
    pending: change.isPending ? change.variables.strategy.name : undefined,
    error: guarded ? null : change.error,
  };
}

export type StrategySwitches = ReturnType<typeof useStrategySwitches>;
