// Around every page: who and what this is, the state of everything, and the stop button.
import { Link, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { ThemeToggle } from "@/components/theme-toggle";
import { AccountMenu } from "@/features/auth/components/account-menu";
import { HaltedBar } from "@/features/emergency/components/halted-bar";
import { StopButton } from "@/features/emergency/components/stop-button";
import { ConnectionLight } from "@/features/status/components/connection-light";
import { StateBanner } from "@/features/status/components/state-banner";
import { UtcClock } from "@/features/status/components/utc-clock";
import { useDaemon } from "@/lib/daemon";
import { useFreshness } from "@/lib/freshness";

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
      <header className="sticky top-0 z-10 border-b border-line bg-surface">
        <div className="mx-auto flex max-w-[100rem] flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2">
          <Link to="/" className="text-base font-bold tracking-tight">
            tradingd
          </Link>
          <ConnectionLight />
          <UtcClock />
          <div className="ml-auto flex items-center gap-2">
            <ThemeToggle />
            <AccountMenu />
            <StopButton />
          </div>
        </div>
        <div className="border-t border-line">
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
