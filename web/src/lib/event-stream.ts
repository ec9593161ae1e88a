// Keeps one event stream open and writes what it brings into the query cache. It watches for
// silence, comes back with back-off, resumes where it was, throws the world away when the daemon
// or a gap says so, and polls while no stream holds. What a message means is decided in world.ts.
import { Code, type Client, type Transport, createClient } from "@connectrpc/connect";
import type { QueryClient } from "@tanstack/react-query";
import { EventService, type SubscribeResponse } from "@/gen/tradingd/v1/events_pb";
import type { AuthSession } from "./auth-session";
import { pause } from "./back-off";
import { describeError, hasCode } from "./errors";
import { pollWorld } from "./poll-snapshot";
import { queryKeys } from "./query-keys";
import { createStore } from "./store";
import { readStream } from "./stream-attempt";
import { INITIAL_STREAM_STATE, LagMeter, type StreamState } from "./stream-state";
import { type StreamTiming, TIMING } from "./stream-timing";
import { timestampMs } from "./time";
import { type World, cursorOf } from "./world";
import { WorldCache } from "./world-cache";

/** Failed attempts after which the page polls and calls itself offline if that fails too. */
const ATTEMPTS_BEFORE_POLLING = 3;

export class EventStream {
  readonly state = createStore<StreamState>(INITIAL_STREAM_STATE);
  readonly #client: Client<typeof EventService>;
  readonly cache: WorldCache;
  #running: AbortController | undefined;
  /** Ends the present wait, e.g. when the network is back. */
  #wake = new AbortController();
  #nextPoll = 0;

  constructor(
    private readonly transport: Transport,
    private readonly queryClient: QueryClient,
    private readonly session: AuthSession,
    private readonly timing: StreamTiming = TIMING,
  ) {
    this.#client = createClient(EventService, transport);
    this.cache = new WorldCache(transport, queryClient);
  }

  start(): void {
    if (this.#running) return;
    this.#running = new AbortController();
    this.state.set(INITIAL_STREAM_STATE);
    void this.#run(this.#running.signal);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.cache.quiet();
  }

  /** Tries again now instead of at the end of the back-off. */
  retryNow(): void {
    this.#wake.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    let hasty = false;
    while (!signal.aborted) {
      const { problem, curable } = await this.#attempt(signal);
      if (signal.aborted) return;
      // A cause that is already removed needs no wait; the second time in a row it does.
      hasty = curable && !hasty;
      const before = this.state.get();
      const failures = before.failures + (hasty ? 0 : 1);
      const phase = before.phase === "offline" ? "offline" : "reconnecting";
      this.#update({ phase, failures, problem });
      if (!hasty) await this.#rest(signal, failures);
    }
  }

  /** The back-off, with a poll every `pollMs` of it once streams have failed too often. */
  async #rest(signal: AbortSignal, failures: number): Promise<void> {
    this.#wake = new AbortController();
    const either = AbortSignal.any([signal, this.#wake.signal]);
    const until = Date.now() + this.timing.backOffMs(failures);
    while (!either.aborted && Date.now() < until) {
      if (failures >= ATTEMPTS_BEFORE_POLLING && Date.now() >= this.#nextPoll) {
        await this.#poll(signal);
      }
      const next = failures >= ATTEMPTS_BEFORE_POLLING ? Math.min(until, this.#nextPoll) : until;
      await pause(Math.max(0, next - Date.now()), either);
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    this.#nextPoll = Date.now() + this.timing.pollMs;
    try {
      this.cache.replace(await pollWorld(this.transport, signal));
      this.#update({ polling: true, phase: "reconnecting" });
    } catch {
      this.#update({ polling: false, phase: "offline" });
    }
  }

  /** One stream from open to end: why it ended, and whether the next one has a better chance. */
  async #attempt(signal: AbortSignal): Promise<{ problem: string; curable: boolean }> {
    const lag = new LagMeter();
    const request = cursorOf(this.queryClient.getQueryData<World>(queryKeys.world));
    const end = await readStream(
      {
        open: (either) => this.#client.subscribe(request, { signal: either, timeoutMs: 0 }),
        heard: (message) => this.#heard(message, lag),
        apply: (messages) => this.cache.apply(messages),
        silenceMs: this.timing.silenceMs,
        gatherMs: this.timing.gatherMs,
      },
      signal,
    );
    switch (end.kind) {
      case "resync":
        this.cache.drop();
        return { problem: end.reason, curable: true };
      case "silent":
        return { problem: "no message for too long", curable: false };
      case "closed":
        return { problem: "the daemon ended the stream", curable: false };
      case "failed":
        return { problem: describeError(end.error).sentence, curable: await this.#renewed(end.error) };
    }
  }

  /** Whether the stream was refused for an old token and there is a new one now. */
  async #renewed(error: unknown): Promise<boolean> {
    return hasCode(error, Code.Unauthenticated) && (await this.session.renew()) === "renewed";
  }

  #heard(message: SubscribeResponse, lag: LagMeter): void {
    const now = Date.now();
    const { case: kind } = message.payload;
    if (kind === "resyncRequired") return;
    if (this.state.get().phase !== "live") this.cache.askFailedAgain();
    const sentAt = kind === "heartbeat" || kind === "mark" ? timestampMs(message.at) : undefined;
    this.#update({
      phase: "live",
      failures: 0,
      polling: false,
      problem: "",
      lastMessageAt: now,
      ...(sentAt !== undefined ? { lagMs: lag.measure(sentAt, now) } : {}),
    });
  }

  #update(change: Partial<StreamState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}
