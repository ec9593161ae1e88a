import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { FullPage } from "@/components/full-page";
import { TextField } from "@/components/text-field";
import { t } from "@/lib/i18n";
import { setupSecret } from "@/lib/setup-link";

/** Setup is needed and this page has no secret: says where to get one. */
export function SetupHintPage({ tokenFile }: { tokenFile: string }) {
  const [secret, setSecret] = useState("");
  const given = secret.trim();
  const goOn = (event: FormEvent) => {
    event.preventDefault();
    if (given !== "") setupSecret.set(given);
  };
  // As this page reaches the daemon; a machine beside it may have to say it otherwise.
  const command = `botctl --addr ${window.location.origin} setup --user admin`;
  return (
    <FullPage title={t("auth:hint.title")}>
      <div className="grid gap-3 text-sm">
        <p>{t("auth:hint.intro")}</p>
        <ul className="grid list-disc gap-2 pl-5">
          <li>{t("auth:hint.link", { link: "#setup=…" })}</li>
          <li>
            {t("auth:hint.command")}{" "}
            <code className="rounded bg-raised px-1.5 py-0.5 text-accent">{command}</code>
          </li>
        </ul>
        {tokenFile !== "" && (
          <form onSubmit={goOn} className="grid gap-2">
            <p>
              {t("auth:hint.file")} <code className="break-all">{tokenFile}</code>
            </p>
            <TextField
              label={t("auth:hint.secret")}
              autoComplete="off"
              spellCheck={false}
              value={secret}
              onChange={setSecret}
            />
            <Button type="submit" variant="primary" disabled={given === ""}>
              {t("auth:hint.go")}
            </Button>
          </form>
        )}
        <Button onClick={() => window.location.reload()}>{t("auth:hint.again")}</Button>
      </div>
    </FullPage>
  );
}
