// What needs no further words: disable, enable, remove, end all sessions.
import { PlanDialog } from "@/components/plan-dialog";
import { SessionService } from "@/gen/tradingd/v1/access_pb";
import { type User, UserService } from "@/gen/tradingd/v1/users_pb";
import type { Plan } from "@/gen/tradingd/v1/plans_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import type { PlanRequest } from "@/lib/use-planned";
import { useAccessChanged } from "../api/use-access";

export type UserAction = "disable" | "enable" | "remove" | "end_sessions";

interface UserPlanDialogProps {
  user: User;
  what: UserAction;
  onClose(): void;
}

export function UserPlanDialog({ user, what, onClose }: UserPlanDialogProps) {
  const users = useClient(UserService);
  const sessions = useClient(SessionService);
  const changed = useAccessChanged();
  const CALLS: Record<UserAction, (request: object) => Promise<{ plan?: Plan | undefined }>> = {
    disable: (request) => users.disableUser({ ...request, user: user.name }),
    enable: (request) => users.enableUser({ ...request, user: user.name }),
    remove: (request) => users.removeUser({ ...request, user: user.name }),
    end_sessions: (request) => sessions.revokeAllSessions({ ...request, user: user.name }),
  };
  const call = ({ dryRun, planId, requestId }: PlanRequest) => CALLS[what]({ dryRun, planId, requestId });
  return (
    <PlanDialog
      title={t(`access:user.${what}_title`, { user: user.name })}
      action={{
        key: ["user", what, user.name],
        call,
        onDone: () => {
          changed();
          onClose();
        },
      }}
      commit={t(`access:user.${what}`)}
      committing={t("access:working")}
      danger={what === "remove"}
      reason="none"
      {...(what === "remove" ? { confirmWord: user.name } : {})}
      onClose={onClose}
    >
      {t(`access:user.${what}_told`)}
    </PlanDialog>
  );
}
