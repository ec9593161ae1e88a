// An amount of a limit with its unit.
import { NO_VALUE, formatDecimal, formatMoney, formatPercent } from "@/lib/decimal";
import { t } from "@/lib/i18n";

const COUNTED = ["candles", "orders", "messages"] as const;

function isCounted(unit: string): unit is (typeof COUNTED)[number] {
  return (COUNTED as readonly string[]).includes(unit);
}

export function limitAmount(amount: string, unit: string, quoteAsset: string): string {
  if (amount === "") return NO_VALUE;
  if (unit === "percent") return formatPercent(amount);
  if (unit === "quote") return `${formatMoney(amount)} ${quoteAsset}`;
  const figure = formatDecimal(amount, { maxPlaces: 4 });
  if (unit === "seconds") return `${figure} s`;
  return isCounted(unit) ? t(`risk:unit.${unit}`, { amount: figure }) : figure;
}
