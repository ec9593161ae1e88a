// A busy market: 200 events a second for as many minutes as the argument says, default 1. Goals: no
// dropped state, main-thread tasks of at most 50 ms at p95, at most 10 MB more heap at the end.
import { open } from "../browser.mjs";
import { builtPage, startHost } from "./host.mjs";
import { heapBytes, percentile, tasksDuring, tell } from "./measure.mjs";

const MINUTES = Number(process.argv[2] ?? "1");
const PER_SECOND = 200;
const EVERY_MS = 50;
/** Shorter ones are timers and bookkeeping of the browser, and would only flatter the figure. */
const WORK_MS = 1;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const built = await builtPage();
const host = await startHost({ folder: built.folder });
const { browser, page, troubles } = await open();
let sent = 0;

function makeBusy() {
  const began = Date.now();
  let marks = 0;
  return setInterval(() => {
    const seconds = (Date.now() - began) / 1000;
    // A late timer sends what is due, so that the rate holds on a busy machine too.
    while (sent < seconds * PER_SECOND) host.code.busyRecord(host.daemon, (sent += 1));
    if (marks > seconds) return;
    marks += 1;
    host.daemon.market.tick();
    host.daemon.mark();
  }, EVERY_MS);
}

async function shown() {
  await pause(2_000);
  const trades = page.getByRole("table", { name: "Last trades" });
  return trades.getByRole("row").count();
}

try {
  await page.goto(host.url);
  await page.getByRole("table", { name: "Last trades" }).waitFor();
  const busy = makeBusy();
  // What is loaded once and kept belongs to the page, not to the events.
  await pause(15_000);
  const before = await heapBytes(page);
  const sentBefore = sent;
  const tasks = [];
  const began = Date.now();
  while (Date.now() - began < MINUTES * 60_000) {
    tasks.push(...(await tasksDuring(page, () => pause(5_000))));
    await pause(Math.min(10_000, Math.max(0, MINUTES * 60_000 - (Date.now() - began))));
  }
  const seconds = (Date.now() - began) / 1000;
  const rate = (sent - sentBefore) / seconds;
  clearInterval(busy);
  const rows = await shown();
  const after = await heapBytes(page);
  const work = tasks.filter(({ wall }) => wall >= WORK_MS);
  const longest = Math.max(...work.map(({ wall }) => wall));
  const cpu = percentile(work.map((each) => each.cpu), 0.95);
  process.stdout.write(`      ${rate.toFixed(0)} events/s for ${(seconds / 60).toFixed(1)} min; ${tasks.length} tasks, ${work.length} of 1 ms or more, longest ${longest.toFixed(0)} ms; p95 of CPU time ${cpu.toFixed(1)} ms\n`);
  process.stdout.write(`      heap ${(before / 1e6).toFixed(1)} MB before, ${(after / 1e6).toFixed(1)} MB after\n`);
  const status = await page.getByRole("status", { name: "Connection" }).innerText();
  const met = [
    tell("main-thread task, p95", percentile(work.map(({ wall }) => wall), 0.95), "ms", 50),
    tell("heap growth", Math.max(0, (after - before) / 1e6), "MB", 10),
  ];
  const resumed = host.daemon.calls.filter(({ method }) => method === "Subscribe").length;
  if (!status.includes("Live") || rows < 10 || resumed !== 1) {
    process.stdout.write(`OVER  state: ${status}, ${rows} rows, ${resumed} streams\n`);
    met.push(false);
  }
  for (const each of troubles) process.stdout.write(`      console: ${each}\n`);
  process.exitCode = met.every(Boolean) && troubles.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  host.close();
  built.remove();
}
