import { t } from "@/lib/i18n";
import { openPanel } from "./open-panel";

/** The way to the palette for whoever does not know its keys. */
export function PaletteButton() {
  return (
    <button
      type="button"
      onClick={() => openPanel.set("palette")}
      className="inline-flex min-h-9 items-center gap-2 rounded-lg border border-line px-3 text-sm text-muted hover:bg-raised hover:text-ink max-md:hidden"
    >
      {t("shell:palette.button")}
      <kbd aria-hidden="true" className="rounded border border-line px-1 font-mono text-xs">
        Ctrl K
      </kbd>
    </button>
  );
}
