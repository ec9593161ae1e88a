import { Badge } from "@/components/badge";
import { PageLink } from "@/components/page-link";
import type { Limit } from "@/gen/tradingd/v1/risk_pb";
import { formatDecimal, toChartNumber } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { limitAmount } from "../limit-text";
import { Gauge } from "./gauge";

/** Of what a limit is; nothing for those of the whole account. */
function scopeOf({ symbol, strategy, sector }: Limit): string {
  return symbol || sector || words(strategy);
}

function percentOf(usedPct: string): string {
  return `${formatDecimal(usedPct, { maxPlaces: toChartNumber(usedPct) < 10 ? 1 : 0 })} %`;
}

function Amounts({ limit, quoteAsset }: { limit: Limit; quoteAsset: string }) {
  const amount = (text: string) => limitAmount(text, limit.unit, quoteAsset);
  return (
    <p className="flex flex-wrap justify-between gap-x-3">
      <span>
        <span className="figure font-medium">{amount(limit.used)}</span>{" "}
        <span className="text-muted">{t("risk:of", { limit: amount(limit.limit) })}</span>
      </span>
      <span className="figure text-muted">{t("risk:left", { headroom: amount(limit.headroom) })}</span>
    </p>
  );
}

/** One limit: how full it is, what is left, what happens when it is reached, where it is set. */
export function LimitGauge({ limit, quoteAsset }: { limit: Limit; quoteAsset: string }) {
  const { check, blocking, usedPct, setting, off } = limit;
  const scope = scopeOf(limit);
  const name = words(check);
  return (
    <li className="grid content-start gap-1.5 rounded-lg bg-raised/40 px-3 py-2 text-sm">
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span>
          <strong>{name}</strong> {scope !== "" && <span className="text-muted">{scope}</span>}{" "}
          {blocking && <Badge tone="bad">{t("risk:blocking")}</Badge>}
        </span>
        {!off && usedPct !== "" && <span className="figure">{percentOf(usedPct)}</span>}
      </p>
      {!off && usedPct !== "" && (
        <Gauge label={`${name} ${scope}`.trim()} usedPct={usedPct} blocking={blocking} />
      )}
      {!off && <Amounts limit={limit} quoteAsset={quoteAsset} />}
      <p className="flex flex-wrap justify-between gap-x-3 text-xs text-muted">
        <span>{labelOf.limitEffect(limit.effect)}</span>
        {setting !== "" && (
          <PageLink to="/settings" search={{ key: setting }}>
            {setting}
          </PageLink>
        )}
      </p>
    </li>
  );
}
