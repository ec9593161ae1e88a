// Who edits, and whether they may: once for all rows.
import { useMemo } from "react";
import { SettingClass, SettingsService } from "@/gen/tradingd/v1/settings_pb";
import { useAllowed } from "@/lib/permissions";
import { useSession } from "@/lib/session-hooks";

export interface Editor {
  user: string;
  mayChange: boolean;
}

export function useEditor(): Editor {
  const session = useSession();
  const mayChange = useAllowed(SettingsService.method.updateSettings);
  const user = session.phase === "signed-in" ? session.user : "";
  return useMemo(() => ({ user, mayChange }), [user, mayChange]);
}

export function isHot(setting: { class: SettingClass }): boolean {
  return setting.class === SettingClass.HOT;
}
