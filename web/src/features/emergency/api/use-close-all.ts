import { useQueryClient } from "@tanstack/react-query";
import { type CloseAllResponse, EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { useClient } from "@/lib/daemon";
import { putTradingState } from "@/lib/put-trading-state";
import { queryKeys } from "@/lib/query-keys";
import type { Planned } from "@/lib/use-planned";

/** Selling takes as long as the venue takes. */
const PATIENCE_MS = 60_000;

export function useCloseAll(onDone: (answer: CloseAllResponse) => void): Planned<CloseAllResponse> {
  const client = useClient(EmergencyService);
  const queryClient = useQueryClient();
  return {
    key: ["close-all"],
    call: (request) => client.closeAll(request, { timeoutMs: PATIENCE_MS }),
    onDone: (answer) => {
      putTradingState(queryClient, answer.state, answer.effect);
      void queryClient.invalidateQueries({ queryKey: queryKeys.emergency });
      onDone(answer);
    },
  };
}
