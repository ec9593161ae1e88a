import { Button } from "@/components/button";
import { FullPage } from "@/components/full-page";
import { useDaemon } from "@/lib/daemon";
import { t } from "@/lib/i18n";

export function UnreachablePage({ message }: { message: string }) {
  const { session } = useDaemon();
  return (
    <FullPage title={t("auth:unreachable.title")}>
      <div role="alert" className="grid gap-3 text-sm">
        <p>{message}</p>
        <p className="text-muted">
          {t("auth:unreachable.meanwhile")} <code>botctl stop</code>
        </p>
        <Button onClick={() => void session.start()}>{t("auth:unreachable.now")}</Button>
      </div>
    </FullPage>
  );
}
