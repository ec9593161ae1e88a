import { useState } from "react";
import { PlanDialog } from "@/components/plan-dialog";
import { TextField } from "@/components/text-field";
import { TokenService } from "@/gen/tradingd/v1/access_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { newRequestId } from "@/lib/request-id";
import type { PlanRequest } from "@/lib/use-planned";
import { useAccessChanged } from "../api/use-access";
import { NEW_CHILD, toRequest } from "../token-form";
import { FormThenPlan } from "./form-then-plan";
import type { Made } from "./secret-dialog";
import { TokenFields } from "./token-fields";

interface DeriveTokenDialogProps {
  /** The text of the token to derive from, when it was made just now. */
  parent: string;
  onMade(made: Made): void;
  onClose(): void;
}

/** The daemon derives from the token that asks, so its text is needed; it is kept nowhere. */
export function DeriveTokenDialog({ parent, onMade, onClose }: DeriveTokenDialogProps) {
  const tokens = useClient(TokenService);
  const changed = useAccessChanged();
  const [secret, setSecret] = useState(parent);
  const [form, setForm] = useState(NEW_CHILD);
  const headers = { Authorization: `Bearer ${secret.trim()}` };
  const call = ({ dryRun, planId, requestId }: Omit<PlanRequest, "reason">) =>
    tokens.deriveToken({ ...toRequest(form), dryRun, planId, requestId }, { headers });
  const title = t("access:token.derive_title");
  return (
    <FormThenPlan
      title={title}
      ready={form.name.trim() !== "" && secret.trim() !== ""}
      check={() => call({ dryRun: true, planId: "", requestId: newRequestId() })}
      onClose={onClose}
      plan={
        <PlanDialog
          title={title}
          action={{
            key: ["derive-token", JSON.stringify(form)],
            call,
            onDone: (answer) => {
              changed();
              onMade({ name: form.name.trim(), secret: answer.secret });
            },
          }}
          commit={t("access:token.derive_go")}
          committing={t("access:working")}
          reason="none"
          onClose={onClose}
        />
      }
    >
      <TextField
        label={t("access:token.parent_text")}
        hint={t("access:token.parent_hint")}
        type="password"
        autoComplete="off"
        value={secret}
        onChange={setSecret}
      />
      <TokenFields form={form} most={Role.ADMIN} derived onChange={setForm} />
    </FormThenPlan>
  );
}
