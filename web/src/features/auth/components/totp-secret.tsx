import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { t } from "@/lib/i18n";
import type { useConfirmTotp } from "../api/use-account";
import { CodeField } from "./code-field";

interface TotpSecretProps {
  secret: string;
  uri: string;
  confirm: ReturnType<typeof useConfirmTotp>;
}

/** The new secret, and the first code that shows that it arrived. */
export function TotpSecret({ secret, uri, confirm }: TotpSecretProps) {
  const [code, setCode] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(code);
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <p className="text-muted">{t("auth:totp.told_once")}</p>
      <dl>
        <dt className="text-xs text-muted">{t("auth:totp.secret")}</dt>
        <dd className="mt-1 rounded-lg bg-raised px-3 py-2 font-mono text-base break-all select-all">
          {secret}
        </dd>
      </dl>
      <a href={uri} className="justify-self-start text-accent underline">
        {t("auth:totp.link")}
      </a>
      <CodeField value={code} onChange={setCode} />
      {confirm.isError && (
        <ErrorNotice title={t("auth:totp.confirm_failed")} error={confirm.error} />
      )}
      <Button
        type="submit"
        variant="primary"
        className="justify-self-start"
        disabled={code.length !== 6}
        busy={confirm.isPending && t("auth:totp.confirming")}
      >
        {t("auth:totp.confirm")}
      </Button>
    </form>
  );
}
