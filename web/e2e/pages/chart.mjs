// The chart: real candles with what the engine did on them, and why.
import { check } from "../journey.mjs";

const chart = (page) => page.getByRole("img", { name: /^Chart of / });
const reading = (page) => page.getByRole("group", { name: "Values of the candle" });
const counts = async (page) => {
  const label = (await chart(page).getAttribute("aria-label")) ?? "";
  const [, candles, marks] = /: (\d+) candles?, (\d+) marks/.exec(label) ?? [];
  return { candles: Number(candles), marks: Number(marks) };
};

export default {
  "candles, volume and marks are drawn": async (journey) => {
    const { page } = journey;
    await journey.open("Chart");
    await chart(page).waitFor();
    await page.waitForFunction(
      () => /, [1-9]\d* marks/.test(document.querySelector('[role="img"][aria-label^="Chart of"]')?.getAttribute("aria-label") ?? ""),
      undefined,
      { timeout: 90_000 },
    );
    const { candles } = await counts(page);
    check(candles > 50, `only ${candles} candles`);
    const text = await reading(page).innerText();
    for (const part of ["O", "H", "L", "C", "V"]) check(new RegExp(`\\b${part}\\s+[▲▼]?\\s*[\\d,.]+`).test(text), `no ${part} in "${text}"`);
  },

  "the newest candle moves": async ({ page }) => {
    const before = await reading(page).innerText();
    await page.mouse.move(5, 5);
    await page.waitForFunction(
      (old) => document.querySelector('[aria-label="Values of the candle"]')?.textContent !== old,
      await reading(page).evaluate((node) => node.textContent),
      { timeout: 90_000 },
    );
    check(before.length > 0, "nothing was read");
  },

  "indicators of the engine join": async ({ page }) => {
    const choose = page.getByLabel("Add an indicator");
    await choose.waitFor();
    for (const name of [/RSI|relative strength/i, /MACD/i, /bollinger/i]) {
      const option = choose.locator("option").filter({ hasText: name }).first();
      if ((await option.count()) > 0) await choose.selectOption(await option.getAttribute("value"));
    }
    await reading(page).getByText(/RSI|relative strength/i).first().waitFor();
    await page.waitForTimeout(1_000);
    check(!/RSI[^–]*–\s/.test(await reading(page).innerText()), "the RSI of the newest candle is missing");
  },

  "a click on a candle explains it": async ({ page }) => {
    const box = await chart(page).boundingBox();
    // To the right: the first hours of candles are from before the first decision.
    await page.mouse.click(box.x + box.width * 0.86, box.y + box.height * 0.3);
    const explained = page.getByRole("region", { name: "Decision on the chosen candle" });
    await explained.getByRole("table", { name: /^Signals for / }).waitFor();
    check(new URL(page.url()).searchParams.has("at"), "the chosen candle is not in the address");
    const before = await reading(page).innerText();
    await page.getByRole("button", { name: "← Candle before" }).click();
    await page.mouse.move(5, 5);
    check((await reading(page).innerText()) !== before, "the step to the candle before changes nothing");
  },

  "older candles come when one scrolls there": async ({ page }) => {
    const { candles } = await counts(page);
    const box = await chart(page).boundingBox();
    const y = box.y + box.height / 3;
    for (let round = 0; round < 8; round += 1) {
      await page.mouse.move(box.x + box.width * 0.1, y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.85, y, { steps: 8 });
      await page.mouse.up();
    }
    await page.waitForTimeout(2_500);
    check((await counts(page)).candles > candles, `still ${candles} candles`);
  },

  "the values stand in a table too": async ({ page }) => {
    await page.getByText(/^The last \d+ candles as a table$/).click();
    const rows = await page.getByRole("table", { name: /^Values of / }).locator("tbody tr").count();
    check(rows === 20, `${rows} rows`);
    await page.getByText(/^The last \d+ candles as a table$/).click();
  },

  "looks right": async (journey) => {
    await journey.page.getByRole("button", { name: "Newest candle" }).click();
    await journey.looks("chart");
  },
};
