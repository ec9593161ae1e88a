import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { AuthService } from "@/gen/tradingd/v1/auth_pb";
import { useClient, useDaemon } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { Button } from "./button";
import { ErrorNotice } from "./error-notice";
import { Modal } from "./modal";
import { TextField } from "./text-field";

/** Opens by itself when a call asks for a fresh proof; part of the shell. */
export function StepUpDialog() {
  const { stepUp } = useDaemon();
  return useStore(stepUp.waiting) > 0 ? <StepUpForm /> : null;
}

function StepUpForm() {
  const { stepUp } = useDaemon();
  const auth = useClient(AuthService);
  const [password, setPassword] = useState("");
  const [totpCode, setTotpCode] = useState("");
  // Either proof is enough for the daemon; a code wins when both were given.
  const proof = totpCode === "" ? { password, totpCode: "" } : { password: "", totpCode };
  const prove = useMutation({ mutationFn: () => stepUp.prove(auth, proof) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    prove.mutate();
  };
  return (
    <Modal title={t("step_up.title")} onClose={() => stepUp.cancel()}>
      <form onSubmit={submit} className="grid gap-3">
        <p className="text-sm">{t("step_up.why")}</p>
        <TextField
          label={t("step_up.password")}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
        />
        <TextField
          label={t("step_up.code")}
          hint={t("step_up.either")}
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={6}
          value={totpCode}
          onChange={setTotpCode}
        />
        {prove.isError && <ErrorNotice title={t("step_up.failed")} error={prove.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => stepUp.cancel()}>{t("cancel")}</Button>
          <Button
            type="submit"
            variant="primary"
            disabled={password === "" && totpCode === ""}
            busy={prove.isPending && t("step_up.busy")}
          >
            {t("step_up.go")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
