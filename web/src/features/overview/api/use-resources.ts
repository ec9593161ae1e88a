import { useQuery } from "@tanstack/react-query";
import { SystemService } from "@/gen/tradingd/v1/system_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";

/** The stream does not carry how long things take. */
const EVERY_MS = 5_000;

export function useResources() {
  const client = useClient(SystemService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["resources", storeId],
    enabled: storeId !== "",
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => client.getResources({}, { signal }),
  });
}
