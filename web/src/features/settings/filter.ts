// Which settings a search and a choice leave.
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import type { Entries } from "./drafts";
import { isHot } from "./use-editor";

export const SHOWS = ["all", "differing", "hot", "drafts"] as const;

export function matching(
  settings: Setting[],
  { q, show }: { q: string; show: string },
  drafts: Entries,
  description: (setting: Setting) => string,
): Setting[] {
  const words = q.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return settings.filter((setting) => {
    if (show === "differing" && (setting.secret ? !setting.secretSet : setting.value === setting.defaultValue)) return false;
    if (show === "hot" && !isHot(setting)) return false;
    if (show === "drafts" && !drafts.has(setting.key)) return false;
    // English too: that is what documents and the command line say.
    const text = `${setting.key} ${description(setting)} ${setting.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
