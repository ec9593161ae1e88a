// How smoothly a long chart scrolls: frame times while it is dragged, zoomed and loads older candles.
// Goal: 95 of 100 frames within 50 ms, a candle closing every minute as in a live market. With a
// second argument of 1000 a candle closes every second, as in a market at 60 times its speed.
import { open } from "../browser.mjs";
import { builtSample, startFiles } from "./host.mjs";
import { framesDuring, percentile, tell } from "./measure.mjs";

const CANDLES = Number(process.argv[2] ?? "100000");
const TICK_MS = process.argv[3] ?? "60000";

async function drag(page, box, rounds, step) {
  const y = box.y + box.height / 3;
  for (let round = 0; round < rounds; round += 1) {
    await page.mouse.move(box.x + box.width * 0.2, y);
    await page.mouse.down();
    for (let x = 0.2; x < 0.8; x += step) await page.mouse.move(box.x + box.width * x, y);
    await page.mouse.up();
  }
}

const built = await builtSample();
const host = await startFiles(built.folder);
const { browser, page } = await open();
try {
  await page.goto(`${host.url}/chart?candles=${CANDLES}&tick=${TICK_MS}&indicators=sma:period=20`);
  await page.getByLabel("User name").fill("ada");
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  const chart = page.getByRole("img", { name: /^Chart of / });
  await chart.waitFor({ timeout: 60_000 });
  const box = await chart.boundingBox();
  const loaded = async () => Number(/: (\d+) candles/.exec((await chart.getAttribute("aria-label")) ?? "")?.[1] ?? 0);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 3);
  const began = performance.now();
  while ((await loaded()) < CANDLES && performance.now() - began < 120_000) {
    // As far out as it goes, then always further left: older candles come.
    await page.mouse.wheel(0, 400);
    await drag(page, box, 1, 0.1);
  }
  process.stdout.write(`      ${await loaded()} candles loaded in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  const out = await framesDuring(page, () => drag(page, box, 8, 0.02));
  for (let turn = 0; turn < 30; turn += 1) await page.mouse.wheel(0, -400);
  const near = await framesDuring(page, () => drag(page, box, 8, 0.02));
  process.stdout.write(`      frames: ${out.length} and ${near.length}; longest ${Math.max(...out).toFixed(0)} and ${Math.max(...near).toFixed(0)} ms\n`);
  const met = [
    tell("frame while dragging, zoomed out, p95", percentile(out, 0.95), "ms", 50),
    tell("frame while dragging, zoomed in, p95", percentile(near, 0.95), "ms", 50),
    tell("candles that were not loaded", Math.max(0, CANDLES - (await loaded())), "", 1),
  ];
  process.exitCode = met.every(Boolean) ? 0 : 1;
} finally {
  await browser.close();
  host.close();
  built.remove();
}
