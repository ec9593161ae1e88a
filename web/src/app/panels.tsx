import { Suspense, lazy } from "react";
import { useStore } from "@/lib/store";
import { closePanel, openPanel } from "./open-panel";

// Each is loaded when it is first asked for. What stops trading is not among them: that must be
// here before the connection is in trouble.
const DIALOGS = {
  preferences: lazy(async () => ({
    default: (await import("./preferences-dialog")).PreferencesDialog,
  })),
  password: lazy(async () => ({
    default: (await import("@/features/auth/components/password-dialog")).PasswordDialog,
  })),
  totp: lazy(async () => ({
    default: (await import("@/features/auth/components/totp-dialog")).TotpDialog,
  })),
  about: lazy(async () => ({
    default: (await import("@/features/status/components/about-dialog")).AboutDialog,
  })),
  palette: lazy(async () => ({ default: (await import("./palette")).Palette })),
  shortcuts: lazy(async () => ({ default: (await import("./shortcuts-dialog")).ShortcutsDialog })),
};

export function Panels() {
  const open = useStore(openPanel);
  if (open === undefined) return null;
  const Dialog = DIALOGS[open];
  return (
    <Suspense>
      <Dialog onClose={closePanel} />
    </Suspense>
  );
}
