import { Drawer } from "@/components/drawer";
import { Fact } from "@/components/fact";
import { PageLink } from "@/components/page-link";
import { SignedText } from "@/components/signed-text";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import { formatMoney, formatPercent, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { formatDateTime, timestampMs } from "@/lib/time";
import { heldFor } from "../trade-columns";
import { TradeOrders } from "./trade-orders";
import { TradeShares } from "./trade-shares";

function TradeFacts({ trade }: { trade: Trade }) {
  const { symbol, profit } = trade;
  const closed = timestampMs(trade.closedAt);
  const at = closed === undefined ? {} : { at: new Date(closed).toISOString() };
  return (
    <dl>
      <Fact label={t("trades:column.symbol")}>
        <PageLink to="/chart" search={{ symbol, ...at }}>
          {symbol}
        </PageLink>
      </Fact>
      <Fact label={t("trades:column.profit")}>
        <SignedText value={profit}>
          {`${formatMoney(profit, true)} (${formatPercent(trade.profitPct, true)})`}
        </SignedText>
      </Fact>
      <Fact label={t("trades:column.fees")}>{formatMoney(trade.fees)}</Fact>
      <Fact label={t("trades:column.quantity")}>{formatQuantity(trade.quantity)}</Fact>
      <Fact label={t("trades:column.entry")}>{formatPrice(trade.entryPrice)}</Fact>
      <Fact label={t("trades:column.exit")}>{formatPrice(trade.exitPrice)}</Fact>
      <Fact label={t("trades:column.opened")}>{formatDateTime(timestampMs(trade.openedAt))}</Fact>
      <Fact label={t("trades:column.closed")}>{formatDateTime(timestampMs(trade.closedAt))}</Fact>
      <Fact label={t("trades:column.held")}>{heldFor(trade)}</Fact>
      <Fact label={t("trades:column.left")}>{labelOf.exitReason(trade.exitReason)}</Fact>
    </dl>
  );
}

/** One trade: what it brought, whose it was, the orders that made it. */
export function TradeDrawer({ trade, onClose }: { trade: Trade; onClose(): void }) {
  return (
    <Drawer title={t("trades:one", { id: String(trade.id) })} onClose={onClose}>
      <div className="grid gap-5 text-sm">
        <TradeFacts trade={trade} />
        <TradeShares shares={trade.shares} />
        <TradeOrders trade={trade} />
      </div>
    </Drawer>
  );
}
