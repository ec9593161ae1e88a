import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { FullPage } from "@/components/full-page";
import { TextField } from "@/components/text-field";
import { useDaemon } from "@/lib/daemon";
import { describeError } from "@/lib/errors";
import { t } from "@/lib/i18n";
import { CodeField } from "./code-field";

interface LoginPageProps {
  /** Why the login is asked for; empty on a plain visit. */
  notice: string;
  /** Who was logged in before. */
  user: string;
}

export function LoginPage({ notice, user }: LoginPageProps) {
  const { session } = useDaemon();
  const [name, setName] = useState(user);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  // The daemon says by its reason that this account wants a code; only then is there a field.
  const [asksCode, setAsksCode] = useState(false);
  const login = useMutation({
    mutationFn: (given: string) => session.signIn(name.trim(), password, given),
    onError: (error) => {
      if (describeError(error).reason === "TOTP_NEEDED") setAsksCode(true);
      setCode("");
    },
  });
  const needsCode = login.isError && describeError(login.error).reason === "TOTP_NEEDED";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate(code);
  };
  return (
    <FullPage title={t("auth:login.title")}>
      <form onSubmit={submit} className="grid gap-3">
        {notice !== "" && (
          <p role="status" className="text-sm text-warn">
            {notice}
          </p>
        )}
        <TextField
          label={t("auth:user_name")}
          name="username"
          autoComplete="username"
          required
          value={name}
          onChange={setName}
        />
        <TextField
          label={t("auth:password")}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={setPassword}
        />
        {asksCode && (
          <CodeField value={code} onChange={setCode} />
        )}
        {needsCode && (
          <p role="alert" className="text-sm text-warn">
            {t(login.variables === "" ? "auth:login.code_wanted" : "auth:login.code_wrong")}
          </p>
        )}
        {login.isError && !needsCode && (
          <ErrorNotice title={t("auth:login.failed")} error={login.error} />
        )}
        <Button type="submit" variant="primary" busy={login.isPending && t("auth:login.busy")}>
          {t("auth:login.go")}
        </Button>
      </form>
    </FullPage>
  );
}
