import { useNow } from "@/lib/clock";
import { useDaemon } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import type { StreamState } from "@/lib/stream-state";
import { formatSpan } from "@/lib/time";

const DOT: Record<StreamState["phase"], string> = {
  live: "bg-up",
  connecting: "bg-warn animate-pulse",
  reconnecting: "bg-warn animate-pulse",
  offline: "bg-down",
};

function detailOf(state: StreamState, now: number): string {
  if (state.phase === "live") return t("status:lag", { ms: Math.round(state.lagMs) });
  if (state.polling) return t("status:polling");
  if (state.lastMessageAt === 0) return "";
  return t("status:last_heard", { span: formatSpan(now - state.lastMessageAt) });
}

export function ConnectionLight() {
  const { stream } = useDaemon();
  const state = useStore(stream.state);
  const detail = detailOf(state, useNow());
  const cut = state.phase === "reconnecting" || state.phase === "offline";
  return (
    <div className="flex items-center gap-2 text-sm">
      <span aria-hidden="true" className={`size-2.5 rounded-full ${DOT[state.phase]}`} />
      <span role="status" aria-label={t("status:connection")} className="font-semibold">
        {t(`status:phase.${state.phase}`)}
      </span>
      {detail !== "" && <span className="text-xs text-muted">{detail}</span>}
      {cut && (
        <button
          type="button"
          className="text-xs text-accent underline max-md:min-h-9"
          onClick={() => stream.retryNow()}
        >
          {t("status:retry_now")}
        </button>
      )}
    </div>
  );
}
