// The page of trades: every closed trade that matches, however many there are.
import { Card } from "@/components/card";
import { EndlessTable } from "@/components/endless-table";
import { Loaded } from "@/components/loaded";
import { NewRows } from "@/components/new-rows";
import { Skeleton } from "@/components/skeleton";
import type { Trade } from "@/gen/tradingd/v1/trades_pb";
import { t } from "@/lib/i18n";
import { useTradeList } from "../api/use-trade-list";
import { tradeColumns } from "../trade-columns";
import { NO_FILTER, useTradesAddress } from "../trade-filters";
import { NoTrade } from "./no-trade";
import { TradeDrawer } from "./trade-drawer";
import { TradeTotals } from "./trade-totals";
import { TradesFilter } from "./trades-filter";

export function TradesPanel() {
  const [address, put] = useTradesAddress();
  const { query, rows, now, missed, hasMore, more, reload } = useTradeList(address);
  const open = ({ id }: Trade) => put({ trade: String(id) });
  const chosen = address.trade && rows.find((each) => String(each.id) === address.trade);
  const filtered = Object.entries(NO_FILTER).some(([key, none]) => address[key as "symbol"] !== none);
  const total = Number(now?.total ?? 0n);
  return (
    <>
      <TradesFilter address={address} onChange={put} />
      <Card
        title={t("trades:all")}
        aside={now && t("trades:of", { shown: rows.length, total })}
      >
        <Loaded query={query} what={t("trades:all")} skeleton={<Skeleton rows={10} />}>
          {() =>
            rows.length === 0 ? (
              <NoTrade filtered={filtered} />
            ) : (
              <>
                {now && <TradeTotals answer={now} />}
                {missed && <NewRows onShow={reload} />}
                <EndlessTable
                  label={t("trades:all")}
                  columns={tradeColumns(open)}
                  rows={rows}
                  rowKey={(row) => String(row.id)}
                  total={total}
                  sort={{ by: address.sort, descending: address.order !== "asc" }}
                  onSort={({ by, descending }) =>
                    put({ sort: by, order: descending ? "desc" : "asc" })
                  }
                  hasMore={hasMore}
                  onMore={more}
                />
              </>
            )
          }
        </Loaded>
      </Card>
      {chosen && <TradeDrawer trade={chosen} onClose={() => put({ trade: "" })} />}
    </>
  );
}
