import { Card } from "@/components/card";
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import type { Group } from "../groups";
import { type Editor, isHot } from "../use-editor";
import { SettingRow } from "./setting-row";

interface GroupCardProps {
  group: Group;
  editor: Editor;
  texts: { description(setting: Setting): string; range(setting: Setting): string };
  check: ReadonlyMap<string, string>;
  /** The key that the address names; empty for none. */
  named: string;
}

export function GroupCard({ group, editor, texts, check, named }: GroupCardProps) {
  return (
    <Card title={group.title} aside={t("settings:count", { count: group.settings.length })}>
      {!group.settings.every(isHot) && (
        <p className="mb-1 text-xs text-muted">{t("settings:restart_hint")}</p>
      )}
      <ul>
        {group.settings.map((setting) => (
          <SettingRow
            key={setting.key}
            setting={setting}
            editor={editor}
            description={texts.description(setting)}
            range={texts.range(setting)}
            objection={check.get(setting.key)}
            named={setting.key === named}
          />
        ))}
      </ul>
    </Card>
  );
}
