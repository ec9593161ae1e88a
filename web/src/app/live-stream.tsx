import { type ReactNode, useEffect } from "react";
import { useDaemon } from "@/lib/daemon";

/** Keeps the event stream open for as long as somebody is logged in; forgets everything after. */
export function LiveStream({ children }: { children: ReactNode }) {
  const { stream, queryClient } = useDaemon();
  useEffect(() => {
    stream.start();
    const backOnline = () => stream.retryNow();
    window.addEventListener("online", backOnline);
    return () => {
      window.removeEventListener("online", backOnline);
      stream.stop();
      queryClient.clear();
    };
  }, [stream, queryClient]);
  return children;
}
