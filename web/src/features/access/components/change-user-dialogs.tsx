// Another role, another password: words first, then the plan.
import { useState } from "react";
import { PlanDialog } from "@/components/plan-dialog";
import { type User, UserService } from "@/gen/tradingd/v1/users_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { newRequestId } from "@/lib/request-id";
import type { PlanRequest } from "@/lib/use-planned";
import { useAccessChanged } from "../api/use-access";
import { FormThenPlan } from "./form-then-plan";
import { PasswordFields, passwordsReady } from "./password-fields";
import { RoleField } from "./role-field";

type Call = Omit<PlanRequest, "reason">;

const PROBE = (): Call => ({ dryRun: true, planId: "", requestId: newRequestId() });

interface UserDialogProps {
  user: User;
  onClose(): void;
}

function useDone(onClose: () => void) {
  const changed = useAccessChanged();
  return () => {
    changed();
    onClose();
  };
}

export function RoleDialog({ user, onClose }: UserDialogProps) {
  const users = useClient(UserService);
  const onDone = useDone(onClose);
  const [role, setRole] = useState(user.role);
  const call = ({ dryRun, planId, requestId }: Call) =>
    users.setUserRole({ user: user.name, role, dryRun, planId, requestId });
  const title = t("access:user.role_title", { user: user.name });
  return (
    <FormThenPlan
      title={title}
      ready={role !== user.role}
      check={() => call(PROBE())}
      onClose={onClose}
      plan={
        <PlanDialog
          title={title}
          action={{ key: ["user-role", user.name, String(role)], call, onDone }}
          commit={t("access:user.role_go")}
          committing={t("access:working")}
          reason="none"
          onClose={onClose}
        />
      }
    >
      <RoleField value={role} onChange={setRole} />
    </FormThenPlan>
  );
}

export function PasswordDialog({ user, onClose }: UserDialogProps) {
  const users = useClient(UserService);
  const onDone = useDone(onClose);
  const [passwords, setPasswords] = useState({ password: "", again: "" });
  const call = ({ dryRun, planId, requestId }: Call) =>
    users.setUserPassword({ user: user.name, password: passwords.password, dryRun, planId, requestId });
  const title = t("access:user.password_title", { user: user.name });
  return (
    <FormThenPlan
      title={title}
      ready={passwordsReady(passwords)}
      check={() => call(PROBE())}
      onClose={onClose}
      plan={
        <PlanDialog
          title={title}
          action={{ key: ["user-password", user.name], call, onDone }}
          commit={t("access:user.password_go")}
          committing={t("access:working")}
          reason="none"
          onClose={onClose}
        >
          {t("access:user.password_told")}
        </PlanDialog>
      }
    >
      <PasswordFields value={passwords} onChange={setPasswords} />
    </FormThenPlan>
  );
}
