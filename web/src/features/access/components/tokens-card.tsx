import { useState } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { type ApiToken, TokenService } from "@/gen/tradingd/v1/access_pb";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";
import { useTokens } from "../api/use-access";
import { tokenColumns } from "../token-columns";
import { CreateTokenDialog } from "./create-token-dialog";
import { DeriveTokenDialog } from "./derive-token-dialog";
import { RevokeTokenDialog } from "./revoke-dialogs";
import { type Made, SecretDialog } from "./secret-dialog";

export function TokensCard() {
  const query = useTokens();
  const mayCreate = useAllowed(TokenService.method.createToken);
  const [creating, setCreating] = useState(false);
  const [deriving, setDeriving] = useState<{ from: string }>();
  const [revoking, setRevoking] = useState<ApiToken>();
  const [made, setMade] = useState<Made>();
  const show = (next: Made) => {
    setCreating(false);
    setDeriving(undefined);
    setMade(next);
  };
  const derive = (from: string) => {
    setMade(undefined);
    setDeriving({ from });
  };
  return (
    <Card
      title={t("access:tab.tokens")}
      aside={
        mayCreate && (
          <span className="flex flex-wrap gap-2">
            <Button onClick={() => derive("")}>{t("access:token.derive")}</Button>
            <Button onClick={() => setCreating(true)}>{t("access:token.create")}</Button>
          </span>
        )
      }
    >
      <Loaded query={query} what={t("access:tab.tokens")}>
        {(tokens) =>
          tokens.length === 0 ? (
            <EmptyState title={t("access:token.none")}>{t("access:token.none_hint")}</EmptyState>
          ) : (
            <DataTable label={t("access:tab.tokens")} columns={tokenColumns(tokens, setRevoking)} rows={tokens} rowKey={(row) => row.tokenId} />
          )
        }
      </Loaded>
      {creating && <CreateTokenDialog onMade={show} onClose={() => setCreating(false)} />}
      {deriving && <DeriveTokenDialog parent={deriving.from} onMade={show} onClose={() => setDeriving(undefined)} />}
      {revoking && <RevokeTokenDialog token={revoking} onClose={() => setRevoking(undefined)} />}
      {made && <SecretDialog made={made} onDerive={() => derive(made.secret)} onClose={() => setMade(undefined)} />}
    </Card>
  );
}
