// The overview: every figure is there and true, every card leads to its page.
import { check } from "../journey.mjs";

const CARDS = ["Equity", "Performance", "Open positions", "Last trades", "Strategies", "Market regime", "Alerts", "Engine"];

/** The text of a figure by its label, e.g. "Win rate". */
async function figure(page, label) {
  const stat = page.getByRole("main").locator("dl > div", { has: page.getByText(label, { exact: true }) });
  return (await stat.locator("dd").innerText()).trim();
}

export default {
  "opens first": async (journey) => {
    await journey.open("Overview");
    for (const name of CARDS) {
      await journey.page.getByRole("region", { name, exact: true }).waitFor();
    }
  },

  "the daemon has traded": async ({ page }) => {
    // The built-in market trades within its first minutes.
    const trades = page.getByRole("table", { name: "Last trades" });
    await trades.getByRole("row").nth(1).waitFor({ timeout: 180_000 });
  },

  "every figure is filled": async ({ page }) => {
    const labels = ["Drawdown from peak", "Largest drawdown", "Win rate", "Exposure of equity", "Realised, USDT", "Unrealised, USDT", "Fees, USDT", "Trades", "Up for", "Candles handled", "Decisions made"];
    for (const label of labels) {
      const shown = await figure(page, label);
      check(/\d/.test(shown), `${label} is ${shown || "blank"}`);
    }
    for (const label of ["Fees, USDT", "Trades", "Largest drawdown", "Candles handled", "Decisions made"]) {
      const shown = await figure(page, label);
      check(/[1-9]/.test(shown), `${label} is always zero: ${shown}`);
    }
    await page.getByRole("group", { name: "Marked equity" }).getByText(/\d,\d{3}\.\d{2}/).waitFor();
    await page.getByText("Today").waitFor();
    await page.getByText("Since opening").waitFor();
  },

  "every column is filled": async ({ page }) => {
    for (const name of ["Last trades", "Strategies", "Regime of each symbol", "Latencies"]) {
      const table = page.getByRole("table", { name });
      const cells = await table.getByRole("row").nth(1).getByRole("cell").allInnerTexts();
      check(cells.length >= 4 && cells.every((each) => each.trim() !== ""), `${name}: ${cells.join(" | ")}`);
    }
  },

  "the range of the curve is kept in the address": async ({ page }) => {
    await page.getByRole("radio", { name: "1 day" }).click();
    await page.waitForURL(/range=1d/);
    await page.getByRole("img", { name: /Equity curve of \d+ points/ }).waitFor();
    await page.reload();
    await page.getByRole("radio", { name: "1 day", checked: true }).waitFor();
    await page.getByRole("radio", { name: "All" }).click();
    await page.waitForURL((url) => !url.search.includes("range"));
  },

  "cards lead to their pages": async (journey) => {
    const { page } = journey;
    for (const [link, heading] of [["All positions", "Positions"], ["All trades", "Trades"], ["All strategies", "Strategies"]]) {
      await page.getByRole("main").getByRole("link", { name: link }).click();
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await page.goBack();
      await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    }
  },

  "looks right": async (journey) => {
    await journey.looks("overview");
  },
};
