import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorNotice } from "@/components/error-notice";
import { Loaded } from "@/components/loaded";
import { Stat } from "@/components/stat";
import { AuditService } from "@/gen/tradingd/v1/audit_pb";
import { formatDecimal } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useChainState, useVerification } from "../api/use-chain";
import { FindingsTable } from "./findings-table";
import { VerifyProgress } from "./verify-progress";

const figure = (value: bigint) => formatDecimal(String(value));

/** Where the chain of hashes stands, and the proof that nothing in it was changed. */
export function ChainCard() {
  const state = useChainState();
  const { last, verify, progress } = useVerification();
  const mayVerify = useAllowed(AuditService.method.verifyChain);
  const badge = !last ? (
    <Badge>{t("audit:chain.not_verified")}</Badge>
  ) : last.answer.found === 0n ? (
    <Badge tone="good">{t("audit:chain.whole")}</Badge>
  ) : (
    <Badge tone="bad">{t("audit:chain.broken", { count: Number(last.answer.found) })}</Badge>
  );
  return (
    <Card title={t("audit:chain.title")} aside={<span role="status" aria-label={t("audit:chain.status")}>{badge}</span>}>
      <Loaded query={state} what={t("audit:chain.title")}>
        {(chain) => (
          <div className="grid gap-3">
            <dl className="grid grid-cols-2 gap-2 md:grid-cols-4">
              <Stat label={t("audit:chain.records")}>{figure(chain.sequence)}</Stat>
              <Stat label={t("audit:chain.anchored")}>
                {chain.anchoredSequence === 0n ? t("audit:chain.never") : figure(chain.anchoredSequence)}
              </Stat>
              <Stat label={t("audit:chain.anchored_at")}>{formatDateTime(timestampMs(chain.anchoredAt))}</Stat>
              <Stat label={t("audit:chain.verified_at")}>
                {last ? formatDateTime(last.at) : t("audit:chain.not_here")}
              </Stat>
            </dl>
            {chain.anchorFailure !== "" && (
              <p role="alert" className="text-sm font-medium text-down">
                {t("audit:chain.anchor_failed", { why: chain.anchorFailure })}
              </p>
            )}
            <p className="text-xs break-all text-muted">
              {t("audit:chain.head", { sequence: figure(chain.sequence) })}{" "}
              <span className="font-mono">{chain.hash}</span>
            </p>
          </div>
        )}
      </Loaded>
      {mayVerify && (
        <div className="mt-3 grid gap-3">
          <div>
            <Button busy={verify.isPending && t("audit:chain.verifying")} onClick={() => verify.mutate()}>
              {t("audit:chain.verify")}
            </Button>
          </div>
          {progress && <VerifyProgress progress={progress} />}
          {verify.isError && <ErrorNotice title={t("audit:chain.failed")} error={verify.error} />}
          {last && !verify.isPending && (
            <p className="text-sm">
              {t("audit:chain.result", {
                from: figure(last.answer.chainFrom),
                to: figure(last.answer.lastSequence),
                anchors: figure(last.answer.anchors),
                anchored: figure(last.answer.anchoredSequence),
              })}
            </p>
          )}
          {last && last.answer.findings.length > 0 && <FindingsTable findings={last.answer.findings} />}
        </div>
      )}
    </Card>
  );
}
