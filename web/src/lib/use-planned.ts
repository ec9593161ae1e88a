// An action in two steps: the daemon's plan first, then exactly that plan or nothing. When the
// world has moved on in between, the daemon refuses and a new plan takes the old one's place.
import { Code } from "@connectrpc/connect";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Plan } from "@/gen/tradingd/v1/plans_pb";
import { hasCode } from "./errors";
import { newRequestId } from "./request-id";

export interface PlanRequest {
  dryRun: boolean;
  planId: string;
  requestId: string;
  reason: string;
}

export interface Planned<Answer extends { plan?: Plan | undefined }> {
  /** One key per action and object, e.g. ["close", "BTCUSDT", "0.5"]. */
  key: string[];
  call(request: PlanRequest): Promise<Answer>;
  /** False while what is asked for is not complete; there is no plan then. Default true. */
  ready?: boolean;
  onDone?(answer: Answer): void;
}

export function usePlanned<Answer extends { plan?: Plan | undefined }>(action: Planned<Answer>) {
  const { key, call, onDone } = action;
  const [stale, setStale] = useState(false);
  const plan = useQuery({
    queryKey: ["plan", ...key],
    queryFn: async () => {
      const answer = await call({ dryRun: true, planId: "", requestId: newRequestId(), reason: "" });
      return answer.plan ?? null;
    },
    enabled: action.ready ?? true,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
  const commit = useMutation({
    mutationFn: (reason: string) =>
      call({ dryRun: false, planId: plan.data?.planId ?? "", requestId: newRequestId(), reason }),
    onSuccess: (answer) => onDone?.(answer),
    onError: async (error) => {
      if (!hasCode(error, Code.Aborted)) return;
      setStale(true);
      await plan.refetch();
    },
  });
  return { plan, commit, stale };
}
