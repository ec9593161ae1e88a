// Why, or why not, at a given candle: asked as a person would, compared with what the daemon says.
import { check } from "../journey.mjs";

const card = (page, name) => page.getByRole("region", { name, exact: true });

export default {
  "the grid shows every symbol, newest right": async (journey) => {
    const { page } = journey;
    await journey.open("Decisions");
    const grid = page.getByRole("grid", { name: "Decisions by symbol and candle" });
    await grid.waitFor();
    const rows = await grid.getByRole("row").count();
    check(rows >= 2, `only ${rows} symbols in the grid`);
    const cells = await grid.getByRole("button").count();
    check(cells > 20, `only ${cells} decisions in the grid`);
  },

  "a cell explains itself": async ({ page }) => {
    const denied = page.getByRole("grid").getByRole("button", { name: /: Denied, / });
    const any = (await denied.count()) > 0 ? denied.last() : page.getByRole("grid").getByRole("button").last();
    await any.click();
    const explanation = card(page, "Explanation");
    await explanation.getByRole("table", { name: /^Signals for / }).waitFor();
    const signals = await explanation.getByRole("table", { name: /^Signals for / }).innerText();
    check(/Hold|Buy|Sell/.test(signals), `the signals say nothing: ${signals}`);
    if ((await denied.count()) > 0) {
      await explanation.getByText("An entry was proposed and denied.").waitFor();
      await explanation.getByRole("table", { name: /^Risk checks for / }).getByText("✗ denied").waitFor();
    }
  },

  "why not at a moment that is typed in": async ({ page }) => {
    const symbol = page.getByLabel("Why, or why not,");
    await symbol.selectOption({ index: 1 });
    const name = await symbol.inputValue();
    const now = await page.getByRole("group", { name: "Data time" }).innerText();
    const day = /\d{4}-\d\d-\d\d/.exec(now)?.[0];
    const moment = /(\d\d:\d\d):\d\d/.exec(now)?.[1];
    // The data's clock shows the time of day; its date stands in the explained candle otherwise.
    const shown = await card(page, "Symbols and candles").getByText(/ to \d{4}-/).innerText();
    const [last] = /\d{4}-\d\d-\d\d \d\d:\d\d(?=:\d\d$)/.exec(shown.trim()) ?? [];
    check(last !== undefined || (day && moment), `no moment to ask for in "${shown}" or "${now}"`);
    // Some candles ago: what had closed last by then is the same now and after a reload.
    const newest = Date.parse(`${(last ?? `${day} ${moment}`).replace(" ", "T")}:00Z`);
    await page.getByLabel(/^at \(/).fill(new Date(newest - 5 * 60_000).toISOString().slice(0, 16));
    await page.getByRole("button", { name: "Explain", exact: true }).click();
    const explanation = card(page, "Explanation");
    await explanation.getByRole("heading", { level: 3 }).getByText(name).waitFor();
    await explanation.getByText(/Nothing was done|proposed and denied|was approved|wanted out/).first().waitFor();
    const { searchParams } = new URL(page.url());
    check(searchParams.get("of") === name && searchParams.get("at"), `no deep link: ${page.url()}`);
  },

  "a link opens the same explanation": async ({ page }) => {
    const heading = card(page, "Explanation").getByRole("heading", { level: 3 });
    const words = async () => (await heading.innerText()).replace(/\s+/g, " ");
    const before = await words();
    await page.reload();
    await heading.waitFor();
    check((await words()) === before, `a reload explains ${await words()} instead of ${before}`);
  },

  "reasons are counted, and a reason finds its candles": async ({ page }) => {
    const reasons = page.getByRole("table", { name: "Reasons" });
    await reasons.waitFor();
    const first = reasons.getByRole("button").first();
    // As it is written, not as the style capitalises it.
    const reason = await first.textContent();
    await first.click();
    const found = page.getByRole("table", { name: "Decisions that match" });
    await found.getByRole("cell", { name: reason, exact: true }).first().waitFor();
    const others = await found.locator("tbody tr[aria-rowindex]").filter({ hasNotText: reason }).count();
    check(others === 0, `${others} rows have another reason than ${reason}`);
  },

  "looks right": async (journey) => {
    await journey.page.getByRole("button", { name: "Clear filters" }).click();
    await journey.looks("decisions");
  },
};
