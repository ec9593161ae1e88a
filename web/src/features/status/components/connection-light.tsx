import { useNow } from "@/lib/clock";
import { useDaemon } from "@/lib/daemon";
import { useStore } from "@/lib/store";
import type { StreamState } from "@/lib/stream-state";
import { formatSpan } from "@/lib/time";

const DOT: Record<StreamState["phase"], string> = {
  live: "bg-up",
  connecting: "bg-warn animate-pulse",
  reconnecting: "bg-warn animate-pulse",
  offline: "bg-down",
};

const WORD: Record<StreamState["phase"], string> = {
  live: "Live",
  connecting: "Connecting",
  reconnecting: "Reconnecting",
  offline: "Offline",
};

function detailOf(state: StreamState, now: number): string {
  if (state.phase === "live") return `lag ${Math.round(state.lagMs)} ms`;
  if (state.polling) return "asking every 10 s";
  return state.lastMessageAt === 0 ? "" : `last heard ${formatSpan(now - state.lastMessageAt)} ago`;
}

export function ConnectionLight() {
  const { stream } = useDaemon();
  const state = useStore(stream.state);
  const detail = detailOf(state, useNow());
  return (
    <div className="flex items-center gap-2 text-sm" title={state.problem}>
      <span aria-hidden="true" className={`size-2.5 rounded-full ${DOT[state.phase]}`} />
      <span role="status" aria-label="Connection" className="font-semibold">
        {WORD[state.phase]}
      </span>
      {detail !== "" && <span className="text-xs text-muted">{detail}</span>}
      {(state.phase === "reconnecting" || state.phase === "offline") && (
        <button
          type="button"
          className="text-xs text-accent underline"
          onClick={() => stream.retryNow()}
        >
          Retry now
        </button>
      )}
    </div>
  );
}
