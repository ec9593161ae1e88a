import { useState } from "react";
import { PlanDialog } from "@/components/plan-dialog";
import { TokenService } from "@/gen/tradingd/v1/access_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { newRequestId } from "@/lib/request-id";
import { useSession } from "@/lib/session-hooks";
import type { PlanRequest } from "@/lib/use-planned";
import { useAccessChanged } from "../api/use-access";
import { NEW_TOKEN, toRequest } from "../token-form";
import { FormThenPlan } from "./form-then-plan";
import type { Made } from "./secret-dialog";
import { TokenFields } from "./token-fields";

interface CreateTokenDialogProps {
  onMade(made: Made): void;
  onClose(): void;
}

export function CreateTokenDialog({ onMade, onClose }: CreateTokenDialogProps) {
  const tokens = useClient(TokenService);
  const changed = useAccessChanged();
  const session = useSession();
  const [form, setForm] = useState(NEW_TOKEN);
  const call = ({ dryRun, planId, requestId }: Omit<PlanRequest, "reason">) =>
    tokens.createToken({ ...toRequest(form), dryRun, planId, requestId });
  const title = t("access:token.create");
  return (
    <FormThenPlan
      title={title}
      ready={form.name.trim() !== ""}
      check={() => call({ dryRun: true, planId: "", requestId: newRequestId() })}
      onClose={onClose}
      plan={
        <PlanDialog
          title={title}
          action={{
            key: ["create-token", JSON.stringify(form)],
            call,
            onDone: (answer) => {
              changed();
              onMade({ name: form.name.trim(), secret: answer.secret });
            },
          }}
          commit={t("access:token.create_go")}
          committing={t("access:working")}
          reason="none"
          onClose={onClose}
        />
      }
    >
      <TokenFields
        form={form}
        most={session.phase === "signed-in" ? session.role : Role.VIEWER}
        onChange={setForm}
      />
    </FormThenPlan>
  );
}
