// Analytics: the figures of a range are the daemon's own, at the same moment.
import { check } from "../journey.mjs";
import { askDaemon } from "../rpc.mjs";

const card = (page, name) => page.getByRole("region", { name, exact: true });
const figure = async (page, name) =>
  (await card(page, "Key figures").locator("dl").first().locator("div").filter({ has: page.getByText(name, { exact: true }) }).locator("dd").innerText()).trim();
const number = (text) => Number(text.replace("−", "-").replaceAll(/[^\d.-]/g, ""));
const near = (shown, told, places = 2) => Math.abs(number(shown) - told) <= 0.51 * 10 ** -places;

/** The data goes on meanwhile, so the page and the daemon are compared until they meet. */
async function agree(journey, asked) {
  const { page } = journey;
  const client = await askDaemon(journey.settings);
  let differing = "";
  for (let round = 0; round < 10; round += 1) {
    const { statistics: said } = await client("AnalyticsService").getAnalytics(asked);
    const pairs = {
      "Total return": said.totalReturnPct,
      "Largest drawdown": said.maxDrawdownPct,
      "Profit factor": said.profitFactor,
      "Win rate": said.winRatePct,
      "Average trade": Number(said.expectancy),
      "Best trade": Number(said.bestTrade),
      "Worst trade": Number(said.worstTrade),
    };
    const shown = {};
    for (const name of Object.keys(pairs)) shown[name] = await figure(page, name);
    const trades = await figure(page, "Trades");
    const wrong = Object.entries(pairs).filter(([name, told]) => told !== undefined && !near(shown[name], told));
    if (wrong.length === 0 && trades.startsWith(`${said.trades} (${said.wins} won`)) return said;
    differing = wrong.map(([name, told]) => `${name}: ${shown[name]} against ${told}`).join("; ") || `${trades} against ${said.trades}`;
    await page.reload();
    await card(page, "Key figures").getByText("Total return", { exact: true }).waitFor();
  }
  throw new Error(`the page and the daemon differ: ${differing}`);
}

export default {
  "everything is there": async (journey) => {
    const { page } = journey;
    await journey.open("Analytics");
    await page.getByRole("img", { name: /^Equity curve of \d+ points with [1-9]\d* trade marks/ }).waitFor();
    await page.getByRole("img", { name: /^Fall from the peak/ }).waitFor();
    await page.getByRole("group", { name: "Months" }).getByText(/%/).first().waitFor();
    await page.getByRole("img", { name: /trades? by (its|their) return/ }).waitFor();
    await page.getByRole("group", { name: "Profit by hour of the week" }).getByText(/\d/).first().waitFor();
    await page.getByRole("table", { name: "Costs by what was done" }).waitFor();
  },

  "seven days are what the daemon says of seven days": async (journey) => {
    const { page } = journey;
    await page.getByRole("radio", { name: "7 d" }).click();
    await page.waitForURL(/range=7d/);
    const said = await agree(journey, { range: 2 });
    check(said.trades > 0n, "there is no trade to speak of");
  },

  "every breakdown has rows that are filled": async ({ page }) => {
    for (const by of ["Strategy", "Symbol", "Hour (UTC)", "Weekday", "Exit", "Month"]) {
      await card(page, "Breakdown").getByRole("radio", { name: by, exact: true }).click();
      const table = page.getByRole("table", { name: `Breakdown by ${by}` });
      await table.waitFor();
      const cells = await table.locator('tbody td:not([data-label="Compared"])').allInnerTexts();
      check(cells.length > 0 && cells.every((each) => each.trim() !== ""), `${by} has blank cells`);
    }
  },

  "days of one's own": async (journey) => {
    const { page } = journey;
    await page.getByRole("radio", { name: "Custom" }).click();
    const span = await card(page, "Key figures").getByText(/ to \d{4}-/).innerText();
    const day = /\d{4}-\d\d-\d\d/.exec(span)[0];
    await page.getByLabel("From (UTC)").fill(day);
    await page.getByLabel("up to and with").fill(day);
    await page.waitForURL(new RegExp(`from=${day}.*to=${day}|to=${day}.*from=${day}`));
    const from = { seconds: BigInt(Date.parse(day) / 1000) };
    await agree(journey, { from, to: { seconds: from.seconds + 86_400n } });
  },

  "the curve zooms and comes back": async ({ page }) => {
    await page.getByRole("radio", { name: "All", exact: true }).click();
    const box = await page.getByRole("img", { name: /^Equity curve/ }).boundingBox();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByRole("button", { name: "Show all" }).waitFor({ state: "hidden" });
  },

  "the trades of the range come as a file": async (journey) => {
    const { page } = journey;
    const files = page.getByRole("group", { name: "Trades", exact: true });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      files.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    check(/^trades_.*\.csv$/.test(download.suggestedFilename()), download.suggestedFilename());
  },

  "looks right": async (journey) => {
    await journey.looks("analytics");
  },
};
