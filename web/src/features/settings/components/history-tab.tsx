import { useState } from "react";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import type { Setting, SettingVersion } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import { useAddress } from "@/lib/search";
import { useVersions } from "../api/use-versions";
import { useEditor } from "../use-editor";
import { RollbackDialog, UndoDialog } from "./undo-dialogs";
import { VersionCard } from "./version-card";

interface HistoryTabProps {
  settings: Setting[];
  version: bigint;
}

export function HistoryTab({ settings, version }: HistoryTabProps) {
  const [{ of }, put] = useAddress({ of: "" });
  const query = useVersions(of);
  const { mayChange } = useEditor();
  const [undoing, setUndoing] = useState<SettingVersion>();
  const [returning, setReturning] = useState<SettingVersion>();
  return (
    <>
      {of !== "" && (
        <p className="flex flex-wrap items-center gap-3 text-sm">
          {t("settings:history.of", { key: of })}
          <Button className="min-h-9 px-3" onClick={() => put({ of: "" })}>
            {t("settings:history.all")}
          </Button>
        </p>
      )}
      <Loaded query={query} what={t("settings:tab.history")}>
        {({ pages }) => {
          const versions = pages.flatMap((page) => page.versions);
          if (versions.length === 0) {
            return <EmptyState title={t("settings:history.none")}>{t("settings:history.none_hint")}</EmptyState>;
          }
          return (
            <ol className="grid gap-4" aria-label={t("settings:tab.history")}>
              {versions.map((each) => (
                <li key={String(each.version)}>
                  <VersionCard
                    version={each}
                    current={each.version === version}
                    settings={settings}
                    onUndo={mayChange && each.changes.length > 0 && each.version > 1n ? () => setUndoing(each) : undefined}
                    onReturn={mayChange && each.version !== version ? () => setReturning(each) : undefined}
                  />
                </li>
              ))}
            </ol>
          );
        }}
      </Loaded>
      {query.hasNextPage && (
        <Button busy={query.isFetchingNextPage && t("loading")} onClick={() => void query.fetchNextPage()}>
          {t("more")}
        </Button>
      )}
      {undoing && <UndoDialog undone={undoing} current={version} onClose={() => setUndoing(undefined)} />}
      {returning && <RollbackDialog to={returning.version} current={version} onClose={() => setReturning(undefined)} />}
    </>
  );
}
