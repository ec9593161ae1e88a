import { useQueryClient } from "@tanstack/react-query";
import { EmergencyService, type StopResponse } from "@/gen/tradingd/v1/emergency_pb";
import { useClient } from "@/lib/daemon";
import { putTradingState } from "@/lib/put-trading-state";
import type { Planned } from "@/lib/use-planned";

/** A stop that suspends protection too. */
export function useFreeze(onDone: (answer: StopResponse) => void): Planned<StopResponse> {
  const client = useClient(EmergencyService);
  const queryClient = useQueryClient();
  return {
    key: ["freeze"],
    call: (request) => client.stop({ ...request, freeze: true }),
    onDone: (answer) => {
      putTradingState(queryClient, answer.state, answer.effect);
      onDone(answer);
    },
  };
}
