import { Button } from "@/components/button";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import type { TradingStateInfo } from "@/gen/tradingd/v1/system_pb";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";
import { openEmergency } from "../open-dialog";

interface ActionProps {
  label: string;
  means: string;
  danger?: boolean;
  onPress(): void;
}

/** A button with what it does beside it: nobody has to press it to learn that. */
function Action({ label, means, danger = false, onPress }: ActionProps) {
  return (
    <li className="grid gap-2 rounded-lg border border-line p-3">
      <Button variant={danger ? "danger" : "quiet"} onClick={onPress}>
        {label}
      </Button>
      <p className="text-xs text-muted">{means}</p>
    </li>
  );
}

export function EmergencyActions({ info }: { info: TradingStateInfo }) {
  const mayStop = useAllowed(EmergencyService.method.stop);
  const mayClose = useAllowed(EmergencyService.method.closeAll);
  const mayResume = useAllowed(EmergencyService.method.resume);
  if (!mayStop && !mayClose && !mayResume) return null;
  const halted = info.state === TradingState.HALTED;
  const active = info.state === TradingState.ACTIVE;
  return (
    <ul
      aria-label={t("emergency:actions")}
      className="grid items-start gap-3 sm:grid-cols-2 xl:grid-cols-3"
    >
      {mayResume && !active && (
        <Action
          label={t("emergency:resume.title")}
          means={t("emergency:resume.means")}
          onPress={() => openEmergency({ kind: "resume", latch: info })}
        />
      )}
      {mayStop && !halted && (
        <Action
          label={t("emergency:stop.go")}
          means={t("emergency:stop.means")}
          danger
          onPress={() => openEmergency({ kind: "stop" })}
        />
      )}
      {mayClose && (
        <Action
          label={t("emergency:close_all.button")}
          means={t("emergency:close_all.means")}
          danger
          onPress={() => openEmergency({ kind: "close-all" })}
        />
      )}
      {mayStop && !info.frozen && (
        <Action
          label={t("emergency:freeze.button")}
          means={t("emergency:freeze.means")}
          onPress={() => openEmergency({ kind: "freeze" })}
        />
      )}
    </ul>
  );
}
