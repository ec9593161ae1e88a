import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { FullPage } from "@/components/full-page";
import { TextField } from "@/components/text-field";
import { useDaemon } from "@/lib/daemon";
import { setupSecret } from "@/lib/setup-link";
import { LEAST_PASSWORD, checkSetup } from "../check-setup";

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
    <FullPage title="Create the first admin">
      <form onSubmit={submit} noValidate className="grid gap-2">
        <TextField
          label="User name"
          name="username"
          autoComplete="username"
          value={name}
          onChange={setName}
          problem={tried ? problems.name : undefined}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          hint={`${LEAST_PASSWORD} characters or more`}
          value={password}
          onChange={setPassword}
          problem={tried ? problems.password : undefined}
        />
        <TextField
          label="Password again"
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={setAgain}
          problem={tried ? problems.again : undefined}
        />
        {setup.isError && (
          <ErrorNotice title="Setup failed" error={setup.error}>
            <p className="mt-1">
              The link works for 15 minutes and once. A restart of the daemon prints a new one.
            </p>
          </ErrorNotice>
        )}
        <Button type="submit" variant="primary" busy={setup.isPending && "Creating…"}>
          Create and log in
        </Button>
      </form>
    </FullPage>
  );
}
