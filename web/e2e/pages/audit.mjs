// The audit: who did what, before and after; new records as they come; the proof of the chain.
import { check } from "../journey.mjs";
import { askDaemon } from "../rpc.mjs";

const KEY = "risk.assumed_fee_pct";
/** AUDIT_TYPE_SETTINGS. */
const SETTINGS = 8;
const state = { ask: undefined };
let made = 0;

async function change(value) {
  await state.ask("SettingsService").updateSettings({
    assignments: [{ key: KEY, value }],
    reason: "end-to-end check",
    requestId: `e2e-audit-${process.pid}-${Date.now()}-${(made += 1)}`,
  });
}

const records = (page) => page.getByRole("table", { name: "Records" });
const rows = (page) => records(page).getByRole("row").filter({ has: page.getByRole("cell") });

/** Waits until the list begins with what the daemon says that this filter leaves. */
async function told(page, filter) {
  const { events, total } = await state.ask("AuditService").listEvents({ filter });
  await rows(page).first().filter({ hasText: String(events[0].sequence) }).waitFor();
  return total;
}

export default {
  "every column is filled": async (journey) => {
    const { page } = journey;
    state.ask ??= await askDaemon(journey.settings);
    await journey.open("Audit");
    await rows(page).first().waitFor();
    const cells = await rows(page).nth(1).getByRole("cell").allInnerTexts();
    check(cells.every((text) => text.trim() !== "" && text.trim() !== "–"), `blank cells in ${JSON.stringify(cells)}`);
    for (const name of ["Last record", "Last anchored record", "Last anchor"]) {
      await page.getByText(name, { exact: true }).waitFor();
    }
  },
  "a change is found, with before and after": async (journey) => {
    const { page } = journey;
    const { settings } = await state.ask("SettingsService").listSettings({ prefix: KEY });
    const before = settings[0].value;
    const after = before === "0.2" ? "0.3" : "0.2";
    await change(after);
    await page.getByLabel("Type", { exact: true }).selectOption({ label: "Settings" });
    await page.getByLabel("Text in event or details").fill("assumed_fee");
    await told(page, { types: [SETTINGS], text: "assumed_fee" });
    await page.getByRole("button", { name: "Settings changed" }).first().click();
    const dialog = page.getByRole("dialog", { name: /^Record \d+$/ });
    const row = dialog.getByRole("row").filter({ hasText: KEY });
    await row.waitFor();
    const shown = await row.getByRole("cell").allInnerTexts();
    check(`${shown}` === `${[KEY, before, after]}`, `before and after are ${shown}`);
    await dialog.getByText("end-to-end check").waitFor();
    await journey.shot("audit-record");
    check(/event=/.test(page.url()), "the record has no address");
    await page.reload();
    await dialog.getByText(KEY).waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await change(before);
    await page.getByRole("button", { name: "Clear filters" }).click();
  },
  "new records come by themselves": async (journey) => {
    const { page } = journey;
    await page.getByRole("switch", { name: "Live" }).click();
    await page.getByText(/new records? since Live/).waitFor();
    const newest = await rows(page).first().innerText();
    await page.waitForFunction(
      (old) => {
        const row = document.querySelector('table[aria-label="Records"] tbody tr:has(td)');
        return row instanceof HTMLElement && row.innerText !== old;
      },
      newest,
      { timeout: 120_000 },
    );
    await page.getByRole("switch", { name: "Live" }).click();
  },
  "the chain is proven": async (journey) => {
    const { page } = journey;
    await page.getByRole("button", { name: "Verify the chain" }).click();
    await page.getByRole("status", { name: "Verification" }).getByText("Verified: nothing was changed").waitFor({ timeout: 60_000 });
    await page.getByText(/were checked; [1-9]\d* anchors agree/).waitFor();
  },
  "the export has every record that the filter leaves": async (journey) => {
    const { page } = journey;
    await page.getByLabel("Type", { exact: true }).selectOption({ label: "Settings" });
    const total = await told(page, { types: [SETTINGS] });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export JSON" }).click(),
    ]);
    const { readFileSync } = await import("node:fs");
    const lines = readFileSync(await download.path(), "utf8").trim().split("\n");
    check(lines.length === Number(total), `${lines.length} lines for ${total} records`);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await journey.looks("audit");
  },
};
