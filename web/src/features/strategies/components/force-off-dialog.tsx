import { PlanDialog } from "@/components/plan-dialog";
import { type Strategy, StrategyService } from "@/gen/tradingd/v1/strategies_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { REASON, usePutStrategy } from "../api/use-switch-strategy";

interface ForceOffDialogProps {
  strategy: Strategy;
  onClose(): void;
}

/** The strategy owns open positions: says what that means and switches it off on a second word. */
export function ForceOffDialog({ strategy, onClose }: ForceOffDialogProps) {
  const client = useClient(StrategyService);
  const put = usePutStrategy();
  const held = strategy.openSymbols;
  return (
    <PlanDialog
      title={t("strategies:force.title", { name: words(strategy.name) })}
      action={{
        key: ["strategy-off", strategy.name, String(strategy.version)],
        call: ({ reason, ...request }) =>
          client.setStrategyEnabled({
            ...request,
            strategy: strategy.name,
            enabled: false,
            force: true,
            expectedVersion: strategy.version,
            reason: reason === "" ? REASON : reason,
          }),
        onDone: (answer) => {
          if (answer.strategy) put(answer.strategy, answer.effect?.sequence);
          onClose();
        },
      }}
      commit={t("strategies:force.commit")}
      committing={t("strategies:force.committing")}
      danger
      onClose={onClose}
    >
      <p className="font-medium">
        {held.length === 0
          ? t("strategies:force.owns_some")
          : t("strategies:force.owns", { count: held.length, symbols: held.join(", ") })}
      </p>
      <p className="mt-1 text-muted">{t("strategies:force.what")}</p>
    </PlanDialog>
  );
}
