// Limits and figures of risk: all of them are there, and they say what the daemon says.
import { check } from "../journey.mjs";
import { askDaemon } from "../rpc.mjs";

let ask;

export default {
  "every limit is a gauge that leads to its setting": async (journey) => {
    const { page } = journey;
    ask = await askDaemon(journey.settings);
    await journey.open("Risk");
    await page.getByRole("list", { name: "Limits of the account" }).waitFor();
    const { limits } = await ask("RiskService").listLimits({});
    const gauges = await page.getByRole("meter").count();
    const wanted = limits.filter((each) => !each.off && each.usedPct !== "").length;
    check(gauges === wanted, `${gauges} gauges for ${wanted} limits`);
    const drawdown = page.getByRole("listitem").filter({ hasText: "Drawdown" });
    const { limit, setting } = limits.find((each) => each.check === "max_drawdown");
    check((await drawdown.innerText()).includes(`${Number(limit).toFixed(2)} %`), "another limit than the daemon's");
    const link = drawdown.getByRole("link", { name: setting });
    check((await link.getAttribute("href")).includes(`key=${setting}`), "it leads to no setting");
  },
  "figures are the daemon's": async (journey) => {
    const { page } = journey;
    const { symbols, correlations } = await ask("RiskService").getRiskFigures({});
    const rows = page.getByRole("table", { name: "Volatility per symbol" }).getByRole("row");
    check((await rows.count()) === symbols.length + 1, "not one row a symbol");
    for (const { symbol } of symbols) {
      const cells = await rows.filter({ hasText: symbol }).getByRole("cell").allInnerTexts();
      check(cells.every((text) => text.trim() !== ""), `a blank figure of ${symbol}: ${cells}`);
    }
    const map = page.getByRole("table", { name: "Correlation of returns" });
    const figures = (await map.getByRole("cell").allInnerTexts()).map(Number);
    check(figures.length === symbols.length ** 2, `${figures.length} correlations`);
    const shown = figures.filter((each) => each !== 1).length;
    check(shown >= correlations.filter((each) => each.value !== undefined).length, "correlations are missing");
    await journey.looks("risk");
  },
};
