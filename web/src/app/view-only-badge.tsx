import { Badge } from "@/components/badge";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { t } from "@/lib/i18n";
import { useSession } from "@/lib/session-hooks";

/** Why there is no button that acts, for those who would look for one. */
export function ViewOnlyBadge() {
  const session = useSession();
  if (session.phase !== "signed-in" || session.role !== Role.VIEWER) return null;
  return <Badge>{t("shell:view_only")}</Badge>;
}
