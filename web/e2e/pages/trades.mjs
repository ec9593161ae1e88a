// Closed trades: filled columns, filters in the address, one in full, and a file that is the ledger.
import { readFileSync } from "node:fs";
import { check } from "../journey.mjs";
import { askDaemon } from "../rpc.mjs";

let ask;

/** Every trade the daemon has, in pages. */
async function allTrades(filter = {}) {
  const trades = [];
  let pageToken = "";
  do {
    const answer = await ask("TradeService").listTrades({ ...filter, pageSize: 500, pageToken });
    trades.push(...answer.trades);
    pageToken = answer.nextPageToken;
  } while (pageToken !== "");
  return trades;
}

/** Decimal texts added as decimals. */
function sum(texts) {
  const PLACES = 12;
  return texts.reduce((total, text) => {
    const [whole, fraction = ""] = text.replace("-", "").split(".");
    const units = BigInt(whole + fraction.padEnd(PLACES, "0"));
    return text.startsWith("-") ? total - units : total + units;
  }, 0n);
}

function rowsOf(csv) {
  const [heading, ...lines] = csv.trim().split(/\r?\n/);
  const names = heading.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, at) => [names[at], cell])));
}

async function download(page, button) {
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  return readFileSync(await (await coming).path(), "utf8");
}

const table = (page) => page.getByRole("table", { name: "Closed trades" });

export default {
  "every column is filled": async (journey) => {
    const { page } = journey;
    ask = await askDaemon(journey.settings);
    await journey.open("Trades");
    const rows = table(page).getByRole("row");
    await rows.nth(1).waitFor();
    const count = Math.min(20, await rows.count());
    for (let at = 1; at < count; at += 1) {
      const cells = await rows.nth(at).getByRole("cell").allInnerTexts();
      const blank = cells.filter((text) => text.trim() === "" || text.trim() === "–");
      check(cells.length === 12 && blank.length === 0, `blank cells: ${JSON.stringify(cells)}`);
    }
    const { total } = await ask("TradeService").listTrades({ pageSize: 1 });
    check(total > 0n, "the daemon has no trade");
    await journey.looks("trades");
  },
  "no hole is in view after a phone's width": async ({ page }) => {
    await table(page).evaluate(async (element) => {
      const frame = element.parentElement;
      const drawn = () => [...element.querySelectorAll("tbody tr[aria-rowindex]")];
      const filled = () =>
        drawn().length === Number(element.getAttribute("aria-rowcount")) ||
        (drawn().at(-1)?.getBoundingClientRect().bottom ?? 0) >= frame.getBoundingClientRect().bottom;
      const until = Date.now() + 2_000;
      while (!filled()) {
        if (Date.now() > until) throw new Error(`only ${drawn().length} rows are drawn`);
        await new Promise((done) => requestAnimationFrame(done));
      }
    });
  },
  "a filter is in the address and stays over a reload": async (journey) => {
    const { page } = journey;
    const [{ symbol }] = (await ask("TradeService").listTrades({ pageSize: 1 })).trades;
    await page.getByLabel("Symbol").selectOption(symbol);
    await page.waitForURL((url) => url.searchParams.get("symbol") === symbol);
    await page.reload();
    await table(page).getByRole("row").nth(1).waitFor();
    const shown = await table(page).getByRole("row").allInnerTexts();
    check(shown.slice(1).every((text) => text.trim() === "" || text.includes(symbol)), "other symbols are shown");
    await page.getByRole("button", { name: "Clear filters" }).click();
  },
  "it is sorted by the daemon, over all pages": async (journey) => {
    const { page } = journey;
    const heading = page.getByRole("columnheader", { name: /^Profit(?! %)/ });
    await heading.getByRole("button").click();
    await page.waitForURL((url) => url.searchParams.get("sort") === "PROFIT");
    const sorted = (await allTrades()).toSorted((a, b) => Number(b.profit) - Number(a.profit));
    const best = Number(sorted[0].profit).toFixed(2);
    await table(page).getByRole("row").nth(1).getByText(best).first().waitFor();
    await heading.getByRole("button").click();
    const worst = Number(sorted.at(-1).profit).toFixed(2).replace("-", "\u2212");
    await table(page).getByRole("row").nth(1).getByText(worst).first().waitFor();
    await page.goto(new URL("/trades", page.url()).href);
    await table(page).getByRole("row").nth(1).waitFor();
  },
  "the sums are those of the ledger": async ({ page }) => {
    const answer = await ask("TradeService").listTrades({ pageSize: 1 });
    const trades = await allTrades();
    const off = sum([answer.sumProfit]) - sum(trades.map((each) => each.profit));
    check((off < 0n ? -off : off) <= BigInt(trades.length + 3) * 10n ** 12n, `the sum is off by ${off}`);
    const shown = page.getByRole("region", { name: "Closed trades" }).first().locator("dl");
    check((await shown.innerText()).includes(String(answer.total).slice(0, 2)), "the count is not shown");
  },
  "one trade in full": async (journey) => {
    const { page } = journey;
    await table(page).getByRole("button", { name: /^Details of trade/ }).first().click();
    const drawer = page.getByRole("dialog", { name: /^Trade \d+$/ });
    await drawer.getByRole("table", { name: "Shares of strategies" }).waitFor();
    await drawer.getByRole("table", { name: "Orders filled in its time" }).getByRole("link").first().waitFor();
    await journey.shot("trade-detail");
    await journey.accessible("one trade");
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "hidden" });
  },
  "the exported file is the ledger": async (journey) => {
    const { page } = journey;
    const exported = rowsOf(await download(page, "Export CSV"));
    const trades = await allTrades();
    const known = new Map(trades.map((each) => [String(each.id), each]));
    // Trades may have been closed between the file and the list.
    const late = trades.length - exported.length;
    check(exported.length > 0 && late >= 0 && late < 50, `${exported.length} rows of ${trades.length}`);
    const same = exported.map((row) => known.get(row.id));
    check(same.every((each) => each !== undefined), "a row that is no trade");
    for (const column of ["profit", "fees"]) {
      const file = sum(exported.map((row) => row[column]));
      const off = file - sum(same.map((each) => each[column]));
      // The list is rounded to the eighth place, the file is exact.
      const rounding = BigInt(exported.length) * 5_000n;
      check((off < 0n ? -off : off) <= rounding, `${column} differs in sum by ${off}`);
    }
    const ndjson = (await download(page, "Export JSON")).trim().split("\n").map((line) => JSON.parse(line));
    check(ndjson.length >= exported.length, `${ndjson.length} JSON rows`);
  },
};
