import type { VerifyChainResponse } from "@/gen/tradingd/v1/audit_pb";
import { formatDecimal } from "@/lib/decimal";
import { t } from "@/lib/i18n";

export function VerifyProgress({ progress }: { progress: VerifyChainResponse }) {
  const { recordsDone, recordsTotal } = progress;
  const told = t("audit:chain.progress", {
    done: formatDecimal(String(recordsDone)),
    total: formatDecimal(String(recordsTotal)),
  });
  return (
    <div className="grid gap-1 text-xs text-muted">
      <progress aria-label={told} max={Number(recordsTotal) || 1} value={Number(recordsDone)} className="w-full" />
      {told}
    </div>
  );
}
