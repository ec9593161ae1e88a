import { useState } from "react";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { type Column, DataTable } from "@/components/data-table";
import { Loaded } from "@/components/loaded";
import { type User, UserService } from "@/gen/tradingd/v1/users_pb";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";
import { useSession } from "@/lib/session-hooks";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useUsers } from "../api/use-access";
import { roleText } from "../wording";
import { PasswordDialog, RoleDialog } from "./change-user-dialogs";
import { CreateUserDialog } from "./create-user-dialog";
import { type Act, UserActions } from "./user-actions";
import { UserPlanDialog } from "./user-plan-dialog";

function columns(me: string, onAct: (user: User, what: Act) => void): Column<User>[] {
  return [
    {
      header: t("access:column.user"),
      cell: (row) => (
        <span className="inline-flex items-center gap-2">
          <strong>{row.name}</strong>
          {row.name === me && <Badge tone="info">{t("access:you")}</Badge>}
        </span>
      ),
    },
    { header: t("access:column.role"), cell: (row) => roleText(row.role) },
    {
      header: t("access:column.state"),
      cell: (row) =>
        row.disabled ? <Badge tone="warn">{t("access:user.disabled")}</Badge> : <Badge tone="good">{t("access:user.active")}</Badge>,
    },
    { header: t("access:column.totp"), cell: (row) => t(row.totp ? "yes" : "no") },
    { header: t("access:column.sessions"), align: "right", cell: (row) => row.sessions },
    { header: t("access:column.tokens"), align: "right", cell: (row) => row.tokens },
    { header: t("access:column.created"), cell: (row) => formatDateTime(timestampMs(row.createdAt)) },
    { header: t("access:column.changed"), cell: (row) => formatDateTime(timestampMs(row.changedAt)) },
    {
      header: t("access:column.actions"),
      spread: true,
      cell: (row) => <UserActions user={row} mine={row.name === me} onAct={(what) => onAct(row, what)} />,
    },
  ];
}

export function UsersCard() {
  const query = useUsers();
  const session = useSession();
  const mayCreate = useAllowed(UserService.method.createUser);
  const [creating, setCreating] = useState(false);
  const [acting, setActing] = useState<{ user: User; what: Act }>();
  const me = session.phase === "signed-in" ? session.user : "";
  const done = () => setActing(undefined);
  return (
    <Card
      title={t("access:tab.users")}
      aside={mayCreate && <Button onClick={() => setCreating(true)}>{t("access:user.create")}</Button>}
    >
      <Loaded query={query} what={t("access:tab.users")}>
        {(users) => (
          <DataTable
            label={t("access:tab.users")}
            columns={columns(me, (user, what) => setActing({ user, what }))}
            rows={users}
            rowKey={(row) => row.name}
          />
        )}
      </Loaded>
      {creating && <CreateUserDialog onClose={() => setCreating(false)} />}
      {acting?.what === "role" && <RoleDialog user={acting.user} onClose={done} />}
      {acting?.what === "password" && <PasswordDialog user={acting.user} onClose={done} />}
      {acting && acting.what !== "role" && acting.what !== "password" && (
        <UserPlanDialog user={acting.user} what={acting.what} onClose={done} />
      )}
    </Card>
  );
}
