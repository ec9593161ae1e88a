// Around every page: who and what this is, the state of everything, and the stop button.
import { Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { HaltedBar } from "@/features/emergency/components/halted-bar";
import { StateBanner } from "@/features/status/components/state-banner";
import { useDaemon } from "@/lib/daemon";
import { useFreshness } from "@/lib/freshness";
import { TopBar } from "./top-bar";

export function Shell() {
  const { stream, queryClient } = useDaemon();
  const { stale } = useFreshness();
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
  return (
    <div className="min-h-dvh pb-10" data-stale={stale || undefined}>
      {/* A phone keeps only the first part in view while scrolling; there is room for no more. */}
      <header className="max-md:contents md:sticky md:top-0 md:z-10">
        <div className="border-b border-line bg-surface max-md:sticky max-md:top-0 max-md:z-10">
          <TopBar />
        </div>
        <div className="border-b border-line bg-surface">
          <div className="mx-auto max-w-[100rem] px-4 py-1.5">
            <StateBanner />
          </div>
        </div>
        <HaltedBar />
      </header>
      <main className="mx-auto max-w-[100rem] px-4 pt-4">
        <Outlet />
      </main>
    </div>
  );
}
