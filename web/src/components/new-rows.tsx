import { t } from "@/lib/i18n";
import { Button } from "./button";

/** Above a list that has changed in a way that needs it loaded again. */
export function NewRows({ onShow }: { onShow(): void }) {
  return (
    <p role="status" className="mb-2 flex items-center gap-3 text-sm text-warn">
      {t("list.new")} <Button onClick={onShow}>{t("list.reload")}</Button>
    </p>
  );
}
