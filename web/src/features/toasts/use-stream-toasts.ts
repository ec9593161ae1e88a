// Notices for what happens now. After a stream has come back the daemon first sends what was
// missed, then marks and heartbeats: until the first of those everything is old news.
import { useEffect } from "react";
import type { SubscribeResponse } from "@/gen/tradingd/v1/events_pb";
import { useDaemon } from "@/lib/daemon";
import { preferences } from "@/lib/preferences";
import { noticeOf } from "./notice-of";
import { dismissToasts, showToast } from "./toast-store";

export function useStreamToasts(): void {
  const { stream } = useDaemon();
  useEffect(() => {
    let catchingUp = true;
    const unwatch = stream.state.subscribe(() => {
      if (stream.state.get().phase !== "live") catchingUp = true;
    });
    const unlisten = stream.cache.onMessages((messages: SubscribeResponse[]) => {
      for (const message of messages) {
        const kind = message.payload.case;
        if (kind === "mark" || kind === "heartbeat") catchingUp = false;
        if (catchingUp) continue;
        const notice = noticeOf(message, preferences.get().toasts);
        if (notice) showToast(notice);
      }
    });
    return () => {
      unwatch();
      unlisten();
      dismissToasts();
    };
  }, [stream]);
}
