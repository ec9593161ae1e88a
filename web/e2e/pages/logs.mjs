// The log: what is kept, what comes, what is looked for.
import { readFileSync } from "node:fs";
import { check } from "../journey.mjs";
import { askDaemon } from "../rpc.mjs";

const state = { ask: undefined };
let made = 0;
const log = (page) => page.getByRole("log", { name: "Log lines" });

/** Something that the daemon logs. */
async function makeALine() {
  const { settings } = await state.ask("SettingsService").listSettings({ prefix: "risk.assumed_fee_pct" });
  const value = settings[0].value === "0.2" ? "0.1" : "0.2";
  await state.ask("SettingsService").updateSettings({
    assignments: [{ key: "risk.assumed_fee_pct", value }],
    requestId: `e2e-logs-${process.pid}-${Date.now()}-${(made += 1)}`,
  });
}

export default {
  "lines come by themselves, and stop while paused": async (journey) => {
    const { page } = journey;
    state.ask ??= await askDaemon(journey.settings);
    await journey.open("Logs");
    await log(page).getByRole("listitem").first().waitFor();
    await makeALine();
    await log(page).getByText("settings changed").last().waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await makeALine();
    await page.getByText(/^Paused; [1-9]\d* new lines?$/).waitFor();
    await page.getByRole("button", { name: "Follow" }).click();
    await page.getByText(/lines, following$/).waitFor();
    await journey.looks("logs");
  },
  "a level, a module and a search narrow it; what is shown is saved": async (journey) => {
    const { page } = journey;
    await page.getByRole("radio", { name: "Info" }).click();
    await page.getByLabel("Module begins with").fill("tradingd::trader");
    await page.getByLabel("Search in what is shown").fill("settings changed");
    await page.waitForFunction(() => {
      const lines = [...document.querySelectorAll('[role="log"] li')].map((each) => each.textContent ?? "");
      return lines.length > 0 && lines.every((text) => text.includes("settings changed") && text.includes("tradingd::trader"));
    });
    check(/level=INFO/.test(page.url()) && /module=/.test(page.url()), "the filter is not in the address");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    const lines = readFileSync(await download.path(), "utf8").trim().split("\n");
    check(lines.length > 0 && lines.every((line) => line.includes("settings changed")), `the file is ${lines.slice(0, 3)}`);
    await page.getByLabel("Search in what is shown").fill("no such line anywhere");
    await page.getByText("Nothing of what is here contains this text.").waitFor();
  },
};
