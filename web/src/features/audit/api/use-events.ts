import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type AuditEvent, AuditService } from "@/gen/tradingd/v1/audit_pb";
import { useClient } from "@/lib/daemon";
import { useTail } from "@/lib/use-tail";
import { useStoreId } from "@/lib/use-world";
import { type Filters, toFilter } from "../filters";

const PAGE_SIZE = 100;
const TAIL_KEPT = 2_000;

/** Records, newest first, page by page. */
export function useEvents(filters: Filters) {
  const audit = useClient(AuditService);
  const storeId = useStoreId();
  return useInfiniteQuery({
    queryKey: ["audit", storeId, filters],
    queryFn: ({ pageParam }) =>
      audit.listEvents({ filter: toFilter(filters), pageSize: PAGE_SIZE, pageToken: pageParam }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextPageToken || undefined,
    enabled: storeId !== "",
    // What was written stays as it is; new records come by the tail or on request.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** Records after a sequence, as they come; oldest first. */
export function useLiveEvents(filters: Filters, after: bigint) {
  const audit = useClient(AuditService);
  return useTail<AuditEvent>(JSON.stringify([filters, String(after)]), {
    limit: TAIL_KEPT,
    resumes: true,
    async *open(call, last) {
      const request = { filter: toFilter(filters), after: last?.sequence ?? after };
      for await (const { event } of audit.tailEvents(request, call)) yield event;
    },
  });
}

/** One record by its number, for links; the first that comes after the one before it. */
export function useEvent(sequence: string, known: AuditEvent | undefined) {
  const audit = useClient(AuditService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["audit-event", storeId, sequence],
    queryFn: async ({ signal }) => {
      const after = BigInt(sequence) - 1n;
      for await (const { event, asOfSequence } of audit.tailEvents({ after }, { signal })) {
        if (event) return event.sequence === after + 1n ? event : null;
        if (asOfSequence > after) return null;
      }
      return null;
    },
    enabled: storeId !== "" && known === undefined && /^[1-9]\d{0,17}$/.test(sequence),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
