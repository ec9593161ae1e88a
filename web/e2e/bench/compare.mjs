// Whether the page shows what the daemon holds: read by role from what is on screen, page by page,
// without loading anything anew, and compared row by row.
const join = (values) => values.join(" | ");
const textsOf = (rows) => rows.map((row) => row.map((cell) => cell.trim()));

/** The cells of a table, with the names of its columns. */
async function readTable(page, name) {
  const table = page.getByRole("table", { name, exact: true });
  await table.waitFor();
  const cells = (of) => table.evaluate((element, role) => {
    const rows = [...element.querySelectorAll("tbody tr")].filter((row) => !row.hasAttribute("aria-hidden"));
    const from = role === "columnheader" ? [element.querySelector("thead tr")] : rows;
    return from.map((row) => [...row.children].map((cell) => cell.textContent));
  }, of);
  const [names] = textsOf(await cells("columnheader"));
  const rows = textsOf(await cells("row"));
  return { rows, column: (of) => rows.map((row) => row[names.findIndex((each) => each.startsWith(of))] ?? "") };
}

async function openPage(page, name) {
  await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
}

/** Reads again until it is so, for what the page asks for a second after a record. */
async function settles(read, expected) {
  let seen;
  for (let turn = 0; turn < 25; turn += 1) {
    seen = await read();
    if (seen === expected) return undefined;
    await new Promise((done) => setTimeout(done, 200));
  }
  return `shows "${seen}", the daemon says "${expected}"`;
}

/** The sequence that the page's newest status carries. */
async function journalShown(page) {
  await page.getByRole("button", { name: "Account: ada" }).click();
  await page.getByRole("menuitem", { name: "About this daemon" }).click();
  const dialog = page.getByRole("dialog", { name: "About this daemon" });
  const shown = dialog.getByRole("term").filter({ hasText: /^Journal/ }).locator("xpath=following-sibling::dd[1]");
  const text = await shown.innerText();
  await dialog.getByRole("button", { name: "Close" }).click();
  return text;
}

/** Every difference between what is shown and what the daemon holds, in words. */
export async function differences(page, { daemon, code, closed }) {
  const found = [];
  const check = async (what, read, expected) => {
    const wrong = await settles(read, expected);
    if (wrong) found.push(`${what} ${wrong}`);
  };
  const column = async (table, name) => join((await readTable(page, table)).column(name));
  const money = (value) => code.formatMoney(value, true);
  const portfolio = daemon.market.portfolio();
  const positions = daemon.market.positions();

  await check("the journal", () => journalShown(page), String(daemon.sequence));
  const equity = page.getByRole("group", { name: "Marked equity" });
  await check("equity", async () => (await equity.innerText()).split(/\s/)[0], code.formatMoney(portfolio.equity));
  const last = daemon.trades.slice(0, 6).map(({ profit }) => money(profit));
  await check("last trades", async () => join((await readTable(page, "Last trades")).column("Profit").map((cell) => cell.split(" ")[0])), join(last));

  await openPage(page, "Orders");
  await check("sizes of open orders", () => column("Open orders", "Size"), join(daemon.openOrders.map(({ quantity }) => code.formatQuantity(quantity))));
  await check("what is filled of them", () => column("Open orders", "Filled"), join(daemon.openOrders.map(({ filledQuantity }) => code.formatQuantity(filledQuantity))));

  await openPage(page, "Positions");
  await check("positions", () => column("Open positions", "Symbol").then((text) => text.replaceAll("Orders", "")), join(positions.map(({ symbol }) => symbol)));
  const begin = (table, name) => async () => join((await readTable(page, table)).column(name).map((cell) => /^[\d.,]+/.exec(cell)?.[0] ?? cell));
  await check("their marks", begin("Open positions", "Mark"), join(positions.map(({ markPrice }) => code.formatPrice(markPrice))));
  const stops = async () => join((await readTable(page, "Open positions")).column("Stop").map((cell) => /^[\d,]+\.\d\d/.exec(cell)?.[0] ?? cell));
  await check("their stops", stops, join(positions.map(({ stopPrice }) => code.formatPrice(stopPrice))));

  await openPage(page, "Trades");
  const card = page.getByRole("region", { name: "Closed trades" }).first();
  await check("the number of trades", async () => (/ of (\d+)/.exec(await card.innerText()) ?? [])[1], String(closed));
  const rows = async () => join((await readTable(page, "Closed trades")).column("Profit").slice(0, 10));
  await check("the newest trades", rows, join(daemon.trades.slice(0, 10).map(({ profit }) => money(profit))));
  return found;
}
