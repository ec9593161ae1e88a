// What was decided on the candles in view. Decisions are asked for in pieces of fixed length, so
// that scrolling back and forth asks for nothing twice.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useQueries } from "@tanstack/react-query";
import { type Decision, DecisionService } from "@/gen/tradingd/v1/decisions_pb";
import { useClient } from "@/lib/daemon";
import { intervalMs } from "@/lib/moments";
import { timestampMs } from "@/lib/time";
import { useStoreId, useWorld } from "@/lib/use-world";

const PIECE = 1_000;
/** Beyond this many pieces in view the cells would be thinner than a pixel. */
const MOST_PIECES = 6;
const EVERY_MS = 5_000;

export interface Span {
  from: number;
  to: number;
}

export interface ChartDecisions {
  decisions: Decision[];
  /** True when too much is in view to show them. */
  tooMany: boolean;
}

/** One function for ever: another one would count as another answer at every drawing of the page. */
function together(answers: { data: Decision[] | undefined }[]): Decision[] {
  return answers.flatMap((each) => each.data ?? []);
}

export function useChartDecisions(symbol: string, span: Span | undefined, wanted: boolean): ChartDecisions {
  const client = useClient(DecisionService);
  const storeId = useStoreId();
  const signalMs = intervalMs(useWorld((world) => world.status?.signalInterval) ?? "") ?? 60_000;
  const pieceMs = PIECE * signalMs;
  const newestPiece = useWorld((world) => Math.floor((timestampMs(world.status?.dataTime) ?? 0) / pieceMs)) ?? 0;
  const first = span ? Math.floor(span.from / pieceMs) : 0;
  const last = span ? Math.min(newestPiece, Math.floor(span.to / pieceMs)) : -1;
  const tooMany = last - first >= MOST_PIECES;
  const pieces =
    !wanted || tooMany || storeId === "" ? [] : Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  const decisions = useQueries({
    queries: pieces.map((piece) => ({
      queryKey: ["chart-decisions", storeId, symbol, pieceMs, piece],
      staleTime: piece >= newestPiece ? EVERY_MS : 60_000,
      refetchInterval: piece >= newestPiece ? EVERY_MS : (false as const),
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        // By close of the candle: the first close of the piece is one interval after its begin.
        const from = timestampFromMs(piece * pieceMs + 1);
        const to = timestampFromMs((piece + 1) * pieceMs + 1);
        const asked = { symbol, from, to, pageSize: PIECE, summaryOnly: true };
        return (await client.listDecisions(asked, { signal })).decisions;
      },
    })),
    combine: together,
  });
  return { decisions, tooMany };
}
