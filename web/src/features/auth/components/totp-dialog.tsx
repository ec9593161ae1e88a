import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Loaded } from "@/components/loaded";
import { Modal } from "@/components/modal";
import { t } from "@/lib/i18n";
import { useConfirmTotp, useEnrolTotp, useRemoveTotp, useWhoAmI } from "../api/use-account";
import { TotpSecret } from "./totp-secret";

/** One-time codes of the caller's own account: on, off, and the way from one to the other. */
export function TotpDialog({ onClose }: { onClose(): void }) {
  const who = useWhoAmI();
  const enrol = useEnrolTotp();
  const confirm = useConfirmTotp();
  const remove = useRemoveTotp();
  return (
    <Modal title={t("auth:totp.title")} onClose={onClose}>
      <Loaded query={who} what={t("auth:totp.title")}>
        {({ totp }) => (
          <div className="grid gap-3 text-sm">
            <p>{t(totp ? "auth:totp.on" : "auth:totp.off")}</p>
            {confirm.isSuccess && <p role="status">{t("auth:totp.confirmed")}</p>}
            {remove.isSuccess && !totp && <p role="status">{t("auth:totp.removed")}</p>}
            {enrol.data && !confirm.isSuccess && (
              <TotpSecret secret={enrol.data.secret} uri={enrol.data.uri} confirm={confirm} />
            )}
            {enrol.isError && (
              <ErrorNotice title={t("auth:totp.enrol_failed")} error={enrol.error} />
            )}
            {remove.isError && (
              <ErrorNotice title={t("auth:totp.remove_failed")} error={remove.error} />
            )}
            <div className="flex flex-wrap justify-end gap-2">
              {totp && (
                <Button
                  busy={remove.isPending && t("auth:totp.removing")}
                  onClick={() => remove.mutate()}
                >
                  {t("auth:totp.remove")}
                </Button>
              )}
              {!totp && !enrol.data && (
                <Button
                  variant="primary"
                  busy={enrol.isPending && t("auth:totp.enrolling")}
                  onClick={() => enrol.mutate()}
                >
                  {t("auth:totp.enrol")}
                </Button>
              )}
              <Button onClick={onClose}>{t("close")}</Button>
            </div>
          </div>
        )}
      </Loaded>
    </Modal>
  );
}
