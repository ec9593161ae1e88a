// Settings: what the registry says is what is shown; a change is checked, shown, saved, seen to act,
// found in the history and undone.
import { check } from "../journey.mjs";
import { askDaemon } from "../rpc.mjs";

const KEY = "risk.max_concurrent_positions";
const other = "risk.max_orders_per_minute";
const CHECK = "max_concurrent_positions";
const state = { ask: undefined, before: "" };
const ids = { next: 0 };
const requestId = () => `e2e-settings-${process.pid}-${Date.now()}-${(ids.next += 1)}`;

const field = (page, key) => page.getByRole("textbox", { name: key, exact: true });
const section = (page, name) =>
  page.getByRole("navigation", { name: "Section" }).getByRole("button", { name: new RegExp(`^${name}`) });

async function settings(prefix = "") {
  const answer = await state.ask("SettingsService").listSettings({ prefix });
  return answer.settings;
}

async function valueOf(key) {
  const [setting] = await settings(key);
  return setting.value;
}

async function save(page, reason) {
  await page.getByRole("button", { name: "Review and save" }).click();
  const dialog = page.getByRole("dialog", { name: "Save these changes?" });
  await dialog.getByRole("table", { name: "What would change" }).waitFor();
  await dialog.getByLabel("Reason (optional)").fill(reason);
  return dialog;
}

/** A decision that this setting has turned away, with the new limit in it. */
async function denialBy(limit, withinMs = 240_000) {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    const { decisions } = await state.ask("DecisionService").listDecisions({ pageSize: 200 });
    const found = decisions
      .flatMap((each) => each.risk)
      .find((each) => each.check === CHECK && !each.passed && each.limit === limit);
    if (found) return;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`no entry was denied by ${CHECK} at ${limit}`);
}

export default {
  "every setting is there with the daemon's value": async (journey) => {
    const { page } = journey;
    state.ask ??= await askDaemon(journey.settings);
    await journey.open("Settings");
    const all = await settings();
    await page.getByRole("searchbox").fill(".");
    await page.getByRole("heading", { level: 3, name: "risk.sizing" }).waitFor();
    const shown = await page.getByRole("main").getByRole("heading", { level: 3 }).allInnerTexts();
    const dotted = all.map((each) => each.key);
    check(dotted.every((key) => shown.includes(key)), `missing: ${dotted.filter((key) => !shown.includes(key))}`);
    for (const setting of await settings("execution.")) {
      const input = field(page, setting.key).or(page.getByRole("combobox", { name: setting.key, exact: true }));
      const value = await input.inputValue();
      check(value === setting.value, `${setting.key} shows ${value}, the daemon has ${setting.value}`);
    }
    const rows = await page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 3 }) }).allInnerTexts();
    const dull = rows.filter((text) => !/Acts at once|At the next start/.test(text) || text.split("\n").length < 4);
    check(dull.length === 0, `rows without their marks: ${dull.join(" | ")}`);
    await page.getByRole("searchbox").fill("");
  },
  "what is wrong is said beside its field": async (journey) => {
    const { page } = journey;
    await section(page, "Risk").click();
    await field(page, "risk.max_drawdown_pct").fill("200");
    await page.getByText("Out of range (above 0, up to 100).").waitFor();
    await section(page, "Strategy: ma_crossover").click();
    await field(page, "strategies.ma_crossover.short_period").fill("60");
    await page.getByText("must be below long_period").waitFor();
    check(await page.getByRole("button", { name: "Review and save" }).isDisabled(), "a fault can be saved");
    await page.getByText("2 unsaved changes · 2 are not allowed").waitFor();
    await journey.shot("settings-faults");
    await page.getByRole("button", { name: "Discard" }).click();
  },
  "a link opens and focuses one setting": async (journey) => {
    const { page } = journey;
    await page.goto(`${journey.settings.url}/settings?key=${KEY}`);
    await field(page, KEY).waitFor();
    await page.waitForFunction(
      (key) => document.activeElement?.getAttribute("aria-labelledby") === `s-${key}`,
      KEY,
    );
  },
  "a change is shown before it is saved, and acts": async (journey) => {
    const { page } = journey;
    state.before = await valueOf(KEY);
    if (state.before === "1") {
      await state.ask("SettingsService").updateSettings({ assignments: [{ key: KEY, value: "5" }], requestId: requestId() });
      state.before = "5";
      await page.reload();
    }
    await field(page, KEY).fill("1");
    const dialog = await save(page, "end-to-end check");
    const row = dialog.getByRole("row").filter({ hasText: KEY });
    await row.getByText(`${state.before} positions`).waitFor();
    await row.getByText("1 positions").waitFor();
    await journey.shot("settings-review");
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    check((await valueOf(KEY)) === "1", "the daemon does not have the change");
    await denialBy("1");
  },
  "somebody else was faster": async (journey) => {
    const { page } = journey;
    const theirs = (await valueOf(other)) === "55" ? "60" : "55";
    await field(page, other).fill("50");
    const dialog = await save(page, "end-to-end check");
    await state.ask("SettingsService").updateSettings({ assignments: [{ key: other, value: theirs }], requestId: requestId() });
    await dialog.getByText(`has set ${other} to ${theirs} meanwhile`).waitFor();
    await journey.shot("settings-conflict");
    await dialog.getByRole("button", { name: "Take theirs" }).click();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    check((await field(page, other).inputValue()) === theirs, "their value is not shown");
  },
  "leaving with unsaved changes asks": async (journey) => {
    const { page } = journey;
    await field(page, KEY).fill("3");
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Logs" }).click();
    const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
    await dialog.getByRole("button", { name: "Stay here" }).click();
    await journey.shot("settings-unsaved");
    await page.getByRole("button", { name: "Discard" }).click();
  },
  "the history has it, and undoes it": async (journey) => {
    const { page } = journey;
    await page.getByRole("tab", { name: "History" }).click();
    const { versions } = await state.ask("SettingsService").listSettingVersions({ key: KEY });
    const number = String(versions[0].version);
    const card = page.getByRole("region", { name: new RegExp(`^Version ${number}( \\(current\\))?$`) });
    await card.getByText("“end-to-end check”").waitFor();
    await card.getByText(journey.settings.user, { exact: true }).first().waitFor();
    await journey.looks("settings-history");
    await card.getByRole("button", { name: `Undo version ${number}` }).click();
    const dialog = page.getByRole("dialog", { name: `Undo version ${number}?` });
    await dialog.getByRole("row").filter({ hasText: KEY }).waitFor();
    await dialog.getByRole("button", { name: "Undo it" }).click();
    await dialog.waitFor({ state: "hidden" });
    check((await valueOf(KEY)) === state.before, "the undo did not put the value back");
  },
  "what differs from the defaults can be seen": async (journey) => {
    const { page } = journey;
    await page.getByRole("tab", { name: "Compare" }).click();
    const { changes } = await state.ask("SettingsService").diffSettings({});
    for (const { key, after } of changes) {
      await page.getByRole("row").filter({ hasText: key }).getByText(after).first().waitFor();
    }
    await page.getByRole("tab", { name: "Settings", exact: true }).click();
    await journey.looks("settings");
    await state.ask("SettingsService").updateSettings({ unset: [other], requestId: requestId() });
  },
};
