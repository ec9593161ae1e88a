// What concerns whoever is logged in: password, codes, preferences, the way out. Loaded when it is
// first opened.
import { useMutation } from "@tanstack/react-query";
import { DropdownMenu } from "radix-ui";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { useDaemon } from "@/lib/daemon";
import { t, textOf } from "@/lib/i18n";
import { useSession } from "@/lib/session-hooks";
import { useStore } from "@/lib/store";
import { theme, toggleTheme } from "@/lib/theme";
import { AccountButton } from "./account-button";
import { type Panel, openPanel } from "./open-panel";

const PANELS: Exclude<Panel, "palette">[] = ["preferences", "password", "totp", "shortcuts", "about"];
const ITEM =
  "flex min-h-9 cursor-pointer items-center rounded-md px-3 outline-none data-[highlighted]:bg-raised";

export default function AccountEntries() {
  const { session } = useDaemon();
  const state = useSession();
  const shown = useStore(theme);
  const logout = useMutation({ mutationFn: () => session.signOut() });
  if (state.phase !== "signed-in") return null;
  const role = textOf(`auth:role.${Role[state.role] ?? ""}`) ?? "";
  return (
    <DropdownMenu.Root defaultOpen modal={false}>
      <DropdownMenu.Trigger asChild>
        <AccountButton user={state.user} busy={logout.isPending} />
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
