// Ends sessions and API tokens, with the daemon's plan first.
import { PlanDialog } from "@/components/plan-dialog";
import { type ApiToken, type Session, SessionService, TokenService } from "@/gen/tradingd/v1/access_pb";
import { useClient } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { useAccessChanged } from "../api/use-access";

function useDone(onClose: () => void) {
  const changed = useAccessChanged();
  return () => {
    changed();
    onClose();
  };
}

export function RevokeSessionDialog({ session, onClose }: { session: Session; onClose(): void }) {
  const sessions = useClient(SessionService);
  const onDone = useDone(onClose);
  const { sessionId } = session;
  return (
    <PlanDialog
      title={t("access:session.end_title", { user: session.user })}
      action={{
        key: ["end-session", sessionId],
        call: ({ dryRun, planId, requestId }) => sessions.revokeSession({ sessionId, dryRun, planId, requestId }),
        onDone,
      }}
      commit={t("access:session.end")}
      committing={t("access:working")}
      reason="none"
      onClose={onClose}
    >
      {t(session.current ? "access:session.end_own" : "access:session.end_told")}
    </PlanDialog>
  );
}

export function RevokeOthersDialog({ onClose }: { onClose(): void }) {
  const sessions = useClient(SessionService);
  const onDone = useDone(onClose);
  return (
    <PlanDialog
      title={t("access:session.end_others")}
      action={{
        key: ["end-other-sessions"],
        call: ({ dryRun, planId, requestId }) =>
          sessions.revokeAllSessions({ keepCurrent: true, dryRun, planId, requestId }),
        onDone,
      }}
      commit={t("access:session.end_others_go")}
      committing={t("access:working")}
      reason="none"
      onClose={onClose}
    >
      {t("access:session.end_others_told")}
    </PlanDialog>
  );
}

export function RevokeTokenDialog({ token, onClose }: { token: ApiToken; onClose(): void }) {
  const tokens = useClient(TokenService);
  const onDone = useDone(onClose);
  const { tokenId } = token;
  return (
    <PlanDialog
      title={t("access:token.revoke_title", { name: token.name })}
      action={{
        key: ["revoke-token", tokenId],
        call: ({ dryRun, planId, requestId }) => tokens.revokeToken({ tokenId, dryRun, planId, requestId }),
        onDone,
      }}
      commit={t("access:token.revoke")}
      committing={t("access:working")}
      reason="none"
      onClose={onClose}
    >
      {t("access:token.revoke_told")}
    </PlanDialog>
  );
}
