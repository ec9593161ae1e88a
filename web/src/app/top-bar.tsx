import { Link } from "@tanstack/react-router";
import { ThemeToggle } from "@/components/theme-toggle";
import { AccountMenu } from "@/features/auth/components/account-menu";
import { StopButton } from "@/features/emergency/components/stop-button";
import { ConnectionLight } from "@/features/status/components/connection-light";
import { ModeBadge } from "@/features/status/components/mode-badge";
import { TradingStateBadge } from "@/features/status/components/trading-state-badge";
import { UtcClock } from "@/features/status/components/utc-clock";
import { MenuButton } from "./menu-button";

/** Always in view: mode, trading state, connection, stop. */
export function TopBar() {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2">
      <MenuButton />
      <Link to="/" className="text-base font-bold tracking-tight">
        tradingd
      </Link>
      <div className="flex items-center gap-2">
        <ModeBadge />
        <TradingStateBadge />
      </div>
      <ConnectionLight />
      <UtcClock />
      <div className="ml-auto flex items-center gap-2">
        <ThemeToggle />
        <AccountMenu />
        <StopButton />
      </div>
    </div>
  );
}
