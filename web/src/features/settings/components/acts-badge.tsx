import { Badge } from "@/components/badge";
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import { isHot } from "../use-editor";

/** When a changed value takes effect. */
export function ActsBadge({ setting }: { setting: Setting | undefined }) {
  if (!setting) return null;
  return isHot(setting) ? (
    <Badge>{t("settings:acts.hot")}</Badge>
  ) : (
    <Badge tone="warn">{t("settings:acts.restart")}</Badge>
  );
}
