import { Button } from "@/components/button";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";
import { openEmergency } from "../open-dialog";

/** On every page, for whoever may act. The first of two steps. */
export function StopButton() {
  if (!useAllowed(EmergencyService.method.stop)) return null;
  return (
    <Button variant="danger" className="px-5" onClick={() => openEmergency({ kind: "stop" })}>
      <span aria-hidden="true">■</span> {t("emergency:stop.button")}
    </Button>
  );
}
