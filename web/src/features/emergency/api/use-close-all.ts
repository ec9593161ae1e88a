import { useMutation, useQueryClient } from "@tanstack/react-query";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { useClient } from "@/lib/daemon";
import { queryKeys } from "@/lib/query-keys";
import { newRequestId } from "@/lib/request-id";

/** Selling takes as long as the venue takes. */
const PATIENCE_MS = 60_000;

export function useCloseAll() {
  const client = useClient(EmergencyService);
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      client.closeAll({ reason, requestId: newRequestId() }, { timeoutMs: PATIENCE_MS }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queryKeys.emergency }),
  });
}
