// The dialog of every dangerous action: the plan, a reason, sometimes a word to type, then the act.
import { Code } from "@connectrpc/connect";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Plan } from "@/gen/tradingd/v1/plans_pb";
import { hasCode } from "@/lib/errors";
import { t } from "@/lib/i18n";
import { formatClock, timestampMs } from "@/lib/time";
import { type Planned, usePlanned } from "@/lib/use-planned";
import { Button } from "./button";
import { ErrorNotice } from "./error-notice";
import { Modal } from "./modal";
import { PlanView } from "./plan-view";
import { Skeleton } from "./skeleton";
import { TextField } from "./text-field";

interface PlanDialogProps<Answer extends { plan?: Plan | undefined }> {
  title: string;
  /** What the action means, in a sentence or two. */
  children?: ReactNode;
  action: Planned<Answer>;
  /** Label of the button that acts, and what it says meanwhile. */
  commit: string;
  committing: string;
  danger?: boolean;
  reason?: "required" | "optional" | "none";
  /** A word that must be typed first. */
  confirmWord?: string;
  onClose(): void;
}

export function PlanDialog<Answer extends { plan?: Plan | undefined }>(
  props: PlanDialogProps<Answer>,
) {
  const { title, children, action, confirmWord, danger = false, onClose } = props;
  const { reason: asks = "optional" } = props;
  const { plan, commit, stale } = usePlanned(action);
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const given = reason.trim();
  const ready =
    action.ready !== false &&
    plan.isSuccess &&
    !plan.isFetching &&
    (asks !== "required" || given !== "") &&
    (confirmWord === undefined || typed === confirmWord);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) commit.mutate(given);
  };
  const refused = commit.isError && !hasCode(commit.error, Code.Aborted);
  return (
    <Modal title={title} onClose={onClose} wide>
      <form onSubmit={submit} className="grid gap-4">
        {children !== undefined && <div className="text-sm">{children}</div>}
        {plan.isLoading && <Skeleton />}
        {plan.isError && <ErrorNotice title={t("plan.failed")} error={plan.error} />}
        {stale && (
          <p role="status" className="text-sm font-medium text-warn">
            {t("plan.stale")}
          </p>
        )}
        {action.ready !== false && plan.data && <PlanView plan={plan.data} />}
        {action.ready !== false && plan.data?.expiresAt && (
          <p className="text-xs text-muted">
            {t("plan.valid_until", { time: formatClock(timestampMs(plan.data.expiresAt)) })}
          </p>
        )}
        {asks !== "none" && (
          <TextField
            label={asks === "required" ? t("reason") : t("reason_optional")}
            hint={asks === "required" ? t("reason_hint") : ""}
            value={reason}
            onChange={setReason}
            maxLength={200}
          />
        )}
        {confirmWord !== undefined && (
          <TextField
            label={t("plan.type_word", { word: confirmWord })}
            autoComplete="off"
            value={typed}
            onChange={setTyped}
          />
        )}
        {refused && <ErrorNotice title={t("plan.refused")} error={commit.error} />}
        {/* In view however long the plan is. */}
        <div className="sticky -bottom-5 -mx-5 -mb-5 flex flex-wrap justify-end gap-2 border-t border-line bg-surface px-5 py-3">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            type="submit"
            variant={danger ? "danger" : "primary"}
            disabled={!ready}
            busy={commit.isPending && props.committing}
          >
            {props.commit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
