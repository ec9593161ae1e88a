// What the daemon would say to the changes so far: every fault at once, by key.
import { useQuery } from "@tanstack/react-query";
import { SettingsService } from "@/gen/tradingd/v1/settings_pb";
import { useDebounced } from "@/lib/use-debounced";
import { useClient } from "@/lib/daemon";
import { describeError } from "@/lib/errors";
import { newRequestId } from "@/lib/request-id";
import { type Changes, countOf } from "../drafts";

const AFTER_MS = 350;

export interface Check {
  byKey: ReadonlyMap<string, string>;
  /** A refusal of the whole, e.g. because of the role. */
  whole: unknown;
  pending: boolean;
}

export function useCheck(changes: Changes, version: bigint): Check {
  const settings = useClient(SettingsService);
  const { assignments, unset } = changes;
  const wanted = JSON.stringify([assignments, unset]);
  const asked = useDebounced(wanted, AFTER_MS);
  const { error, isPending } = useQuery({
    queryKey: ["setting-check", String(version), asked],
    queryFn: () =>
      settings.updateSettings({ assignments, unset, dryRun: true, requestId: newRequestId() }),
    enabled: countOf(changes) > 0 && asked === wanted,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const fields = error ? describeError(error).fields : [];
  return {
    byKey: new Map(fields.map((each) => [each.field, each.description])),
    whole: fields.length === 0 ? error : null,
    pending: countOf(changes) > 0 && (asked !== wanted || isPending),
  };
}
