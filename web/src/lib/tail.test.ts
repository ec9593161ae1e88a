import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Tail } from "./tail";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Gives these, then waits until it is stopped. */
async function* forEver(numbers: number[], signal: AbortSignal) {
  yield* numbers;
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

describe("a tail", () => {
  it("keeps the newest only, and counts what it let go", async () => {
    const tail = new Tail<number>({ limit: 3, resumes: true, open: ({ signal }) => forEver([1, 2, 3, 4, 5], signal) });
    tail.start();
    await vi.advanceTimersByTimeAsync(200);
    expect(tail.state.get()).toMatchObject({ items: [3, 4, 5], forgotten: 2, phase: "live" });
    tail.stop();
  });

  it("opens again after a loss, behind the last that came", async () => {
    const after: (number | undefined)[] = [];
    const tail = new Tail<number>({
      limit: 10,
      resumes: true,
      async *open({ signal }, last) {
        after.push(last);
        if (last === undefined) {
          yield 7;
          throw new Error("cut");
        }
        yield* forEver([8], signal);
      },
    });
    tail.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(tail.state.get()).toMatchObject({ items: [7], phase: "lost" });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(tail.state.get()).toMatchObject({ items: [7, 8], phase: "live", error: undefined });
    expect(after).toEqual([undefined, 7]);
    tail.stop();
  });

  it("begins anew where the stream brings everything again", async () => {
    let opened = 0;
    const tail = new Tail<string>({
      limit: 10,
      resumes: false,
      async *open({ signal }) {
        opened += 1;
        yield `first line of ${opened}`;
        if (opened === 1) throw new Error("cut");
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    });
    tail.start();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(tail.state.get().items).toEqual(["first line of 2"]);
    tail.stop();
  });

  it("stays quiet once it is stopped", async () => {
    const tail = new Tail<number>({ limit: 3, resumes: true, open: ({ signal }) => forEver([1], signal) });
    tail.start();
    tail.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tail.state.get()).toMatchObject({ items: [], phase: "opening" });
  });
});
