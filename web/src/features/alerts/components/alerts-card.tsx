import { Card } from "@/components/card";
import { t } from "@/lib/i18n";
import { openAlertCentre } from "../open-centre";
import { PresentAlerts } from "./present-alerts";

const FEW = 3;

/** The worst few, for the overview. */
export function AlertsCard() {
  return (
    <Card
      title={t("alerts:title")}
      aside={
        <button type="button" className="text-accent hover:underline" onClick={openAlertCentre}>
          {t("alerts:all")}
        </button>
      }
    >
      <PresentAlerts most={FEW} />
    </Card>
  );
}
