import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./button";

interface DrawerProps {
  title: string;
  onClose(): void;
  children: ReactNode;
}

/** A panel at the right edge over any page; the browser's own dialog, like Modal. */
export function Drawer({ title, onClose, children }: DrawerProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className="my-0 mr-0 ml-auto h-dvh max-h-dvh w-[min(30rem,100vw)] max-w-none overflow-y-auto border-l border-line bg-surface p-5 text-ink shadow-2xl"
    >
      <div className="mb-4 flex items-center justify-between gap-4">
        <h2 id={heading} className="text-lg font-semibold">
          {title}
        </h2>
        <Button className="min-h-9 px-3" onClick={onClose}>
          {t("close")}
        </Button>
      </div>
      {children}
    </dialog>
  );
}
