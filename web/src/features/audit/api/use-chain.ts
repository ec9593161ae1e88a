import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AuditService, type VerifyChainResponse } from "@/gen/tradingd/v1/audit_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";

export interface Verified {
  answer: VerifyChainResponse;
  at: number;
}

export function useChainState() {
  const audit = useClient(AuditService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["audit-state", storeId],
    queryFn: () => audit.getAuditState({}),
    enabled: storeId !== "",
  });
}

/** The last verification that was asked for from this page; kept until it is loaded anew. */
export function useVerification() {
  const audit = useClient(AuditService);
  const queries = useQueryClient();
  const storeId = useStoreId();
  const key = ["audit-verified", storeId];
  const [progress, setProgress] = useState<VerifyChainResponse>();
  const last = useQuery<Verified | null>({
    queryKey: key,
    queryFn: () => null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const verify = useMutation({
    mutationFn: async () => {
      for await (const answer of audit.verifyChain({}, { timeoutMs: 0 })) {
        setProgress(answer);
        if (answer.done) return { answer, at: Date.now() };
      }
      throw new Error("the verification ended before its end");
    },
    onSuccess: (verified) => {
      queries.setQueryData<Verified | null>(key, verified);
      void queries.invalidateQueries({ queryKey: ["audit-state"] });
    },
    onSettled: () => setProgress(undefined),
  });
  return { last: last.data ?? undefined, verify, progress };
}
