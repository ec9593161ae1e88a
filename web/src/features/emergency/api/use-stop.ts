import { useMutation } from "@tanstack/react-query";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { useClient } from "@/lib/daemon";
import { newRequestId } from "@/lib/request-id";

/** Halts trading. Never needs a reason. */
export function useStop() {
  const client = useClient(EmergencyService);
  return useMutation({
    mutationFn: (reason: string) => client.stop({ reason, requestId: newRequestId() }),
  });
}
