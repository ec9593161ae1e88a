// Switching a strategy: the switch moves at once and goes back when the daemon refuses. The
// desired state is sent with the version it was decided on, so that two people can't toggle past
// each other.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Strategy, StrategyService } from "@/gen/tradingd/v1/strategies_pb";
import { useClient } from "@/lib/daemon";
import { queryKeys } from "@/lib/query-keys";
import { newRequestId } from "@/lib/request-id";
import type { World } from "@/lib/world";

export const REASON = "switched on the dashboard";

export interface SwitchStrategy {
  /** The strategy as it was shown. */
  strategy: Strategy;
  enabled: boolean;
}

/** `sequence` is where the change is durable; older lists must not undo it. */
function withStrategy(
  world: World | undefined,
  changed: Strategy,
  sequence: bigint,
): World | undefined {
  if (!world) return world;
  const strategies = world.strategies.map((each) => (each.name === changed.name ? changed : each));
  const strategiesSequence =
    sequence > world.strategiesSequence ? sequence : world.strategiesSequence;
  return { ...world, strategies, strategiesSequence };
}

/** Puts a strategy as the daemon has answered it into what is shown. */
export function usePutStrategy() {
  const queryClient = useQueryClient();
  return (changed: Strategy, sequence = 0n) =>
    queryClient.setQueryData<World>(queryKeys.world, (world) =>
      withStrategy(world, changed, sequence),
    );
}

export function useSwitchStrategy() {
  const client = useClient(StrategyService);
  const put = usePutStrategy();
  return useMutation({
    mutationFn: ({ strategy, enabled }: SwitchStrategy) =>
      client.setStrategyEnabled({
        strategy: strategy.name,
        enabled,
        expectedVersion: strategy.version,
        reason: REASON,
        requestId: newRequestId(),
      }),
    onMutate: ({ strategy, enabled }) => put({ ...strategy, enabled }),
    onSuccess: (answer) => {
      if (answer.strategy) put(answer.strategy, answer.effect?.sequence);
    },
    onError: async (_error, { strategy }) => {
      put(strategy);
      // Somebody else may have switched it: show what the daemon has now.
      const answer = await client.listStrategies({});
      const now = answer.strategies.find((each) => each.name === strategy.name);
      if (now) put(now);
    },
  });
}
