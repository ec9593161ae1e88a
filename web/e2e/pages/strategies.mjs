// Strategies: what each earned, and its switch, with the question that comes when positions are open.
import { check } from "../journey.mjs";

const cards = (page) => page.getByRole("region").filter({ has: page.getByText("Parameters", { exact: true }) });

export default {
  "every strategy has a card with figures": async (journey) => {
    const { page } = journey;
    await journey.open("Strategies");
    await page.getByRole("table", { name: "Comparison" }).waitFor();
    const count = await cards(page).count();
    const rows = await page.getByRole("table", { name: "Comparison" }).locator("tbody tr").count();
    check(count > 0 && count === rows, `${count} cards, ${rows} rows of comparison`);
    const blank = await page.getByRole("table", { name: / by symbol$/ }).locator("td").evaluateAll(
      (cells) => cells.filter((each) => each.textContent?.trim() === "").length,
    );
    check(blank === 0, `${blank} blank cells`);
    await page.getByRole("img", { name: /^Running profit of / }).first().waitFor();
  },

  "the best comes first": async ({ page }) => {
    const profits = await page.getByRole("table", { name: "Comparison" }).locator('td[data-label="Profit"]').allInnerTexts();
    const values = profits.map((each) => Number(each.replace("−", "-").replaceAll(",", "")));
    check(values.every((each, at) => at === 0 || each <= values[at - 1]), `not in order: ${profits.join(" ")}`);
  },

  "switched off with an open position, the guard asks": async (journey) => {
    const { page } = journey;
    // A strategy that owns something; positions come and go, so wait for one.
    const holding = cards(page).filter({ hasText: "holds" }).filter({ has: page.getByRole("switch", { checked: true }) });
    await holding.first().waitFor({ timeout: 90_000 });
    const toggle = holding.first().getByRole("switch");
    const name = await toggle.getAttribute("aria-label");
    await toggle.click();
    const dialog = page.getByRole("dialog", { name: /^Switch off .* anyway\?$/ });
    const its = (checked) => page.getByRole("switch", { name, exact: true, checked });
    // What it held may be sold by the time of the click; then it is off without a question.
    await Promise.race([dialog.waitFor(), its(false).and(page.locator(":enabled")).waitFor()]);
    if (await dialog.isVisible()) {
      await dialog.getByText(/It owns \d+ open position/).waitFor();
      await dialog.getByRole("table", { name: "What would change" }).waitFor();
      await journey.shot("strategies-guard");
      const anyway = dialog.getByRole("button", { name: "Switch off anyway" });
      await anyway.click();
      // What it holds may change under the question; then there is a new plan to confirm.
      const anew = dialog.getByText("The world has moved on");
      await Promise.race([dialog.waitFor({ state: "hidden" }), anew.waitFor()]);
      if (await anew.isVisible()) await anyway.click();
      await dialog.waitFor({ state: "hidden" });
    }
    await its(false).waitFor();
    await its(false).click();
    await its(true).and(page.locator(":enabled")).waitFor();
  },

  "parameters are there to read": async ({ page }) => {
    await page.getByText("Parameters", { exact: true }).first().click();
    await page.getByRole("table", { name: /^Parameters of / }).first().waitFor();
    await page.getByRole("link", { name: /in Settings$/ }).first().waitFor();
  },

  "looks right": async (journey) => {
    await journey.looks("strategies");
  },
};
