// While trading is restrained: what holds it, and the two ways on. Shown under the state banner of
// every page; viewers see the state but no action.
import { Button } from "@/components/button";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { useAllowed } from "@/lib/permissions";
import { useWorld } from "@/lib/use-world";
import { openEmergency } from "../open-dialog";
import { meaningOf } from "../state-meaning";

export function HaltedBar() {
  const info = useWorld((world) => world.status?.tradingState);
  const mayResume = useAllowed(EmergencyService.method.resume);
  const mayClose = useAllowed(EmergencyService.method.closeAll);
  if (!info || info.state === TradingState.ACTIVE || info.state === TradingState.UNSPECIFIED) return null;
  return (
    <section
      aria-label={t("emergency:restrained")}
      className="border-b border-stop bg-stop/15 px-4 py-2"
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="shrink grow basis-64 text-sm">
          <strong>{labelOf.tradingState(info.state)}.</strong> {meaningOf(info)}
        </p>
        <div className="flex gap-2">
          {mayResume && (
            <Button onClick={() => openEmergency({ kind: "resume", latch: info })}>
              {t("emergency:resume.button")}
            </Button>
          )}
          {mayClose && info.state === TradingState.HALTED && (
            <Button variant="danger" onClick={() => openEmergency({ kind: "close-all" })}>
              {t("emergency:close_all.title")}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
