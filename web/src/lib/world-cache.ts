// The world in the query cache: applies messages, appends to the equity curve, and asks again for
// what records can't tell in full (strategies' statistics, decisions).
import { type Transport, createClient } from "@connectrpc/connect";
import type { QueryClient } from "@tanstack/react-query";
import type { SubscribeResponse } from "@/gen/tradingd/v1/events_pb";
import { StrategyService } from "@/gen/tradingd/v1/strategies_pb";
import { type CurvePoint, POINTS_KEPT, appendPoint } from "./equity-points";
import { queryKeys } from "./query-keys";
import type { Topic } from "./record-topics";
import { type World, step } from "./world";

/** At most one question of a kind in this time, however fast records come. */
const REFRESH_EVERY_MS = 1_000;
/** Marks don't carry strategies, whose last signals change with every candle. */
const STRATEGIES_EVERY_MS = 5_000;
/** Analytics fold the whole history: a closed trade may show there a little later. */
const ANALYTICS_AFTER_MS = 5_000;

export type MessageListener = (messages: SubscribeResponse[]) => void;

export class WorldCache {
  readonly #listeners = new Set<MessageListener>();
  readonly #due = new Map<Topic, { timer: ReturnType<typeof setTimeout>; at: number }>();

  constructor(
    private readonly transport: Transport,
    private readonly queryClient: QueryClient,
  ) {}

  /** Applies messages in order; gives the reason when a fresh snapshot is needed instead. */
  apply(messages: SubscribeResponse[]): string | undefined {
    let world = this.queryClient.getQueryData<World>(queryKeys.world);
    const refresh = new Set<Topic>();
    let resync: string | undefined;
    for (const message of messages) {
      const result = step(world, message, Date.now());
      if (result.kind === "resync") {
        resync = result.reason;
        break;
      }
      world = result.world;
      for (const each of result.refresh) refresh.add(each);
    }
    if (world) this.replace(world);
    for (const each of refresh) {
      this.#askSoon(each, each === "analytics" ? ANALYTICS_AFTER_MS : REFRESH_EVERY_MS);
    }
    this.#askSoon("strategies", STRATEGIES_EVERY_MS);
    if (resync === undefined) for (const listener of this.#listeners) listener(messages);
    return resync;
  }

  /** Hands over messages once they are applied, in order; for toasts, not for state. */
  onMessages(listener: MessageListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  replace(world: World): void {
    this.queryClient.setQueryData<World>(queryKeys.world, world);
    this.#growCurve(world);
  }

  /** What is on screen stays until the snapshot replaces it; only the place to resume is gone. */
  drop(): void {
    this.queryClient.setQueryData<World>(queryKeys.world, (world) =>
      world ? { ...world, sequence: 0n } : world,
    );
    // A snapshot may follow records this page never saw, so the curve is asked for again too.
    void this.queryClient.invalidateQueries({ queryKey: ["equity"] });
  }

  /** Loads again what is on screen and could not be loaded, also what is in a pause between tries. */
  askFailedAgain(): void {
    void this.queryClient.refetchQueries({
      type: "active",
      predicate: ({ state }) => state.status === "error" || state.fetchFailureCount > 0,
    });
  }

  /** Forgets questions that were still to be asked. */
  quiet(): void {
    for (const { timer } of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  #growCurve(world: World): void {
    const curves = this.queryClient.getQueriesData<CurvePoint[]>({
      queryKey: queryKeys.equity(world.storeId),
    });
    for (const [queryKey, points] of curves) {
      if (!points) continue;
      const next = appendPoint(points, world.portfolio);
      if (next !== points) this.queryClient.setQueryData<CurvePoint[]>(queryKey, next);
      if (next.length === POINTS_KEPT) void this.queryClient.invalidateQueries({ queryKey });
    }
  }

  #askSoon(what: Topic, withinMs: number): void {
    const at = Date.now() + withinMs;
    const due = this.#due.get(what);
    if (due && due.at <= at) return;
    clearTimeout(due?.timer);
    const ask = () => {
      this.#due.delete(what);
      void this.#ask(what);
    };
    this.#due.set(what, { timer: setTimeout(ask, withinMs), at });
  }

  async #ask(what: Topic): Promise<void> {
    if (what !== "strategies") {
      await this.queryClient.invalidateQueries({ queryKey: [what] });
      return;
    }
    try {
      const answer = await createClient(StrategyService, this.transport).listStrategies({});
      // A switch on its way is newer than any list; its own answer will say how it went.
      if (this.queryClient.isMutating() > 0) return;
      this.queryClient.setQueryData<World>(queryKeys.world, (world) =>
        world && answer.asOfSequence >= world.strategiesSequence
          ? { ...world, strategies: answer.strategies }
          : world,
      );
    } catch {
      // The next snapshot or switch brings them; the stream's own health tells of the trouble.
    }
  }
}
