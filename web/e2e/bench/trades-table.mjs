// Scrolls through 100,000 trades, all of them loaded. Goal: 95 of 100 frames within 50 ms.
import { open } from "../browser.mjs";
import { builtPage, startHost } from "./host.mjs";
import { framesDuring, heapBytes, percentile, tasksDuring, tell } from "./measure.mjs";

const ROWS = Number(process.argv[2] ?? "100000");
const built = await builtPage();
const host = await startHost({ folder: built.folder, trades: ROWS - 2 });
const { browser, page } = await open();

/** As far down as there are rows, until no more come. */
async function loadAll(table) {
  const loaded = `${ROWS} of ${ROWS}`;
  await table.evaluate(async (frame, wanted) => {
    while (!document.body.textContent.includes(wanted)) {
      frame.scrollTop = frame.scrollHeight;
      await new Promise((done) => requestAnimationFrame(done));
    }
  }, loaded);
}

/** A wheel that turns, in one direction and the other, over the whole length. */
async function scroll(table, step, rounds) {
  await table.evaluate(
    async (frame, [by, times]) => {
      for (let round = 0; round < times; round += 1) {
        const down = frame.scrollTop < frame.scrollHeight / 2 ? 1 : -1;
        for (let turn = 0; turn < 120; turn += 1) {
          frame.scrollTop += by * down;
          await new Promise((done) => requestAnimationFrame(done));
        }
        frame.scrollTop = Math.random() * frame.scrollHeight;
      }
    },
    [step, rounds],
  );
}

try {
  page.setDefaultTimeout(300_000);
  await page.goto(`${host.url}/trades`);
  const table = page.getByRole("region", { name: "Closed trades" }).filter({ has: page.locator("table") }).last();
  await table.waitFor();
  const began = performance.now();
  await loadAll(table);
  process.stdout.write(`      ${ROWS} rows loaded in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  process.stdout.write(`      heap: ${((await heapBytes(page)) / 1e6).toFixed(0)} MB\n`);
  const slow = await framesDuring(page, () => scroll(table, 90, 5));
  const fast = await framesDuring(page, () => scroll(table, 1_200, 5));
  const tasks = await tasksDuring(page, () => scroll(table, 1_200, 2));
  const busiest = percentile(tasks.map(({ cpu }) => cpu).filter((ms) => ms >= 1), 0.95);
  process.stdout.write(`      main-thread CPU of a task while dragging, p95: ${busiest.toFixed(1)} ms\n`);
  process.stdout.write(`      frames: ${slow.length} slow, ${fast.length} fast\n`);
  const met = [
    tell("frame while turning a wheel, p95", percentile(slow, 0.95), "ms", 50),
    tell("frame while dragging the bar, p95", percentile(fast, 0.95), "ms", 50),
  ];
  process.exitCode = met.every(Boolean) ? 0 : 1;
} finally {
  await browser.close();
  host.close();
  built.remove();
}
