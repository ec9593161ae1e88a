import { useState } from "react";
import { Button } from "@/components/button";
import { Modal } from "@/components/modal";
import { t } from "@/lib/i18n";

export interface Made {
  name: string;
  secret: string;
}

interface SecretDialogProps {
  made: Made;
  onDerive(): void;
  onClose(): void;
}

/** A new token's text, this once. */
export function SecretDialog({ made, onDerive, onClose }: SecretDialogProps) {
  const [copied, setCopied] = useState<"yes" | "no">();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(made.secret);
      setCopied("yes");
    } catch {
      // Without a secure context there is no clipboard; the text can be marked by hand.
      setCopied("no");
    }
  };
  return (
    <Modal title={t("access:token.made", { name: made.name })} onClose={onClose}>
      <div className="grid gap-4 text-sm">
        <p className="font-medium text-warn">{t("access:token.once")}</p>
        <output
          aria-label={t("access:token.text")}
          className="rounded-lg border border-line bg-canvas p-3 font-mono text-sm break-all select-all"
        >
          {made.secret}
        </output>
        <p className="text-xs text-muted">{t("access:token.use")}</p>
        <p role="status" className="text-xs font-medium">
          {copied === "yes" && t("access:token.copied")}
          {copied === "no" && t("access:token.not_copied")}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onDerive}>{t("access:token.derive")}</Button>
          <Button onClick={() => void copy()}>{t("access:token.copy")}</Button>
          <Button variant="primary" onClick={onClose}>
            {t("access:token.kept")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
