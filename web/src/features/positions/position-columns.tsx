// What the tables of open positions show. Time held is data time, because the engine lives in it.
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { Column } from "@/components/data-table";
import { PageLink } from "@/components/page-link";
import type { GetPortfolioResponse } from "@/gen/tradingd/v1/portfolio_pb";
import type { Position } from "@/gen/tradingd/v1/positions_pb";
import { formatMoney, formatPercent, formatPrice, formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { formatShort, formatSpan, timestampMs } from "@/lib/time";
import { type PositionAct, PositionActions } from "./components/position-actions";
import { Profit, Small, StopCell, TargetsCell } from "./components/position-cells";

interface About {
  dataTime: Timestamp | undefined;
  /** For the row of totals. */
  portfolio?: GetPortfolioResponse | undefined;
}

function heldFor(row: Position, now: Timestamp | undefined): string {
  const opened = timestampMs(row.openedAt);
  const until = timestampMs(now);
  return formatSpan(opened === undefined || until === undefined ? undefined : until - opened);
}

export function positionColumns({ dataTime, portfolio }: About): Column<Position>[] {
  return [
    {
      header: t("positions:column.symbol"),
      total: portfolio && t("positions:total"),
      cell: ({ symbol }) => (
        <span>
          <PageLink to="/chart" search={{ symbol }} label={t("positions:chart_of", { symbol })}>
            <strong>{symbol}</strong>
          </PageLink>
          <PageLink
            to="/orders"
            search={{ tab: "all", symbol }}
            label={t("positions:orders_of", { symbol })}
            className="block text-xs"
          >
            {t("positions:orders")}
          </PageLink>
        </span>
      ),
    },
    {
      header: t("positions:column.quantity"),
      align: "right",
      total: portfolio && t("positions:of_equity", { percent: formatPercent(portfolio.exposurePct) }),
      cell: (row) => (
        <span>
          {formatQuantity(row.quantity)}
          <Small>{formatMoney(row.value)}</Small>
        </span>
      ),
    },
    {
      header: t("positions:column.entry"),
      align: "right",
      cell: (row) => formatPrice(row.entryPrice),
    },
    {
      header: t("positions:column.mark"),
      align: "right",
      cell: (row) => <span className="figure">{formatPrice(row.markPrice)}</span>,
    },
    {
      header: t("positions:column.unrealised"),
      align: "right",
      total: portfolio && <Profit money={portfolio.unrealisedProfit} />,
      cell: (row) => <Profit money={row.unrealisedProfit} percent={row.unrealisedPct} />,
    },
    {
      header: t("positions:column.stop"),
      align: "right",
      cell: (row) => <StopCell position={row} />,
    },
    {
      header: t("positions:column.targets"),
      align: "right",
      cell: (row) => <TargetsCell position={row} />,
    },
    {
      header: t("positions:column.held"),
      align: "right",
      cell: (row) => (
        <span>
          {heldFor(row, dataTime)}
          {row.closesAt && (
            <Small>{t("positions:closes_at", { time: formatShort(timestampMs(row.closesAt)) })}</Small>
          )}
        </span>
      ),
    },
    {
      header: t("positions:column.lots"),
      cell: (row) => (
        <span>
          {row.lots.map((lot) => (
            <span key={lot.strategy} className="block">
              {words(lot.strategy)}
              <Small>{formatQuantity(lot.quantity)}</Small>
            </span>
          ))}
        </span>
      ),
    },
  ];
}

export function actionColumn(onAct: (act: PositionAct, symbol: string) => void): Column<Position> {
  return {
    header: "",
    align: "right",
    cell: (row) => <PositionActions position={row} onAct={onAct} />,
  };
}
