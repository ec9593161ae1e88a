// An action that needs words first: what was typed is checked by the daemon (all faults at once),
// then its plan is shown and confirmed.
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Modal } from "@/components/modal";
import { t } from "@/lib/i18n";

interface FormThenPlanProps {
  title: string;
  /** Whether there is enough to ask the daemon. */
  ready: boolean;
  /** The call with `dry_run`; what it throws is shown. */
  check(): Promise<unknown>;
  /** The plan's dialog. */
  plan: ReactNode;
  onClose(): void;
  children: ReactNode;
}

export function FormThenPlan({ title, ready, check, plan, onClose, children }: FormThenPlanProps) {
  const [checked, setChecked] = useState(false);
  const asked = useMutation({ mutationFn: check, onSuccess: () => setChecked(true) });
  if (checked) return plan;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) asked.mutate();
  };
  return (
    <Modal title={title} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        {children}
        {asked.isError && <ErrorNotice title={t("access:not_possible")} error={asked.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" disabled={!ready} busy={asked.isPending && t("access:checking")}>
            {t("access:next")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
