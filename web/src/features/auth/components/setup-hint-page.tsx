import { Button } from "@/components/button";
import { FullPage } from "@/components/full-page";
import { t } from "@/lib/i18n";

/** Setup is needed and this page has no secret: says where to get one. */
export function SetupHintPage({ tokenFile }: { tokenFile: string }) {
  return (
    <FullPage title={t("auth:hint.title")}>
      <div className="grid gap-3 text-sm">
        <p>{t("auth:hint.intro")}</p>
        <ul className="grid list-disc gap-2 pl-5">
          <li>{t("auth:hint.link", { link: "#setup=…" })}</li>
          <li>
            {t("auth:hint.command")}{" "}
            <code className="rounded bg-raised px-1.5 py-0.5 text-accent">botctl setup</code>
          </li>
        </ul>
        {tokenFile !== "" && (
          <p className="text-muted">
            {t("auth:hint.file")} <code>{tokenFile}</code>
          </p>
        )}
        <Button onClick={() => window.location.reload()}>{t("auth:hint.again")}</Button>
      </div>
    </FullPage>
  );
}
