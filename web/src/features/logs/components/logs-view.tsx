import { useState } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorNotice } from "@/components/error-notice";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { saveFile } from "@/lib/save-export";
import { useAddress } from "@/lib/search";
import { useDebounced } from "@/lib/use-debounced";
import { useLog } from "../api/use-log";
import { type Entry, fileOf, matching } from "../lines";
import { LogFilters } from "./log-filters";
import { LogLines } from "./log-lines";

const TYPING_MS = 300;

const missing = (count: string) => t("logs:dropped", { count: Number(count) });

export function LogsView() {
  const [address, put] = useAddress({ level: "", module: "", q: "" });
  const module = useDebounced(address.module, TYPING_MS);
  const { items, forgotten, phase, error } = useLog(address.level, module);
  const [frozen, setFrozen] = useState<{ items: Entry[]; seen: number }>();
  const seen = forgotten + items.length;
  const shown = matching(frozen?.items ?? items, address.q);
  const waiting = frozen ? Math.max(0, seen - frozen.seen) : 0;
  const change = (next: Partial<typeof address>) => {
    // Another filter is another log: what was held does not belong to it.
    if (next.level !== undefined || next.module !== undefined) setFrozen(undefined);
    put(next);
  };
  const save = () => {
    saveFile(fileOf(shown, missing), `tradingd_log_${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.txt`);
  };
  return (
    <>
      <LogFilters {...address} onChange={change} />
      <Card
        title={t("logs:lines")}
        aside={
          <div className="flex flex-wrap items-center gap-3">
            <span role="status">
              {frozen
                ? t("logs:paused", { count: waiting })
                : phase === "live"
                  ? t("logs:following", { count: shown.length })
                  : t("logs:connecting")}
            </span>
            <Button
              className="min-h-9 px-3"
              aria-pressed={frozen !== undefined}
              onClick={() => setFrozen(frozen ? undefined : { items, seen })}
            >
              {frozen ? t("logs:follow") : t("logs:pause")}
            </Button>
            <Button className="min-h-9 px-3" disabled={shown.length === 0} onClick={save}>
              {t("logs:download")}
            </Button>
          </div>
        }
      >
        {phase === "lost" && error !== undefined && (
          <div className="mb-3">
            <ErrorNotice title={t("logs:lost")} error={error} />
          </div>
        )}
        {phase === "opening" && items.length === 0 ? (
          <Skeleton rows={8} />
        ) : (
          <LogLines entries={shown} follow={frozen === undefined} searched={address.q !== ""} />
        )}
      </Card>
    </>
  );
}
