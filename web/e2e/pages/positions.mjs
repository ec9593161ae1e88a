// Open positions: everything in the table is there and true, a stop that is moved acts, a part and
// then all of a position is sold.
import { check } from "../journey.mjs";
import { askDaemon } from "../rpc.mjs";
import { haltTrading, resumeTrading, whenHolding } from "../trading.mjs";

const table = (page) => page.getByRole("table", { name: "Open positions" });
const rowOf = (page, symbol) => table(page).getByRole("row").filter({ hasText: symbol });
const state = { ask: undefined, symbol: "" };

async function position() {
  const { positions } = await state.ask("PositionService").listPositions({ symbol: state.symbol });
  return positions[0];
}

/** Something is held and no strategy can sell it meanwhile. */
async function hold(journey) {
  state.ask ??= await askDaemon(journey.settings);
  state.symbol = await whenHolding(state.ask, () => haltTrading(state.ask));
}

async function fillAndSend(dialog, button) {
  await dialog.getByLabel("Reason").fill("end-to-end check");
  await dialog.getByRole("button", { name: button, exact: true }).click();
  await dialog.waitFor({ state: "hidden", timeout: 20_000 });
}

async function opened(page, name, title) {
  await rowOf(page, state.symbol).getByRole("button", { name }).click();
  const dialog = page.getByRole("dialog", { name: title });
  await dialog.waitFor();
  return dialog;
}

export default {
  "every column is filled and true": async (journey) => {
    const { page } = journey;
    await hold(journey);
    await journey.open("Positions");
    const row = rowOf(page, state.symbol);
    await row.waitFor();
    const cells = await row.getByRole("cell").allInnerTexts();
    const blank = cells.filter((text) => text.trim() === "" || text.trim() === "–");
    check(blank.length === 0, `blank cells in ${JSON.stringify(cells)}`);
    const held = await position();
    check(cells.join(" ").includes(held.quantity), `no quantity ${held.quantity} in ${cells}`);
    const strategy = held.lots[0].strategy.replaceAll("_", " ");
    check(cells.join(" ").toLowerCase().includes(strategy), `its strategy ${strategy} is missing in ${cells}`);
    await journey.looks("positions");
  },
  "a stop is checked as it is typed, and moved": async (journey) => {
    const { page } = journey;
    const dialog = await opened(page, /^Edit stop/, `Stop and targets of ${state.symbol}`);
    const before = await position();
    const stop = dialog.getByLabel("Stop", { exact: true });
    await stop.fill("not a price");
    await dialog.getByText("A price above 0").waitFor();
    await stop.fill(String(Number(before.markPrice) * 2));
    await dialog.getByText("must be below the mark").waitFor();
    const tenth = before.stopPrice.length - 1;
    const last = before.stopPrice.at(tenth) === "1" ? "2" : "1";
    const wanted = before.stopPrice.slice(0, tenth) + last;
    await stop.fill(wanted);
    await dialog.getByRole("table", { name: "What would change" }).getByText(wanted).waitFor();
    await journey.shot("positions-edit-stop");
    await dialog.getByLabel("Reason (optional)").fill("end-to-end check");
    await dialog.getByRole("button", { name: "Move levels" }).click();
    await dialog.waitFor({ state: "hidden" });
    await rowOf(page, state.symbol).getByText("set by hand").waitFor();
    const after = await position();
    check(Number(after.stopPrice) === Number(wanted), `the stop is ${after.stopPrice}, not ${wanted}`);
  },
  "a part is closed": async (journey) => {
    const { page } = journey;
    const before = await position();
    const dialog = await opened(page, /^Close/, `Close ${state.symbol}`);
    await dialog.getByRole("radio", { name: "Quantity" }).click();
    await dialog.getByLabel("Quantity to sell").fill("999999");
    await dialog.getByText("More than is held").waitFor();
    await dialog.getByRole("radio", { name: "50 %" }).click();
    await dialog.getByRole("table", { name: "Orders that would leave" }).waitFor();
    await journey.shot("positions-close-part");
    await fillAndSend(dialog, "Close this part");
    await page.getByRole("status").getByText(`${state.symbol} sold at`).waitFor();
    const after = await position();
    check(Number(after.quantity) < Number(before.quantity), "nothing was sold");
    const half = Math.abs(Number(after.quantity) / Number(before.quantity) - 0.5);
    check(half < 0.02, `${after.quantity} is left of ${before.quantity}`);
  },
  "all of it is closed": async (journey) => {
    const { page } = journey;
    const dialog = await opened(page, /^Close/, `Close ${state.symbol}`);
    await fillAndSend(dialog, "Close all of it");
    await rowOf(page, state.symbol).waitFor({ state: "hidden" });
    check((await position()) === undefined, `${state.symbol} is still held`);
    const { trades } = await state.ask("TradeService").listTrades({ symbol: state.symbol, pageSize: 1 });
    check(trades[0]?.exitReason === 9, `the trade was left by ${trades[0]?.exitReason}`);
    await resumeTrading(state.ask);
  },
  "a stop near the price acts": async (journey) => {
    const { page } = journey;
    await hold(journey);
    await rowOf(page, state.symbol).waitFor();
    for (let tries = 0; (await position()) !== undefined && tries < 8; tries += 1) {
      const edit = rowOf(page, state.symbol).getByRole("button", { name: /^Edit stop/ });
      if (!(await edit.isVisible())) break;
      const dialog = await opened(page, /^Edit stop/, `Stop and targets of ${state.symbol}`);
      const { markPrice } = (await position()) ?? { markPrice: "" };
      const places = (markPrice.split(".")[1] ?? "").length;
      await dialog
        .getByLabel("Stop", { exact: true })
        .fill((Number(markPrice) * 0.9995).toFixed(places));
      // The price may have gone below what was typed; then the next try is nearer.
      const go = dialog.getByRole("button", { name: "Move levels" });
      await go.click({ timeout: 3_000 }).catch(() => {});
      await dialog.waitFor({ state: "hidden", timeout: 3_000 }).catch(() => page.keyboard.press("Escape"));
      await page.waitForTimeout(2_000);
    }
    await rowOf(page, state.symbol).waitFor({ state: "hidden", timeout: 60_000 });
    const { trades } = await state.ask("TradeService").listTrades({ symbol: state.symbol, pageSize: 1 });
    check([1, 7, 8].includes(trades[0]?.exitReason), `the trade was left by ${trades[0]?.exitReason}`);
    await resumeTrading(state.ask);
  },
};
