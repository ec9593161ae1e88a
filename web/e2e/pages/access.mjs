// Access: a viewer who sees no action, a token that works until it is revoked, a session that ends
// under its page.
import { Code } from "@connectrpc/connect";
import { check } from "../journey.mjs";
import { provingIfAsked } from "../proof.mjs";
import { askDaemon } from "../rpc.mjs";

const VIEWER = `viewer-${process.pid}`;
const PASSWORD = "another long enough one";
const state = { ask: undefined, other: undefined, secret: "" };

const rowOf = (page, table, text) => page.getByRole("table", { name: table }).getByRole("row").filter({ hasText: text });

/** From the filled form over the plan to its end. */
async function confirmed(journey, title, go) {
  const { page } = journey;
  const dialog = page.getByRole("dialog", { name: title });
  const plan = dialog.getByRole("table", { name: "What would change" });
  const next = dialog.getByRole("button", { name: "Continue" });
  await provingIfAsked(journey, async () => { if (await next.isVisible()) await next.click(); }, plan);
  await dialog.getByRole("button", { name: go, exact: true }).click();
}

export default {
  "a viewer is added": async (journey) => {
    const { page } = journey;
    state.ask ??= await askDaemon(journey.settings);
    await journey.open("Access");
    await page.getByRole("button", { name: "Add a user" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a user" });
    await dialog.getByLabel("User name").fill(VIEWER);
    await dialog.getByLabel("New password", { exact: true }).fill("short");
    await dialog.getByLabel("New password again").fill("short");
    const refused = dialog.getByText("This is not possible");
    await provingIfAsked(journey, () => dialog.getByRole("button", { name: "Continue" }).click(), refused);
    await dialog.getByLabel("New password", { exact: true }).fill(PASSWORD);
    await dialog.getByLabel("New password again").fill(PASSWORD);
    await journey.shot("access-add-user");
    await confirmed(journey, "Add a user", "Add the user");
    await rowOf(page, "Users", VIEWER).getByText("Viewer", { exact: true }).waitFor();
    const cells = await rowOf(page, "Users", VIEWER).getByRole("cell").allInnerTexts();
    check(cells.every((text) => text.trim() !== "" && text.trim() !== "–"), `blank cells in ${JSON.stringify(cells)}`);
    await journey.looks("access-users");
  },
  "the viewer sees no action": async (journey) => {
    const context = await journey.page.context().browser().newContext({ viewport: { width: 1440, height: 900 } });
    const other = await context.newPage();
    state.other = other;
    await other.goto(journey.settings.url);
    await other.getByLabel("User name").fill(VIEWER);
    await other.getByLabel("Password").fill(PASSWORD);
    await other.getByRole("button", { name: "Log in" }).click();
    const pages = other.getByRole("navigation", { name: "Pages" });
    await pages.getByRole("link", { name: "Settings" }).click();
    await other.getByRole("heading", { level: 3, name: "risk.sizing" }).waitFor();
    const main = other.getByRole("main");
    check((await main.getByRole("textbox").count()) === 0, "a viewer can type into settings");
    check((await main.getByRole("switch").count()) === 0, "a viewer can switch settings");
    check((await pages.getByRole("link", { name: "Audit" }).count()) === 0, "a viewer is offered the audit");
    check((await other.getByRole("button", { name: /Stop$/ }).count()) === 0, "a viewer is offered Stop");
    await other.screenshot({ path: `${journey.settings.shots}/viewer-settings.png` });
    await pages.getByRole("link", { name: "Access" }).click();
    await other.getByRole("tab", { name: "Sessions" }).waitFor();
    check((await other.getByRole("tab", { name: "Users" }).count()) === 0, "a viewer is offered users");
  },
  "a token works until it is revoked": async (journey) => {
    const { page } = journey;
    await page.getByRole("tab", { name: "API tokens" }).click();
    await page.getByRole("button", { name: "Create a token" }).click();
    const form = page.getByRole("dialog", { name: "Create a token" });
    await form.getByLabel("Name").fill(`bot-${process.pid}`);
    const symbols = form.getByRole("group", { name: "Symbols" });
    await symbols.getByRole("button", { name: "Add a row" }).click();
    await symbols.getByLabel("Entry 1").fill("BTCUSDT");
    await journey.shot("access-create-token");
    await confirmed(journey, "Create a token", "Create it");
    const shown = page.getByRole("dialog", { name: `Token bot-${process.pid}` });
    state.secret = await shown.getByLabel("Token text").innerText();
    check(state.secret.startsWith("tdt_"), "the token's text is not shown");
    const trades = () => state.ask("TradeService").listTrades({ symbol: "BTCUSDT" }, { headers: { authorization: `Bearer ${state.secret}` } });
    await trades();
    await shown.getByRole("button", { name: "Derive a narrower one" }).click();
    const derive = page.getByRole("dialog", { name: "Derive a narrower token" });
    await derive.getByLabel("Name").fill(`child-${process.pid}`);
    await confirmed(journey, "Derive a narrower token", "Derive it");
    const child = page.getByRole("dialog", { name: `Token child-${process.pid}` });
    await child.getByRole("button", { name: "I have kept it" }).click();
    const row = rowOf(page, "API tokens", `from bot-${process.pid}`);
    await row.getByText("BTCUSDT").waitFor();
    await journey.looks("access-tokens");
    check(!(await page.content()).includes(state.secret), "the token's text is still on the page");
    await page.getByRole("button", { name: `Revoke: bot-${process.pid}` }).click();
    await confirmed(journey, `Revoke the token bot-${process.pid}?`, "Revoke");
    await row.waitFor({ state: "hidden" });
    const code = await trades().then(() => "it works", (error) => Code[error.code]);
    check(code === "Unauthenticated", `the revoked token: ${code}`);
  },
  "a session that is ended asks for login": async (journey) => {
    const { page } = journey;
    await page.getByRole("tab", { name: "Sessions" }).click();
    const row = rowOf(page, "Sessions", VIEWER);
    await rowOf(page, "Sessions", "this one").waitFor();
    await journey.looks("access-sessions");
    await row.getByRole("button", { name: /^End the session/ }).first().click();
    await confirmed(journey, `End this session of ${VIEWER}?`, "End");
    await row.waitFor({ state: "hidden" });
    await state.other.getByRole("heading", { name: "Log in" }).waitFor({ timeout: 30_000 });
    await state.other.context().close();
  },
  "the viewer is removed": async (journey) => {
    const { page } = journey;
    await page.getByRole("tab", { name: "Users" }).click();
    await page.getByRole("button", { name: `Remove: ${VIEWER}` }).click();
    const dialog = page.getByRole("dialog", { name: `Remove ${VIEWER}?` });
    await dialog.getByLabel(`Type ${VIEWER} to confirm`).fill(VIEWER);
    await confirmed(journey, `Remove ${VIEWER}?`, "Remove");
    await rowOf(page, "Users", VIEWER).waitFor({ state: "hidden" });
  },
};
