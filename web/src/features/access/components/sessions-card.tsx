import { useState } from "react";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { Loaded } from "@/components/loaded";
import type { Session } from "@/gen/tradingd/v1/access_pb";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useSessions } from "../api/use-access";
import { clientText } from "../client-text";
import { RevokeOthersDialog, RevokeSessionDialog } from "./revoke-dialogs";

function columns(onRevoke: (session: Session) => void): Column<Session>[] {
  return [
    {
      header: t("access:column.user"),
      cell: (row) => (
        <span className="inline-flex items-center gap-2">
          <strong>{row.user}</strong>
          {row.current && <Badge tone="info">{t("access:session.this")}</Badge>}
        </span>
      ),
    },
    { header: t("access:column.client"), spread: true, cell: (row) => clientText(row.client) },
    { header: t("access:column.source"), cell: (row) => row.source },
    { header: t("access:column.opened"), cell: (row) => formatDateTime(timestampMs(row.createdAt)) },
    { header: t("access:column.renewed"), cell: (row) => formatDateTime(timestampMs(row.refreshedAt)) },
    { header: t("access:column.proven"), cell: (row) => formatDateTime(timestampMs(row.provenAt)) },
    { header: t("access:column.ends"), cell: (row) => formatDateTime(timestampMs(row.expiresAt)) },
    {
      header: t("access:column.actions"),
      cell: (row) => (
        <Button
          className="!min-h-9 !px-2.5 !text-xs"
          aria-label={t("access:session.end_one", { user: row.user, at: formatDateTime(timestampMs(row.createdAt)) })}
          onClick={() => onRevoke(row)}
        >
          {t("access:session.end")}
        </Button>
      ),
    },
  ];
}

export function SessionsCard() {
  const query = useSessions();
  const [revoking, setRevoking] = useState<Session>();
  const [others, setOthers] = useState(false);
  const mine = query.data?.find((each) => each.current)?.user;
  const hasOthers = query.data?.some((each) => !each.current && each.user === mine) ?? false;
  return (
    <Card
      title={t("access:tab.sessions")}
      aside={hasOthers && <Button onClick={() => setOthers(true)}>{t("access:session.end_others")}</Button>}
    >
      <Loaded query={query} what={t("access:tab.sessions")}>
        {(sessions) => (
          <DataTable label={t("access:tab.sessions")} columns={columns(setRevoking)} rows={sessions} rowKey={(row) => row.sessionId} />
        )}
      </Loaded>
      {revoking && <RevokeSessionDialog session={revoking} onClose={() => setRevoking(undefined)} />}
      {others && <RevokeOthersDialog onClose={() => setOthers(false)} />}
    </Card>
  );
}
