import { Code } from "@connectrpc/connect";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Modal } from "@/components/modal";
import { PlanView } from "@/components/plan-view";
import { Skeleton } from "@/components/skeleton";
import { TextField } from "@/components/text-field";
import { type Setting, SettingsService } from "@/gen/tradingd/v1/settings_pb";
import { useClient } from "@/lib/daemon";
import { hasCode } from "@/lib/errors";
import { t } from "@/lib/i18n";
import { usePlanned } from "@/lib/use-planned";
import { type Changes, type Entries, dropAllDrafts } from "../drafts";
import { useEditor } from "../use-editor";
import { ChangeTable } from "./change-table";
import { ConflictNotice } from "./conflict-notice";

interface SaveDialogProps {
  settings: Setting[];
  version: bigint;
  changes: Changes;
  entries: Entries;
  onClose(): void;
}

const moved = (error: unknown) => hasCode(error, Code.Aborted);

export function SaveDialog({ settings, version, changes, entries, onClose }: SaveDialogProps) {
  const client = useClient(SettingsService);
  const queries = useQueryClient();
  const { user } = useEditor();
  const [reason, setReason] = useState("");
  const { assignments, unset, conflicts } = changes;
  const { plan, commit, stale } = usePlanned({
    key: ["settings", String(version), JSON.stringify([assignments, unset])],
    call: async (request) => {
      try {
        return await client.updateSettings({ ...request, assignments, unset, expectedVersion: version });
      } catch (error) {
        // Somebody was faster: the list brings their values, and with them a plan of its own.
        if (hasCode(error, Code.Aborted)) await queries.invalidateQueries({ queryKey: ["settings"] });
        throw error;
      }
    },
    onDone: () => {
      dropAllDrafts();
      void queries.invalidateQueries({ queryKey: ["settings"] });
      onClose();
    },
  });
  const rows = plan.data?.changes.map(({ what, before, after }) => ({ key: what, before, after })) ?? [];
  const ready = plan.isSuccess && !plan.isFetching && conflicts.length === 0 && rows.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) commit.mutate(reason.trim());
  };
  return (
    <Modal title={t("settings:save.title")} onClose={onClose} wide>
      <form onSubmit={submit} className="grid gap-4">
        {plan.isPending && <Skeleton />}
        {plan.isError && !moved(plan.error) && <ErrorNotice title={t("plan.failed")} error={plan.error} />}
        {(stale || conflicts.length > 0) && (
          <p role="status" className="text-sm font-medium text-warn">
            {t("settings:conflict.moved", { version: String(version) })}
          </p>
        )}
        {settings
          .filter((setting) => conflicts.includes(setting.key))
          .map((setting) => {
            const draft = entries.get(setting.key);
            return draft && <ConflictNotice key={setting.key} setting={setting} draft={draft} user={user} />;
          })}
        {plan.isSuccess && rows.length === 0 && <p className="text-sm">{t("plan.nothing")}</p>}
        {rows.length > 0 && (
          <ChangeTable label={t("plan.changes")} rows={rows} settings={settings} acts />
        )}
        {plan.data && plan.data.limits.length > 0 && (
          <PlanView plan={{ ...plan.data, changes: [] }} />
        )}
        <TextField
          label={t("reason_optional")}
          hint={t("settings:save.reason_hint")}
          value={reason}
          onChange={setReason}
          maxLength={500}
        />
        {commit.isError && !moved(commit.error) && (
          <ErrorNotice title={t("plan.refused")} error={commit.error} />
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" disabled={!ready} busy={commit.isPending && t("settings:save.saving")}>
            {t("settings:save.go")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
