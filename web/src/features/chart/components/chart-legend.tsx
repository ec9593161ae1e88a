import { t } from "@/lib/i18n";

/** What the colours and lines mean; colour is never their only sign: arrows point, rows have names. */
export function ChartLegend({ tooMany }: { tooMany: boolean }) {
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 text-xs text-muted">
      <p>{tooMany ? t("chart:too_many") : t("chart:legend")}</p>
      <a
        href="https://www.tradingview.com/"
        target="_blank"
        rel="noreferrer"
        className="inline-flex min-h-6 items-center underline"
      >
        {t("chart:credit")}
      </a>
    </div>
  );
}
