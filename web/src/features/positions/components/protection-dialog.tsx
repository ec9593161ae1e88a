// Stop and targets of one position: typed here, planned by the daemon, then moved.
import { useState } from "react";
import { PlanDialog } from "@/components/plan-dialog";
import { type Position, PositionService } from "@/gen/tradingd/v1/positions_pb";
import { useClient } from "@/lib/daemon";
import { formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { LEVELS, type Levels, levelChanges, levelProblem } from "../levels";
import { LevelField } from "./level-field";

interface ProtectionDialogProps {
  /** As it is now; its mark moves under the dialog. */
  position: Position;
  gone: string | undefined;
  onClose(): void;
}

export function ProtectionDialog({ position, gone, onClose }: ProtectionDialogProps) {
  const client = useClient(PositionService);
  const { symbol, markPrice, entryPrice } = position;
  const [was] = useState<Levels>({
    stop: position.stopPrice,
    firstTarget: position.firstTargetPrice,
    target: position.targetPrice,
  });
  const [typed, setTyped] = useState(was);
  const problems = LEVELS.map((level) => levelProblem(level, typed, was, markPrice));
  const touched = LEVELS.some((level) => typed[level] !== was[level]);
  const ready = touched && problems.every((each) => each === "");
  return (
    <PlanDialog
      title={t("positions:edit.title", { symbol })}
      gone={gone}
      action={{
        key: ["protect", symbol, position.quantity, ...LEVELS.map((level) => typed[level])],
        ready,
        call: (plan) => client.setProtection({ symbol, ...levelChanges(typed, was), ...plan }),
        onDone: onClose,
      }}
      commit={t("positions:edit.go")}
      committing={t("positions:edit.busy")}
      onClose={onClose}
    >
      <p className="text-muted">
        {t("positions:edit.held", { quantity: formatQuantity(position.quantity) })}{" "}
        <strong className="text-ink">{formatPrice(entryPrice)}</strong>
        {" · "}
        {t("positions:edit.mark")}{" "}
        <strong className="figure text-ink">{formatPrice(markPrice)}</strong>
      </p>
      <p className="mt-1 text-muted">{t("positions:edit.about")}</p>
      <div className="mt-3 grid gap-3 sm:grid-cols-3">
        {LEVELS.map((level, at) => (
          <LevelField
            key={level}
            label={t(`positions:level.${level}`)}
            value={typed[level]}
            was={was[level]}
            mark={markPrice}
            entry={entryPrice}
            problem={problems[at] ?? ""}
            onChange={(price) => setTyped({ ...typed, [level]: price })}
          />
        ))}
      </div>
      {!touched && <p className="mt-3 text-muted">{t("positions:edit.untouched")}</p>}
    </PlanDialog>
  );
}
