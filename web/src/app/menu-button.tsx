import { useState } from "react";
import { Button } from "@/components/button";
import { Modal } from "@/components/modal";
import { t } from "@/lib/i18n";
import { Navigation } from "./navigation";

/** On a phone: the pages, in a dialog. */
export function MenuButton() {
  const [open, setOpen] = useState(false);
  return (
    <div className="lg:hidden">
      <Button className="min-h-9 px-3" onClick={() => setOpen(true)}>
        <span aria-hidden="true">☰</span> <span className="max-sm:sr-only">{t("nav:menu")}</span>
      </Button>
      {open && (
        <Modal title={t("nav:menu")} onClose={() => setOpen(false)}>
          <Navigation onChosen={() => setOpen(false)} />
          <div className="mt-4 flex justify-end">
            <Button onClick={() => setOpen(false)}>{t("close")}</Button>
          </div>
        </Modal>
      )}
    </div>
  );
}
