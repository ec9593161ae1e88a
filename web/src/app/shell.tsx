// Around every page: who and what this is, the state of everything, and the stop button.
import { Outlet } from "@tanstack/react-router";
import { StepUpDialog } from "@/components/step-up-dialog";
import { AlertCentre } from "@/features/alerts/components/alert-centre";
import { EmergencyDialogs } from "@/features/emergency/components/emergency-dialogs";
import { HaltedBar } from "@/features/emergency/components/halted-bar";
import { StateBanner } from "@/features/status/components/state-banner";
import { Toasts } from "@/features/toasts/components/toasts";
import { useFreshness } from "@/lib/freshness";
import { t } from "@/lib/i18n";
import { Navigation } from "./navigation";
import { Panels } from "./panels";
import { TopBar } from "./top-bar";
import { useShortcuts } from "./use-shortcuts";

export function Shell() {
  const { stale } = useFreshness();
  useShortcuts();
  return (
    <div className="min-h-dvh pb-10" data-stale={stale || undefined}>
      <a href="#page" className="sr-only focus:not-sr-only focus:p-3">
        {t("nav:skip")}
      </a>
      {/* A phone keeps only the first part in view while scrolling; there is room for no more. */}
      <header className="max-md:contents md:sticky md:top-0 md:z-10">
        <div className="border-b border-line bg-surface max-md:sticky max-md:top-0 max-md:z-10">
          <TopBar />
        </div>
        <div className="border-b border-line bg-surface">
          <div className="px-4 py-1.5">
            <StateBanner />
          </div>
        </div>
        <HaltedBar />
      </header>
      <div className="mx-auto flex max-w-[110rem]">
        <aside className="sticky top-28 hidden max-h-[calc(100dvh-7rem)] w-44 shrink-0 self-start overflow-y-auto py-4 pl-2 lg:block">
          <Navigation />
        </aside>
        <main id="page" tabIndex={-1} className="min-w-0 flex-1 px-4 pt-4 outline-none">
          <Outlet />
        </main>
      </div>
      <AlertCentre />
      <EmergencyDialogs />
      <Panels />
      <StepUpDialog />
      <Toasts />
    </div>
  );
}
