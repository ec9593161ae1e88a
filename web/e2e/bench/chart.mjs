// How smoothly a long chart scrolls: frame times while it is dragged, zoomed and loads older candles.
// Runs against the in-memory daemon, so that the page alone is measured:
//
//   npm run sample            (in another terminal; or a build of it)
//   BENCH_URL=http://127.0.0.1:5173 BENCH_CANDLES=100000 node e2e/bench/chart.mjs
//
// Prints frames, p50, p95 and the longest; exits with 1 when p95 is 50 ms or more.
import { open } from "../browser.mjs";

const url = process.env.BENCH_URL ?? "http://127.0.0.1:5173";
const candles = Number(process.env.BENCH_CANDLES ?? "100000");
/** Milliseconds between two candles: a live market closes one a minute. */
const tick = process.env.BENCH_TICK ?? "60000";
const LIMIT_MS = 50;

const { browser, page, troubles } = await open();

async function frames(work) {
  await page.evaluate(() => {
    window.frameTimes = [];
    window.measuring = true;
    let last = performance.now();
    const next = (now) => {
      window.frameTimes.push(now - last);
      last = now;
      if (window.measuring) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await work();
  return page.evaluate(() => {
    window.measuring = false;
    return window.frameTimes;
  });
}

function told(name, times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const figures = { p50: at(0.5), p95: at(0.95), longest: sorted.at(-1) ?? 0 };
  const text = Object.entries(figures).map(([key, value]) => `${key} ${value.toFixed(1)} ms`);
  process.stdout.write(`${name}: ${sorted.length} frames, ${text.join(", ")}\n`);
  return figures.p95;
}

async function drag(box, rounds, step) {
  const y = box.y + box.height / 3;
  for (let round = 0; round < rounds; round += 1) {
    await page.mouse.move(box.x + box.width * 0.2, y);
    await page.mouse.down();
    for (let x = 0.2; x < 0.8; x += step) await page.mouse.move(box.x + box.width * x, y);
    await page.mouse.up();
  }
}

await page.goto(`${url}/chart?candles=${candles}&tick=${tick}&indicators=sma:period=20`);
await page.getByLabel("User name").fill("ada");
await page.getByLabel("Password").fill("correct horse battery");
await page.getByRole("button", { name: "Log in", exact: true }).click();
const chart = page.getByRole("img", { name: /^Chart of / });
await chart.waitFor({ timeout: 60_000 });
const box = await chart.boundingBox();
const loaded = async () => Number(/: (\d+) candles/.exec((await chart.getAttribute("aria-label")) ?? "")?.[1] ?? 0);

const began = performance.now();
const loading = await frames(async () => {
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 3);
  while ((await loaded()) < candles && performance.now() - began < 120_000) {
    // As far out as it goes, then always further left: older candles come.
    await page.mouse.wheel(0, 400);
    await drag(box, 1, 0.1);
  }
});
process.stdout.write(`${await loaded()} candles loaded in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
told("dragging to the left while older ones are loaded", loading);

const zoomedOut = told("dragging, zoomed out", await frames(() => drag(box, 3, 0.03)));
for (let turn = 0; turn < 30; turn += 1) await page.mouse.wheel(0, -400);
const zoomedIn = told("dragging, zoomed in", await frames(() => drag(box, 6, 0.03)));

for (const each of troubles) process.stdout.write(`console: ${each}\n`);
await browser.close();
process.exit(Math.max(zoomedOut, zoomedIn) < LIMIT_MS ? 0 : 1);
