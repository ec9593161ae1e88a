// What the tables of trades show. Time held is data time, like the trades themselves.
import type { Column } from "@/components/data-table";
import { SignedText } from "@/components/signed-text";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import { formatMoney, formatPercent, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf, words } from "@/lib/labels";
import { formatShort, formatSpan, timestampMs } from "@/lib/time";
import type { SortKey } from "./trade-filters";

export function heldFor({ openedAt, closedAt }: Trade): string {
  const [from, to] = [timestampMs(openedAt), timestampMs(closedAt)];
  return formatSpan(from === undefined || to === undefined ? undefined : to - from);
}

export function strategiesOf({ shares }: Trade): string {
  return shares.map((each) => words(each.strategy)).join(", ");
}

function columns() {
  return {
    closed: {
      header: t("trades:column.closed"),
      sortKey: "CLOSED_AT" satisfies SortKey,
      cell: (row) => formatShort(timestampMs(row.closedAt)),
    },
    symbol: {
      header: t("trades:column.symbol"),
      sortKey: "SYMBOL" satisfies SortKey,
      cell: (row) => <strong>{row.symbol}</strong>,
    },
    quantity: {
      header: t("trades:column.quantity"),
      sortKey: "QUANTITY" satisfies SortKey,
      align: "right",
      cell: (row) => formatQuantity(row.quantity),
    },
    entry: {
      header: t("trades:column.entry"),
      align: "right",
      cell: (row) => formatPrice(row.entryPrice),
    },
    exit: {
      header: t("trades:column.exit"),
      align: "right",
      cell: (row) => formatPrice(row.exitPrice),
    },
    profit: {
      header: t("trades:column.profit"),
      sortKey: "PROFIT" satisfies SortKey,
      align: "right",
      cell: (row) => <SignedText value={row.profit}>{formatMoney(row.profit, true)}</SignedText>,
    },
    percent: {
      header: t("trades:column.percent"),
      sortKey: "PROFIT_PCT" satisfies SortKey,
      align: "right",
      cell: (row) => (
        <SignedText value={row.profitPct}>{formatPercent(row.profitPct, true)}</SignedText>
      ),
    },
    fees: {
      header: t("trades:column.fees"),
      sortKey: "FEES" satisfies SortKey,
      align: "right",
      cell: (row) => formatMoney(row.fees),
    },
    held: {
      header: t("trades:column.held"),
      sortKey: "HELD" satisfies SortKey,
      align: "right",
      cell: heldFor,
    },
    left: { header: t("trades:column.left"), cell: (row) => labelOf.exitReason(row.exitReason) },
    strategies: { header: t("trades:column.strategies"), cell: strategiesOf },
  } satisfies Record<string, Column<Trade>>;
}

/** For the overview. */
export function lastTradeColumns(): Column<Trade>[] {
  const { closed, symbol, quantity, entry, exit, profit, percent, left, strategies } = columns();
  return [closed, symbol, quantity, entry, exit, profit, percent, left, strategies];
}

export function tradeColumns(onOpen: (trade: Trade) => void): Column<Trade>[] {
  return [
    ...Object.values(columns()),
    {
      header: "",
      align: "right",
      cell: (row) => (
        <button
          type="button"
          className="min-h-9 text-accent underline-offset-2 hover:underline md:min-h-0"
          aria-label={t("trades:details_of", { id: String(row.id) })}
          onClick={() => onOpen(row)}
        >
          {t("trades:details")}
        </button>
      ),
    },
  ];
}
