// An action in two steps: the daemon's plan first, then exactly that plan or nothing. When the
// world has moved on in between, the daemon refuses and a new plan takes the old one's place.
import { Code } from "@connectrpc/connect";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Plan } from "@/gen/tradingd/v1/plans_pb";
import { hasCode } from "./errors";
import { newRequestId } from "./request-id";
import { samePlan } from "./same-plan";

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

/** Stands for a reason that is not given yet; a dry run records nothing. */
const NO_REASON_YET = "-";

export function usePlanned<Answer extends { plan?: Plan | undefined }>(action: Planned<Answer>) {
  const { key, call, onDone } = action;
  const [stale, setStale] = useState(false);
  const ask = async (reason: string) => {
    const answer = await call({ dryRun: true, planId: "", requestId: newRequestId(), reason });
    return answer.plan ?? null;
  };
  const plan = useQuery({
    queryKey: ["plan", ...key],
    queryFn: () => ask(NO_REASON_YET),
    enabled: action.ready ?? true,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
  const renew = async () => {
    setStale(true);
    await plan.refetch();
  };
  const commit = useMutation({
    mutationFn: async (reason: string) => {
      // A plan belongs to its request, reason and all: the shown one is made again with the reason
      // that was given, and carried out when it is the same.
      const named = await ask(reason);
      if (plan.data && named && !samePlan(plan.data, named)) return undefined;
      const planId = named?.planId ?? "";
      return call({ dryRun: false, planId, requestId: newRequestId(), reason });
    },
    onSuccess: async (answer) => {
      if (answer) onDone?.(answer);
      else await renew();
    },
    onError: async (error) => {
      if (hasCode(error, Code.Aborted)) await renew();
    },
  });
  return { plan, commit, stale };
}
