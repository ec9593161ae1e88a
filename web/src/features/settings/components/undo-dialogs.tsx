// One version's changes taken back, or everything put to what it was under a version; both with the
// daemon's plan first.
import { useQueryClient } from "@tanstack/react-query";
import { PlanDialog } from "@/components/plan-dialog";
import type { Plan } from "@/gen/tradingd/v1/plans_pb";
import { type SettingVersion, SettingsService } from "@/gen/tradingd/v1/settings_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import type { PlanRequest } from "@/lib/use-planned";

interface UndoDialogProps {
  undone: SettingVersion;
  current: bigint;
  onClose(): void;
}

function useDone(onClose: () => void) {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: ["settings"] });
    onClose();
  };
}

/** The newest version is rolled back; an older one leaves what came after it alone. */
export function UndoDialog({ undone, current, onClose }: UndoDialogProps) {
  const client = useClient(SettingsService);
  const onDone = useDone(onClose);
  const number = String(undone.version);
  const newest = undone.version === current;
  const assignments = undone.changes
    .filter((change) => !change.secret)
    .map(({ key, before }) => ({ key, value: before }));
  const call = (request: PlanRequest): Promise<{ plan?: Plan | undefined }> =>
    newest
      ? client.rollbackSettings({ ...request, toVersion: undone.version - 1n })
      : client.updateSettings({ ...request, assignments });
  return (
    <PlanDialog
      title={t("settings:history.undo_title", { number })}
      action={{ key: ["settings-undo", number, String(current)], call, onDone }}
      commit={t("settings:history.undo_go")}
      committing={t("settings:save.saving")}
      onClose={onClose}
    >
      {newest ? t("settings:history.undo_newest") : t("settings:history.undo_older")}
    </PlanDialog>
  );
}

interface RollbackDialogProps {
  to: bigint;
  current: bigint;
  onClose(): void;
}

export function RollbackDialog({ to, current, onClose }: RollbackDialogProps) {
  const client = useClient(SettingsService);
  const onDone = useDone(onClose);
  const number = String(to);
  return (
    <PlanDialog
      title={t("settings:history.return_title", { number })}
      action={{
        key: ["settings-return", number, String(current)],
        call: (request) => client.rollbackSettings({ ...request, toVersion: to }),
        onDone,
      }}
      commit={t("settings:history.return_go")}
      committing={t("settings:save.saving")}
      onClose={onClose}
    >
      {t("settings:history.return_told", { number })}
    </PlanDialog>
  );
}
