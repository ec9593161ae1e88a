// The Safety page: stop, resume with a reason, close everything to the end, and what is told of it.
import { check } from "../journey.mjs";

const state = (page, name) =>
  page.getByRole("status", { name: "Trading state", exact: true }).getByText(name).waitFor();
const button = (page, name) => page.getByRole("button", { name, exact: true });

export default {
  "tells state, protection and health": async (journey) => {
    const { page } = journey;
    await journey.open("Safety");
    for (const name of ["Trading state", "Protection of each position", "History of the trading state", "Last close-all", "Orders that can still fill", "Alerts", "Components"]) {
      await page.getByRole("region", { name, exact: true }).waitFor();
    }
    const parts = page.getByRole("region", { name: "Components" }).getByRole("listitem");
    check((await parts.count()) >= 3, "engine, storage and data are not all told");
  },

  "looks right": async (journey) => {
    await journey.looks("safety");
  },

  "stop in two steps, from any page": async (journey) => {
    const { page } = journey;
    await journey.open("Trades");
    await button(page, "Stop").click();
    const dialog = page.getByRole("dialog", { name: "Stop trading now?" });
    await dialog.getByLabel("Reason (optional)").fill("end-to-end check");
    await journey.shot("stop-dialog");
    await dialog.getByRole("button", { name: "Stop trading" }).click();
    const done = page.getByRole("dialog", { name: "Trading is stopped" });
    await done.waitFor();
    await journey.shot("stop-result");
    await done.getByRole("button", { name: "Done" }).click();
    await state(page, "Halted");
    await page.getByRole("region", { name: "Trading is restrained" }).waitFor();
    await page.getByRole("region", { name: "State of everything" }).getByText(/end-to-end check/).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await journey.fits();
    await journey.shot("phone-halted");
    await page.setViewportSize({ width: 1440, height: 900 });
  },

  "the stop raises an alert, which a person acknowledges": async (journey) => {
    const { page } = journey;
    await page.getByRole("button", { name: /^Alerts, [1-9]\d* open/ }).click();
    const centre = page.getByRole("dialog", { name: "Alerts" });
    await centre.getByText("Trading is stopped").first().waitFor();
    await journey.shot("alert-centre");
    await centre.getByRole("button", { name: "Acknowledge: Trading is stopped" }).click();
    const ack = page.getByRole("dialog", { name: "Acknowledge the alert" });
    await ack.getByLabel("Note (optional)").fill("it is a drill");
    await ack.getByRole("button", { name: "Acknowledge" }).click();
    await ack.waitFor({ state: "hidden" });
    await centre.getByText(/it is a drill/).waitFor();
    await centre.getByRole("button", { name: "Done" }).click();
  },

  "resume wants a reason": async (journey) => {
    const { page } = journey;
    await button(page, "Resume").click();
    const dialog = page.getByRole("dialog", { name: "Resume trading" });
    const go = dialog.getByRole("button", { name: "Resume trading" });
    await dialog.getByLabel("Reason").waitFor();
    check(await go.isDisabled(), "resume is open without a reason");
    const checks = dialog.getByRole("region", { name: "Before you resume" });
    check((await checks.getByText("passed", { exact: true }).count()) > 0, "the checklist is empty");
    await journey.shot("resume");
    await dialog.getByLabel("Reason").fill("end-to-end check is over");
    await go.click();
    await dialog.waitFor({ state: "hidden" });
    await state(page, "Active");
  },

  "the history says who, why and for how long": async (journey) => {
    const { page, settings } = journey;
    await journey.open("Safety");
    const history = page.getByRole("table", { name: "History of the trading state" });
    const row = history.getByRole("row").filter({ hasText: "end-to-end check" });
    await row.filter({ hasText: "Halted" }).filter({ hasText: settings.user }).first().waitFor();
    await row.filter({ hasText: "until now" }).first().waitFor();
  },

  "close all shows its plan, wants a word, and tells what became of each position": async (journey) => {
    const { page } = journey;
    await journey.open("Safety");
    await button(page, "Close all positions").click();
    const dialog = page.getByRole("dialog", { name: "Sell every position?" });
    const sell = dialog.getByRole("button", { name: "Sell everything" });
    await dialog.getByText(/Valid until/).waitFor();
    await dialog.getByLabel("Reason").fill("end-to-end check");
    await dialog.getByLabel("Type CLOSE to confirm").fill("close");
    check(await sell.isDisabled(), "close all is open without the word");
    await dialog.getByLabel("Type CLOSE to confirm").fill("CLOSE");
    await journey.shot("close-all-plan");
    const report = page.getByRole("dialog", { name: "Close all", exact: true });
    const anew = dialog.getByText("The world has moved on");
    await sell.click();
    // The market moves on: the daemon may ask to look at a new plan first.
    for (let tries = 0; tries < 5 && !(await report.isVisible()); tries += 1) {
      await Promise.race([report, anew].map((each) => each.waitFor({ timeout: 60_000 })));
      // What is at work already ends in the report and can't be pressed.
      if (!(await report.isVisible())) await Promise.race([sell.click(), report.waitFor()]);
    }
    await report.getByText(/Everything is sold|No position was open/).first().waitFor({ timeout: 60_000 });
    await journey.shot("close-all-report");
    await report.getByRole("button", { name: "Done", exact: true }).click();
    await state(page, "Halted");
    await page.getByRole("region", { name: "Last close-all" }).getByText(/Everything is sold|No position/).first().waitFor();
    await page.getByRole("region", { name: "Protection of each position" }).getByText("No open position").waitFor();
    await journey.shot("safety-after-close-all", true);
  },

  "trading goes on afterwards": async ({ page }) => {
    await button(page, "Resume").click();
    const dialog = page.getByRole("dialog", { name: "Resume trading" });
    await dialog.getByLabel("Reason").fill("flat and checked");
    await dialog.getByRole("button", { name: "Resume trading" }).click();
    await dialog.waitFor({ state: "hidden" });
    await state(page, "Active");
  },
};
