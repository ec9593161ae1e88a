// How long to wait before the next attempt: 1 s doubling to 30 s, with jitter, so that many pages
// don't come back to a restarted daemon in the same moment.

const FIRST_MS = 1_000;
const LAST_MS = 30_000;

/** `failures` counts from 1; `random` gives 0 to below 1. The wait is 50 to 100 % of the step. */
export function backOffMs(failures: number, random: () => number): number {
  const whole = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(Math.max(failures, 1) - 1, 10));
  return Math.round(whole * (0.5 + random() / 2));
}

/** Waits, unless the signal ends it sooner. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
