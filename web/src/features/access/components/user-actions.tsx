import { Button } from "@/components/button";
import type { User } from "@/gen/tradingd/v1/users_pb";
import { t } from "@/lib/i18n";
import type { UserAction } from "./user-plan-dialog";

export type Act = "role" | "password" | UserAction;

interface UserActionsProps {
  user: User;
  /** One's own password is changed in the account menu, and nobody shuts themselves out here. */
  mine: boolean;
  onAct(what: Act): void;
}

export function UserActions({ user, mine, onAct }: UserActionsProps) {
  if (mine) return <span className="text-xs text-muted">{t("access:user.own")}</span>;
  const acts: Act[] = ["role", "password", user.disabled ? "enable" : "disable"];
  if (user.sessions > 0) acts.push("end_sessions");
  acts.push("remove");
  return (
    <span className="flex flex-wrap gap-1.5">
      {acts.map((what) => (
        <Button
          key={what}
          className="!min-h-9 !px-2.5 !text-xs"
          aria-label={`${t(`access:user.${what}`)}: ${user.name}`}
          onClick={() => onAct(what)}
        >
          {t(`access:user.${what}`)}
        </Button>
      ))}
    </span>
  );
}
