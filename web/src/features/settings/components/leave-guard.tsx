import { useBlocker } from "@tanstack/react-router";
import { Button } from "@/components/button";
import { Modal } from "@/components/modal";
import { t } from "@/lib/i18n";
import { dropAllDrafts, useDrafts } from "../drafts";
import { useEditor } from "../use-editor";

/** Nothing that was typed is lost without a word; moving within the settings asks nothing. */
export function LeaveGuard() {
  const { user } = useEditor();
  const unsaved = useDrafts(user).size;
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved > 0 && current.pathname !== next.pathname,
    enableBeforeUnload: unsaved > 0,
    withResolver: true,
  });
  if (status !== "blocked") return null;
  const leave = () => {
    dropAllDrafts();
    proceed();
  };
  return (
    <Modal title={t("settings:leave.title")} onClose={reset}>
      <p className="text-sm">{t("settings:leave.told", { count: unsaved })}</p>
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button onClick={leave}>{t("settings:leave.discard")}</Button>
        <Button variant="primary" onClick={reset}>
          {t("settings:leave.stay")}
        </Button>
      </div>
    </Modal>
  );
}
