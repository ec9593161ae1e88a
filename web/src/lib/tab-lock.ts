// Two tabs that renew at once would spend the same refresh cookie twice, which the daemon takes
// for theft. The browser's lock lines them up; where there is none (plain HTTP away from
// loopback) the work just runs.

const NAME = "tradingd-refresh";

export function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
  return locks ? locks.request(NAME, work) : work();
}
