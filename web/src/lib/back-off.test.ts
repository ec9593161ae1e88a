import { expect, it } from "vitest";
import { backOffMs, pause } from "./back-off";

it.each([
  [1, 0, 500],
  [1, 1, 1_000],
  [3, 1, 4_000],
  [6, 1, 30_000],
  [500, 0, 15_000],
])("after %i failures with jitter %d it waits %i ms", (failures, jitter, ms) => {
  expect(backOffMs(failures, () => jitter)).toBe(ms);
});

it("ends a wait when the signal says so", async () => {
  const signal = new AbortController();
  const waiting = pause(1_000_000, signal.signal);
  signal.abort();
  await expect(waiting).resolves.toBeUndefined();
});
