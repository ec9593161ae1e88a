import { EmptyState } from "@/components/empty-state";
import { t } from "@/lib/i18n";

export function NoStrategy() {
  return <EmptyState title={t("strategies:empty.title")}>{t("strategies:empty.what")}</EmptyState>;
}
