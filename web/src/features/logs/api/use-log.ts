import { LogService } from "@/gen/tradingd/v1/logs_pb";
import { useClient } from "@/lib/daemon";
import { useTail } from "@/lib/use-tail";
import { type Entry, levelOf } from "../lines";

/** As many as the daemon keeps. */
export const KEPT = 2_000;

/** Kept lines first, then what comes; a new stream brings the kept lines again. */
export function useLog(level: string, module: string) {
  const logs = useClient(LogService);
  return useTail<Entry>(JSON.stringify([level, module]), {
    limit: KEPT,
    resumes: false,
    async *open(call) {
      const request = { lines: KEPT, follow: true, minLevel: levelOf(level), module };
      let gaps = 0;
      for await (const { payload } of logs.tailLogs(request, call)) {
        if (payload.case === "line") yield { id: String(payload.value.number), line: payload.value };
        if (payload.case === "dropped") {
          gaps += 1;
          yield { id: `gap ${gaps}`, dropped: payload.value };
        }
      }
    },
  });
}
