// Who is logged in, and what concerns them: password, codes, preferences, the way out.
import { useMutation } from "@tanstack/react-query";
import { DropdownMenu } from "radix-ui";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { useDaemon } from "@/lib/daemon";
import { t, textOf } from "@/lib/i18n";
import { useSession } from "@/lib/session-hooks";
import { useStore } from "@/lib/store";
import { theme, toggleTheme } from "@/lib/theme";
import { type Panel, openPanel } from "./open-panel";

const PANELS: Exclude<Panel, "palette">[] = ["preferences", "password", "totp", "shortcuts", "about"];
const ITEM =
  "flex min-h-9 cursor-pointer items-center rounded-md px-3 outline-none data-[highlighted]:bg-raised";

export function AccountMenu() {
  const { session } = useDaemon();
  const state = useSession();
  const shown = useStore(theme);
  const logout = useMutation({ mutationFn: () => session.signOut() });
  if (state.phase !== "signed-in") return null;
  const role = textOf(`auth:role.${Role[state.role] ?? ""}`) ?? "";
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={t("shell:account.button", { user: state.user })}
        className="inline-flex min-h-9 max-w-40 items-center gap-1.5 rounded-lg border border-line px-3 text-sm font-semibold hover:bg-raised"
      >
        <span className="truncate">
          {logout.isPending ? t("shell:account.logging_out") : state.user}
        </span>
        <span aria-hidden="true" className="text-muted">
          ▾
        </span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="z-40 min-w-56 rounded-xl border border-line bg-surface p-1.5 text-sm shadow-2xl"
        >
          <DropdownMenu.Label className="px-3 py-2 text-xs text-muted">
            {t("shell:account.signed_in", { user: state.user, role })}
          </DropdownMenu.Label>
          <DropdownMenu.Item className={`${ITEM} md:hidden`} onSelect={toggleTheme}>
            {t(shown === "dark" ? "shell:theme.light" : "shell:theme.dark")}
          </DropdownMenu.Item>
          {PANELS.map((panel) => (
            <DropdownMenu.Item key={panel} className={ITEM} onSelect={() => openPanel.set(panel)}>
              {t(`shell:account.${panel}`)}
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={ITEM} onSelect={() => logout.mutate()}>
            {t("shell:account.logout")}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
