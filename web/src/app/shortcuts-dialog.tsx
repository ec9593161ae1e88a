import { Button } from "@/components/button";
import { Modal } from "@/components/modal";
import { t } from "@/lib/i18n";

const KEYS = [
  ["Ctrl K", "palette"],
  ["?", "help"],
  ["Tab", "tab"],
  ["Enter", "enter"],
  ["Esc", "escape"],
  ["← ↑ ↓ →", "arrows"],
] as const;

export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  return (
    <Modal title={t("shell:shortcuts.title")} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-3 text-sm">
        {KEYS.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded-md border border-line bg-raised px-2 py-1 font-mono text-xs">
                {keys}
              </kbd>
            </dt>
            <dd>{t(`shell:shortcuts.${what}`)}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>{t("close")}</Button>
      </div>
    </Modal>
  );
}
