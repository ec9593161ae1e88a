// Orders: live ones and one taken back, everything there was, one in full, executions, a file.
// A limit order mostly fills at the next candle: it can be taken back in time where data runs at 60
// times the wall clock or slower.
import { readFileSync } from "node:fs";
import { check } from "../journey.mjs";
import { askDaemon } from "../rpc.mjs";
import { change } from "../trading.mjs";

let ask;
const CANCELLED = 6;

const table = (page, name) => page.getByRole("table", { name, exact: true });
const tab = (page, name) => page.getByRole("tab", { name, exact: true });

/** Takes the next entry back that waits for its price; false when it was filled before. */
async function cancelNext({ page }, withinMs) {
  const button = table(page, "Open orders").getByRole("button", { name: /^Cancel / }).first();
  await button.waitFor({ timeout: withinMs });
  const dialog = page.getByRole("dialog", { name: /^Cancel this order/ });
  try {
    const id = (await button.getAttribute("aria-label", { timeout: 500 })).replace("Cancel ", "");
    await button.click({ timeout: 1_000 });
    await dialog.getByRole("button", { name: "Take it back" }).click({ timeout: 3_000 });
    await dialog.waitFor({ state: "hidden", timeout: 3_000 });
    const { order } = await ask("OrderService").getOrder({ clientOrderId: id });
    return order.status === CANCELLED;
  } catch {
    await page.keyboard.press("Escape");
    return false;
  }
}

export default {
  "an order that rests is taken back": async (journey) => {
    const { page } = journey;
    ask = await askDaemon(journey.settings);
    await journey.open("Orders");
    const values = { "execution.entry_style": "limit", "execution.limit_timeout_seconds": "86400" };
    await change(ask, values);
    try {
      const until = Date.now() + 240_000;
      let done = false;
      while (!done && Date.now() < until) done = await cancelNext(journey, until - Date.now());
      check(done, "no order could be taken back in four minutes; is the data too fast?");
    } finally {
      await change(ask, {}, Object.keys(values));
    }
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  },
  "all orders are listed, narrowed down and one is opened": async (journey) => {
    const { page } = journey;
    await tab(page, "All").click();
    const all = table(page, "All orders");
    await all.getByRole("row").nth(1).waitFor();
    await journey.looks("orders");
    const { orders } = await ask("OrderService").listOrders({ pageSize: 100 });
    const filled = orders.find((each) => each.averagePrice !== "");
    await page.getByLabel("Symbol").selectOption(filled.symbol);
    await page.waitForURL((url) => url.searchParams.get("symbol") === filled.symbol);
    await all.getByRole("button", { name: `Details of ${filled.clientOrderId}` }).click();
    const drawer = page.getByRole("dialog", { name: `Order ${filled.clientOrderId}` });
    await drawer.getByRole("table", { name: "Fills" }).waitFor();
    const { timeline } = await ask("OrderService").getOrder({ clientOrderId: filled.clientOrderId });
    const steps = drawer.getByRole("region", { name: "Timeline" }).getByRole("listitem");
    check((await steps.count()) === timeline.length && timeline.length > 2, `${await steps.count()} of ${timeline.length} steps`);
    for (const { sequence } of timeline) await steps.filter({ hasText: `journal ${sequence}` }).first().waitFor();
    check(page.url().includes(filled.clientOrderId), "the order is not in the address");
    await journey.shot("order-detail");
    await journey.accessible("one order");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Clear filters" }).click();
  },
  "executions say what they cost": async (journey) => {
    const { page } = journey;
    await tab(page, "Executions").click();
    const rows = table(page, "Executions").getByRole("row");
    await rows.nth(1).waitFor();
    const cells = await rows.nth(1).getByRole("cell").allInnerTexts();
    check(cells.every((text) => text.trim() !== ""), `blank cells: ${cells}`);
    const { totals } = await ask("OrderService").listExecutions({ pageSize: 1 });
    const fees = page.getByRole("region", { name: "Executions" }).locator("dl").getByText(/^\d[\d,]*\.\d\d$/).last();
    const shown = Number((await fees.innerText()).replaceAll(",", ""));
    check(Math.abs(shown - Number(totals.fees)) < 25, `fees ${shown}, the daemon says ${totals.fees}`);
    await journey.looks("executions");
  },
  "the exported file has every order": async (journey) => {
    const { page } = journey;
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export CSV" }).click();
    const csv = readFileSync(await (await coming).path(), "utf8");
    const exported = csv.trim().split(/\r?\n/).length - 1;
    let orders = 0;
    let pageToken = "";
    do {
      const answer = await ask("OrderService").listOrders({ pageSize: 500, pageToken });
      orders += answer.orders.length;
      pageToken = answer.nextPageToken;
    } while (pageToken !== "");
    check(exported > 0 && orders >= exported && orders - exported < 100, `${exported} rows of ${orders}`);
    await tab(page, "Live").click();
  },
};
