import { PasswordDialog } from "@/features/auth/components/password-dialog";
import { TotpDialog } from "@/features/auth/components/totp-dialog";
import { AboutDialog } from "@/features/status/components/about-dialog";
import { useStore } from "@/lib/store";
import { closePanel, openPanel } from "./open-panel";
import { Palette } from "./palette";
import { PreferencesDialog } from "./preferences-dialog";
import { ShortcutsDialog } from "./shortcuts-dialog";

const DIALOGS = {
  preferences: PreferencesDialog,
  password: PasswordDialog,
  totp: TotpDialog,
  about: AboutDialog,
  palette: Palette,
  shortcuts: ShortcutsDialog,
};

export function Panels() {
  const open = useStore(openPanel);
  if (open === undefined) return null;
  const Dialog = DIALOGS[open];
  return <Dialog onClose={closePanel} />;
}
