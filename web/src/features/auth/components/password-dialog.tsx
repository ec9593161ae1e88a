import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Modal } from "@/components/modal";
import { TextField } from "@/components/text-field";
import { t } from "@/lib/i18n";
import { useChangePassword } from "../api/use-account";
import { checkPassword, passwordHint } from "../check-setup";

export function PasswordDialog({ onClose }: { onClose(): void }) {
  const [oldPassword, setOldPassword] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const problems = checkPassword(password, again);
  const change = useChangePassword();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const fine = Object.keys(problems).length === 0 && oldPassword !== "";
    if (fine) change.mutate({ oldPassword, newPassword: password });
  };
  if (change.data) {
    return (
      <Modal title={t("auth:change.title")} onClose={onClose}>
        <p role="status" className="text-sm">
          {t("auth:change.done", { count: change.data.endedSessions })}
        </p>
        <div className="mt-4 flex justify-end">
          <Button onClick={onClose}>{t("close")}</Button>
        </div>
      </Modal>
    );
  }
  return (
    <Modal title={t("auth:change.title")} onClose={onClose}>
      <form onSubmit={submit} noValidate className="grid gap-2">
        <TextField
          label={t("auth:change.old")}
          type="password"
          autoComplete="current-password"
          value={oldPassword}
          onChange={setOldPassword}
        />
        <TextField
          label={t("auth:change.new")}
          type="password"
          autoComplete="new-password"
          hint={passwordHint()}
          value={password}
          onChange={setPassword}
          problem={tried ? problems.password : undefined}
        />
        <TextField
          label={t("auth:change.again")}
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={setAgain}
          problem={tried ? problems.again : undefined}
        />
        {change.isError && <ErrorNotice title={t("auth:change.failed")} error={change.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            type="submit"
            variant="primary"
            disabled={oldPassword === ""}
            busy={change.isPending && t("auth:change.busy")}
          >
            {t("auth:change.go")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
