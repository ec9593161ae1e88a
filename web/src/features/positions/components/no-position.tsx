import { EmptyState } from "@/components/empty-state";
import { PageLink } from "@/components/page-link";
import { t } from "@/lib/i18n";

export function NoPosition() {
  return (
    <EmptyState title={t("positions:empty.title")}>
      {t("positions:empty.text")}{" "}
      <PageLink to="/decisions" className="underline">{t("positions:empty.why")}</PageLink>
    </EmptyState>
  );
}
