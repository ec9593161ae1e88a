import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { FullPage } from "@/components/full-page";
import { TextField } from "@/components/text-field";
import { useDaemon } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { setupSecret } from "@/lib/setup-link";
import { checkSetup, passwordHint } from "../check-setup";

/** The first run: makes the first admin with the secret of the printed link. */
export function SetupPage({ secret }: { secret: string }) {
  const { session } = useDaemon();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const problems = checkSetup(name, password, again);
  const setup = useMutation({
    mutationFn: () => session.setUp(secret, name.trim(), password),
    onSuccess: () => setupSecret.set(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problems).length === 0) setup.mutate();
  };
  return (
    <FullPage title={t("auth:setup.title")}>
      <form onSubmit={submit} noValidate className="grid gap-2">
        <TextField
          label={t("auth:user_name")}
          name="username"
          autoComplete="username"
          value={name}
          onChange={setName}
          problem={tried ? problems.name : undefined}
        />
        <TextField
          label={t("auth:password")}
          type="password"
          autoComplete="new-password"
          hint={passwordHint()}
          value={password}
          onChange={setPassword}
          problem={tried ? problems.password : undefined}
        />
        <TextField
          label={t("auth:password_again")}
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={setAgain}
          problem={tried ? problems.again : undefined}
        />
        {setup.isError && (
          <ErrorNotice title={t("auth:setup.failed")} error={setup.error}>
            <p className="mt-1">
              {t("auth:setup.link_life")}
            </p>
          </ErrorNotice>
        )}
        <Button type="submit" variant="primary" busy={setup.isPending && t("auth:setup.busy")}>
          {t("auth:setup.go")}
        </Button>
      </form>
    </FullPage>
  );
}
