import { useState } from "react";
import { EmptyState } from "@/components/empty-state";
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import { useAddress } from "@/lib/search";
import { useCheck } from "../api/use-check";
import { useSettingTexts } from "../api/use-settings";
import { changesOf, sendable, useDrafts } from "../drafts";
import { matching } from "../filter";
import { groupOf, groupsOf } from "../groups";
import { useEditor } from "../use-editor";
import { GroupCard } from "./group-card";
import { GroupIndex } from "./group-index";
import { SaveBar } from "./save-bar";
import { SaveDialog } from "./save-dialog";
import { ValuesFilter } from "./values-filter";

interface ValuesTabProps {
  settings: Setting[];
  version: bigint;
}

export function ValuesTab({ settings, version }: ValuesTabProps) {
  const [address, put] = useAddress({ key: "", section: "", q: "", show: "all" });
  const editor = useEditor();
  const texts = useSettingTexts();
  const entries = useDrafts(editor.user);
  const changes = changesOf(entries, settings);
  const check = useCheck(sendable(changes, settings), version);
  const [saving, setSaving] = useState(false);
  const everything = groupsOf(settings);
  const narrowed = address.q !== "" || address.show !== "all";
  const found = groupsOf(matching(settings, address, entries, texts.description));
  const named = address.key === "" ? "" : groupOf(address.key);
  const section = address.section || named || everything[0]?.id || "";
  const shown = narrowed ? found : everything.filter((group) => group.id === section);
  return (
    <>
      <ValuesFilter q={address.q} show={address.show} count={entries.size} onChange={put} />
      <div className="grid gap-4 md:grid-cols-[13.5rem_minmax(0,1fr)]">
        <GroupIndex
          groups={narrowed ? found : everything}
          current={narrowed ? "" : section}
          changed={[...entries.keys()].map(groupOf)}
          onChoose={(id) => put({ section: id, key: "", q: "", show: "all" })}
        />
        <div className="grid min-w-0 content-start gap-4 pb-24">
          {shown.map((group) => (
            <GroupCard key={group.id} group={group} editor={editor} texts={texts} check={check.byKey} named={address.key} />
          ))}
          {shown.length === 0 && (
            <EmptyState title={t("settings:none_found")}>{t("settings:none_found_hint")}</EmptyState>
          )}
        </div>
      </div>
      <SaveBar changes={changes} drafts={entries} settings={settings} check={check} onSave={() => setSaving(true)} />
      {saving && (
        <SaveDialog settings={settings} version={version} changes={changes} entries={entries} onClose={() => setSaving(false)} />
      )}
    </>
  );
}
