import { useState } from "react";
import { PlanDialog } from "@/components/plan-dialog";
import { TextField } from "@/components/text-field";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { UserService } from "@/gen/tradingd/v1/users_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { newRequestId } from "@/lib/request-id";
import type { PlanRequest } from "@/lib/use-planned";
import { useAccessChanged } from "../api/use-access";
import { FormThenPlan } from "./form-then-plan";
import { PasswordFields, passwordsReady } from "./password-fields";
import { RoleField } from "./role-field";

export function CreateUserDialog({ onClose }: { onClose(): void }) {
  const users = useClient(UserService);
  const changed = useAccessChanged();
  const [name, setName] = useState("");
  const [role, setRole] = useState(Role.VIEWER);
  const [passwords, setPasswords] = useState({ password: "", again: "" });
  const user = name.trim();
  const call = ({ dryRun, planId, requestId }: Omit<PlanRequest, "reason">) =>
    users.createUser({ user, role, password: passwords.password, dryRun, planId, requestId });
  const title = t("access:user.create");
  return (
    <FormThenPlan
      title={title}
      ready={user !== "" && passwordsReady(passwords)}
      check={() => call({ dryRun: true, planId: "", requestId: newRequestId() })}
      onClose={onClose}
      plan={
        <PlanDialog
          title={title}
          action={{
            key: ["create-user", user, String(role)],
            call,
            onDone: () => {
              changed();
              onClose();
            },
          }}
          commit={t("access:user.create_go")}
          committing={t("access:working")}
          reason="none"
          onClose={onClose}
        />
      }
    >
      <TextField label={t("access:user.name")} hint={t("access:name_hint")} autoComplete="off" value={name} onChange={setName} />
      <RoleField value={role} onChange={setRole} />
      <PasswordFields value={passwords} onChange={setPasswords} />
    </FormThenPlan>
  );
}
