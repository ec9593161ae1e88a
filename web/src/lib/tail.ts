// A stream that is followed: the newest items of it, opened again with back-off when it ends.
// Items are handed on in batches, so that a flood of them draws the page ten times a second at most.
import { backOffMs, pause } from "./back-off";
import { createStore } from "./store";

export interface TailState<Item> {
  /** Oldest first; never more than the limit. */
  items: Item[];
  /** How many were let go at the old end. */
  forgotten: number;
  phase: "opening" | "live" | "lost";
  /** Why it was lost. */
  error: unknown;
}

export interface TailOptions<Item> {
  /** Opens the stream after the last item that came, or from its beginning; tells when it is open. */
  open(
    call: { signal: AbortSignal; onHeader(): void; timeoutMs: number },
    last: Item | undefined,
  ): AsyncIterable<Item | undefined>;
  limit: number;
  /** Goes on after the last item; otherwise a new stream brings everything again. */
  resumes: boolean;
}

const BATCH_MS = 100;

export class Tail<Item> {
  readonly state = createStore<TailState<Item>>(fresh());
  readonly #options: TailOptions<Item>;
  #abort: AbortController | undefined;

  constructor(options: TailOptions<Item>) {
    this.#options = options;
  }

  start(): void {
    const abort = new AbortController();
    this.#abort = abort;
    void this.#run(abort.signal);
  }

  stop(): void {
    this.#abort?.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let failures = 1; !signal.aborted; failures += 1) {
      const error = await this.#follow(signal);
      if (signal.aborted) return;
      if (this.state.get().phase === "live") failures = 1;
      this.state.set({ ...this.state.get(), phase: "lost", error });
      await pause(backOffMs(failures, Math.random), signal);
    }
  }

  /** Reads one stream to its end; gives why it ended. */
  async #follow(signal: AbortSignal): Promise<unknown> {
    const { open, resumes } = this.#options;
    let waiting: Item[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let anew = !resumes;
    const onHeader = () => {
      if (!signal.aborted) this.state.set({ ...this.state.get(), phase: "live", error: undefined });
    };
    const flush = () => {
      timer = undefined;
      this.#take(waiting, anew);
      waiting = [];
      anew = false;
    };
    try {
      const last = resumes ? this.state.get().items.at(-1) : undefined;
      // A stream has no end, so it must have no time limit either.
      for await (const item of open({ signal, onHeader, timeoutMs: 0 }, last)) {
        if (signal.aborted) break;
        if (item !== undefined) waiting.push(item);
        timer ??= setTimeout(flush, BATCH_MS);
      }
      return undefined;
    } catch (error) {
      return error;
    } finally {
      clearTimeout(timer);
      if (waiting.length > 0 && !signal.aborted) flush();
    }
  }

  #take(batch: Item[], anew: boolean): void {
    const before = anew ? fresh<Item>() : this.state.get();
    const all = before.items.concat(batch);
    const over = Math.max(0, all.length - this.#options.limit);
    const items = over === 0 ? all : all.slice(over);
    this.state.set({ items, forgotten: before.forgotten + over, phase: "live", error: undefined });
  }
}

function fresh<Item>(): TailState<Item> {
  return { items: [], forgotten: 0, phase: "opening", error: undefined };
}
