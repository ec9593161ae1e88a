// What the table of open positions shows. Time held is data time, because the engine lives in it.
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { Column } from "@/components/data-table";
import { SignedText } from "@/components/signed-text";
import type { Position } from "@/gen/tradingd/v1/positions_pb";
import { formatMoney, formatPercent, formatPrice, formatQuantity } from "@/lib/decimal";
import { labelOf } from "@/lib/labels";
import { formatSpan, timestampMs } from "@/lib/time";
import { PriceWithDistance } from "./components/price-with-distance";

function heldFor(row: Position, now: Timestamp | undefined): string {
  const opened = timestampMs(row.openedAt);
  const until = timestampMs(now);
  return formatSpan(opened === undefined || until === undefined ? undefined : until - opened);
}

export function positionColumns(dataTime: Timestamp | undefined): Column<Position>[] {
  return [
    { header: "Symbol", cell: (row) => <strong>{row.symbol}</strong> },
    { header: "Quantity", align: "right", cell: (row) => formatQuantity(row.quantity) },
    { header: "Entry", align: "right", cell: (row) => formatPrice(row.entryPrice) },
    {
      header: "Mark",
      align: "right",
      cell: (row) => <span className="figure">{formatPrice(row.markPrice)}</span>,
    },
    {
      header: "Unrealised",
      align: "right",
      cell: (row) => (
        <SignedText value={row.unrealisedProfit}>
          {`${formatMoney(row.unrealisedProfit, true)} (${formatPercent(row.unrealisedPct, true)})`}
        </SignedText>
      ),
    },
    {
      header: "Stop",
      align: "right",
      cell: (row) => (
        <PriceWithDistance
          price={row.stopPrice}
          distance={row.stopDistancePct}
          note={labelOf.stopKind(row.stopKind)}
        />
      ),
    },
    {
      header: "First target",
      align: "right",
      cell: (row) => <PriceWithDistance price={row.firstTargetPrice} distance="" />,
    },
    {
      header: "Target",
      align: "right",
      cell: (row) => <PriceWithDistance price={row.targetPrice} distance={row.targetDistancePct} />,
    },
    { header: "Protection", cell: (row) => labelOf.protection(row.protection) },
    { header: "Held", align: "right", cell: (row) => heldFor(row, dataTime) },
    {
      header: "Lots",
      cell: (row) =>
        row.lots.map((lot) => `${lot.strategy} ${formatQuantity(lot.quantity)}`).join(", "),
    },
  ];
}
