import { EmptyState } from "@/components/empty-state";
import { t } from "@/lib/i18n";

export function NoTrade({ filtered = false }: { filtered?: boolean }) {
  return (
    <EmptyState title={filtered ? t("trades:empty.filtered") : t("trades:empty.title")}>
      {t("trades:empty.text")}
    </EmptyState>
  );
}
