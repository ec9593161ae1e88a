import type { ErrorComponentProps } from "@tanstack/react-router";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { t } from "@/lib/i18n";

/** What browsers say when a page's code is not there: the daemon is another build than the page. */
const CODE_GONE = /dynamically imported module|module script failed/i;

/** A page that broke; the shell with state and stop button stays. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const gone = error instanceof Error && CODE_GONE.test(error.message);
  return (
    <div className="mx-auto max-w-xl py-10">
      <ErrorNotice title={t(gone ? "nav:page_gone" : "nav:page_failed")} error={error}>
        <div className="mt-3">
          <Button onClick={gone ? () => window.location.reload() : reset}>
            {t(gone ? "nav:reload" : "retry")}
          </Button>
        </div>
      </ErrorNotice>
    </div>
  );
}
