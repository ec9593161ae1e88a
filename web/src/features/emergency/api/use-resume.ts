import { useQueryClient } from "@tanstack/react-query";
import { EmergencyService, type ResumeResponse } from "@/gen/tradingd/v1/emergency_pb";
import { useClient } from "@/lib/daemon";
import { putTradingState } from "@/lib/put-trading-state";
import type { Planned } from "@/lib/use-planned";

/** `epoch` is the latch that this user saw; a newer stop wins. */
export function useResume(epoch: bigint, onDone: () => void): Planned<ResumeResponse> {
  const client = useClient(EmergencyService);
  const queryClient = useQueryClient();
  return {
    key: ["resume", String(epoch)],
    call: (request) => client.resume({ ...request, epoch }),
    onDone: ({ state, effect }) => {
      putTradingState(queryClient, state, effect);
      onDone();
    },
  };
}
