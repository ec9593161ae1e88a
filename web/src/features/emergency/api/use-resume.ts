import { useMutation, useQueryClient } from "@tanstack/react-query";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { useClient } from "@/lib/daemon";
import { putTradingState } from "@/lib/put-trading-state";
import { newRequestId } from "@/lib/request-id";

export interface Resume {
  reason: string;
  /** The latch this user saw; a newer stop wins. */
  epoch: bigint;
}

export function useResume() {
  const client = useClient(EmergencyService);
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, epoch }: Resume) =>
      client.resume({ reason, epoch, requestId: newRequestId() }),
    onSuccess: ({ state, effect }) => putTradingState(queryClient, state, effect),
  });
}
