import { Button } from "@/components/button";
import { type Position, PositionService } from "@/gen/tradingd/v1/positions_pb";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";

export type PositionAct = "protect" | "close";

interface PositionActionsProps {
  position: Position;
  onAct(act: PositionAct, symbol: string): void;
}

export function PositionActions({ position: { symbol }, onAct }: PositionActionsProps) {
  const mayProtect = useAllowed(PositionService.method.setProtection);
  const mayClose = useAllowed(PositionService.method.closePosition);
  return (
    <span className="inline-flex items-center justify-end gap-2">
      {mayProtect && (
        <Button
          aria-label={t("positions:edit.of", { symbol })}
          onClick={() => onAct("protect", symbol)}
        >
          {t("positions:edit.open")}
        </Button>
      )}
      {mayClose && (
        <Button
          aria-label={t("positions:close.title", { symbol })}
          onClick={() => onAct("close", symbol)}
        >
          {t("positions:close.open")}
        </Button>
      )}
    </span>
  );
}
