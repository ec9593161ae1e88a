// The page of open positions: the table with totals, and the dialogs of what can be done.
import { useState } from "react";
import { Card } from "@/components/card";
import { DataTable } from "@/components/data-table";
import { Skeleton } from "@/components/skeleton";
import type { Position } from "@/gen/tradingd/v1/positions_pb";
import { t } from "@/lib/i18n";
import { timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";
import { actionColumn, positionColumns } from "../position-columns";
import { CloseDialog } from "./close-dialog";
import { CloseResult, type Closed } from "./close-result";
import { NoPosition } from "./no-position";
import type { PositionAct } from "./position-actions";
import { ProtectionDialog } from "./protection-dialog";

function isSame(one: Position, other: Position): boolean {
  return one.symbol === other.symbol && timestampMs(one.openedAt) === timestampMs(other.openedAt);
}

export function PositionsPanel() {
  const positions = useWorld((world) => world.positions);
  const portfolio = useWorld((world) => world.portfolio);
  const dataTime = useWorld((world) => world.status?.dataTime);
  const [chosen, setChosen] = useState<{ act: PositionAct; position: Position }>();
  const [closed, setClosed] = useState<Closed>();
  // What is shown in a dialog follows the world. A position that has been closed keeps its last state
  // and can't be acted on; one that was opened in its place is another one.
  const still = chosen && positions?.find((each) => isSame(each, chosen.position));
  const current = still ?? chosen?.position;
  const gone =
    chosen && !still ? t("positions:gone", { symbol: chosen.position.symbol }) : undefined;
  const onAct = (act: PositionAct, symbol: string) => {
    const position = positions?.find((each) => each.symbol === symbol);
    if (position) setChosen({ act, position });
  };
  const close = () => setChosen(undefined);
  return (
    <>
      {closed && <CloseResult closed={closed} onDismiss={() => setClosed(undefined)} />}
      <Card
        title={t("positions:table")}
        aside={positions && t("positions:open", { count: positions.length })}
      >
        {positions === undefined && <Skeleton rows={5} />}
        {positions?.length === 0 && <NoPosition />}
        {positions && positions.length > 0 && (
          <DataTable
            label={t("positions:table")}
            columns={[...positionColumns({ dataTime, portfolio }), actionColumn(onAct)]}
            rows={positions}
            rowKey={(row) => row.symbol}
          />
        )}
      </Card>
      {chosen?.act === "protect" && current && (
        <ProtectionDialog position={current} gone={gone} onClose={close} />
      )}
      {chosen?.act === "close" && current && (
        <CloseDialog position={current} gone={gone} onDone={setClosed} onClose={close} />
      )}
    </>
  );
}
