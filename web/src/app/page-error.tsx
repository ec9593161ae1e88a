import type { ErrorComponentProps } from "@tanstack/react-router";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { t } from "@/lib/i18n";

/** A page that broke; the shell with state and stop button stays. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-xl py-10">
      <ErrorNotice title={t("nav:page_failed")} error={error}>
        <div className="mt-3">
          <Button onClick={reset}>{t("retry")}</Button>
        </div>
      </ErrorNotice>
    </div>
  );
}
