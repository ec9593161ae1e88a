import type { ReactNode } from "react";
import { t } from "@/lib/i18n";
import { EmptyState } from "./empty-state";

/** For whoever followed a link to something that their role may not see. */
export function NeedsRole({ allowed, children }: { allowed: boolean; children: ReactNode }) {
  if (allowed) return children;
  return <EmptyState title={t("role.too_low")}>{t("role.ask")}</EmptyState>;
}
