import { Link } from "@tanstack/react-router";
import { ThemeToggle } from "@/components/theme-toggle";
import { AlertBadge } from "@/features/alerts/components/alert-badge";
import { StopButton } from "@/features/emergency/components/stop-button";
import { ConnectionLight } from "@/features/status/components/connection-light";
import { ModeBadge } from "@/features/status/components/mode-badge";
import { TradingStateBadge } from "@/features/status/components/trading-state-badge";
import { ZoneClock } from "@/features/status/components/zone-clock";
import { t } from "@/lib/i18n";
import { AccountMenu } from "./account-menu";
import { MenuButton } from "./menu-button";
import { PaletteButton } from "./palette-button";

/** Always in view: mode, trading state, connection, stop. */
export function TopBar() {
  return (
    // On a phone in two lines: menu, state and stop; below them connection, alerts and account.
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2 max-md:gap-x-3">
      <MenuButton />
      <Link to="/" className="text-base font-bold tracking-tight max-sm:hidden">
        {t("brand")}
      </Link>
      <div className="flex items-center gap-2">
        <ModeBadge />
        <TradingStateBadge />
      </div>
      <div className="max-md:order-2">
        <ConnectionLight />
      </div>
      <ZoneClock />
      <div className="ml-auto flex items-center gap-2 max-md:order-3">
        <PaletteButton />
        <div className="max-md:hidden">
          <ThemeToggle />
        </div>
        <AlertBadge />
        <AccountMenu />
      </div>
      <div className="empty:hidden max-md:order-1 max-md:ml-auto">
        <StopButton />
      </div>
    </div>
  );
}
