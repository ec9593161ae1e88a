// What the palette offers: every page, every traded symbol, and what this user may do now.
import { useNavigate } from "@tanstack/react-router";
import { openAlertCentre } from "@/features/alerts/open-centre";
import { openEmergency } from "@/features/emergency/open-dialog";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { useDaemon } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";
import { theme, toggleTheme } from "@/lib/theme";
import { useWorld } from "@/lib/use-world";
import { type Panel, openPanel } from "./open-panel";
import { PAGES } from "./pages";

export interface Command {
  kind: "page" | "symbol" | "action";
  label: string;
  run(): void;
}

function usePlaces(): Command[] {
  const navigate = useNavigate();
  const symbols = useWorld((world) => world.status?.symbols) ?? [];
  const pages = PAGES.map(({ name, path }): Command => ({
    kind: "page",
    label: t(`nav:page.${name}`),
    run: () => void navigate({ to: path }),
  }));
  // A symbol is looked at on its chart.
  const chart = PAGES.find(({ name }) => name === "chart");
  if (!chart) return pages;
  const charts = symbols.map((symbol): Command => ({
    kind: "symbol",
    label: symbol,
    run: () => void navigate({ to: chart.path, search: { symbol } as never }),
  }));
  return [...pages, ...charts];
}

function useEmergencyActions(): Command[] {
  const info = useWorld((world) => world.status?.tradingState);
  const mayStop = useAllowed(EmergencyService.method.stop);
  const mayClose = useAllowed(EmergencyService.method.closeAll);
  const mayResume = useAllowed(EmergencyService.method.resume);
  const held = info !== undefined && info.state !== TradingState.ACTIVE;
  const commands: (Command | false)[] = [
    mayStop && action(t("shell:palette.stop"), () => openEmergency({ kind: "stop" })),
    mayClose && action(t("shell:palette.close_all"), () => openEmergency({ kind: "close-all" })),
    held &&
      mayResume &&
      action(t("shell:palette.resume"), () => openEmergency({ kind: "resume", latch: info })),
  ];
  return commands.filter((each) => each !== false);
}

function action(label: string, run: () => void): Command {
  return { kind: "action", label, run };
}

function panel(name: Exclude<Panel, "palette">, label: string): Command {
  return action(label, () => openPanel.set(name));
}

export function useCommands(): Command[] {
  const { session } = useDaemon();
  return [
    ...usePlaces(),
    ...useEmergencyActions(),
    action(t("shell:palette.alerts"), openAlertCentre),
    action(t(theme.get() === "dark" ? "shell:theme.light" : "shell:theme.dark"), toggleTheme),
    panel("preferences", t("shell:account.preferences")),
    panel("password", t("shell:account.password")),
    panel("totp", t("shell:account.totp")),
    panel("shortcuts", t("shell:account.shortcuts")),
    panel("about", t("shell:account.about")),
    action(t("shell:account.logout"), () => void session.signOut()),
  ];
}
