import { useQuery } from "@tanstack/react-query";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { useClient } from "@/lib/daemon";
import { queryKeys } from "@/lib/query-keys";

/** What is still live; asked again every second while a close-all is at work. */
export function useEmergencyState() {
  const client = useClient(EmergencyService);
  return useQuery({
    queryKey: queryKeys.emergency,
    queryFn: ({ signal }) => client.getEmergencyState({}, { signal }),
    refetchInterval: ({ state }) => (state.data?.lastCloseAll?.running ? 1_000 : false),
  });
}
