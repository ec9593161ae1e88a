import { useMutation, useQueryClient } from "@tanstack/react-query";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { useClient } from "@/lib/daemon";
import { putTradingState } from "@/lib/put-trading-state";
import { newRequestId } from "@/lib/request-id";

/** Halts trading. Never needs a reason. */
export function useStop() {
  const client = useClient(EmergencyService);
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => client.stop({ reason, requestId: newRequestId() }),
    onSuccess: ({ state, effect }) => putTradingState(queryClient, state, effect),
  });
}
