import { useQuery } from "@tanstack/react-query";
import { SystemService } from "@/gen/tradingd/v1/system_pb";
import { useClient } from "@/lib/daemon";

export function useVersion() {
  const client = useClient(SystemService);
  return useQuery({
    queryKey: ["version"],
    queryFn: ({ signal }) => client.getVersion({}, { signal }),
  });
}
