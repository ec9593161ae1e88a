import { useQuery } from "@tanstack/react-query";
import { OrderService } from "@/gen/tradingd/v1/orders_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";

export function useOrder(clientOrderId: string) {
  const client = useClient(OrderService);
  return useQuery({
    queryKey: ["orders", useStoreId(), "one", clientOrderId],
    queryFn: ({ signal }) => client.getOrder({ clientOrderId }, { signal }),
  });
}
