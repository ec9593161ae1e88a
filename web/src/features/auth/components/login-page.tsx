import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { FullPage } from "@/components/full-page";
import { TextField } from "@/components/text-field";
import { useDaemon } from "@/lib/daemon";

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
  const login = useMutation({ mutationFn: () => session.signIn(name.trim(), password) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <FullPage title="Log in">
      <form onSubmit={submit} className="grid gap-3">
        {notice !== "" && (
          <p role="status" className="text-sm text-warn">
            {notice}
          </p>
        )}
        <TextField
          label="User name"
          name="username"
          autoComplete="username"
          required
          value={name}
          onChange={setName}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={setPassword}
        />
        {login.isError && <ErrorNotice title="Login failed" error={login.error} />}
        <Button type="submit" variant="primary" busy={login.isPending && "Logging in…"}>
          Log in
        </Button>
      </form>
    </FullPage>
  );
}
