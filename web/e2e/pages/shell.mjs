// What is around every page: palette, preferences, the connection when it is cut, sessions that end,
// and what a viewer gets to see.
import { layCable } from "../cable.mjs";
import { check } from "../journey.mjs";
import { oneTimeCode } from "../one-time-code.mjs";
import { askDaemon } from "../rpc.mjs";
import { enter, fromAccount, loggedIn, numbersMove } from "../steps.mjs";

const VIEWER = { user: "watcher", password: "only here to look" };
const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });
const connection = (page, word) =>
  page.getByRole("status", { name: "Connection", exact: true }).getByText(word, { exact: true });
let secret = "";

/** After a session has ended: logs in and must be where it was. */
async function backAgain({ page, settings }, pathname, title) {
  await page.getByText("Your session has ended. Log in to come back to this page.").waitFor({ timeout: 90_000 });
  check(
    (await page.getByLabel("User name").inputValue()) === settings.user,
    "the login does not remember who it was",
  );
  await page.getByLabel("Password", { exact: true }).fill(settings.password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await loggedIn(page);
  await heading(page, title).waitFor();
  check(new URL(page.url()).pathname === pathname, `back at ${page.url()}`);
}

export default {
  "the palette goes to a page": async (journey) => {
    const { page } = journey;
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Go to or do" });
    await field.fill("strat");
    await journey.shot("palette");
    await page.keyboard.press("Enter");
    await heading(page, "Strategies").waitFor();
    await page.goBack();
    await page.goForward();
    await heading(page, "Strategies").waitFor();
  },

  "the keys are told": async ({ page }) => {
    await page.locator("body").click({ position: { x: 2, y: 500 } });
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await dialog.getByText("Ctrl K").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  },

  "Korean, Seoul time and other colours, at once": async (journey) => {
    const { page } = journey;
    await fromAccount(page, "Preferences");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Time zone").selectOption("Asia/Seoul");
    await dialog.getByRole("switch", { name: /Blue and orange/ }).click();
    await journey.accessible("preferences");
    await dialog.getByLabel("Language").selectOption("ko");
    await heading(page, "전략").waitFor();
    await dialog.getByRole("button", { name: "닫기" }).click();
    await journey.shot("korean");
    await page.getByRole("navigation").getByRole("link", { name: "개요", exact: true }).click();
    await heading(page, "개요").waitFor();
    await journey.shot("korean-overview", true);
    await page.getByRole("navigation").getByRole("link", { name: "안전", exact: true }).click();
    await heading(page, "안전").waitFor();
    await journey.shot("korean-safety", true);
    await page.getByRole("button", { name: /^계정:/ }).click();
    await page.getByRole("menuitem", { name: "환경설정" }).click();
    await dialog.getByLabel("언어").selectOption("en");
    await dialog.getByLabel("Time zone").selectOption("UTC");
    await dialog.getByRole("switch", { name: /Blue and orange/ }).click();
    await dialog.getByRole("button", { name: "Close" }).click();
  },

  "the daemon says what it is": async ({ page }) => {
    await fromAccount(page, "About this daemon");
    const about = page.getByRole("dialog", { name: "About this daemon" });
    await about.getByText("tradingd.v1").waitFor();
    await about.getByRole("button", { name: "Close" }).click();
  },

  "a cut connection is said, greyed, and heals by itself": async ({ page: other, settings }) => {
    const cable = await layCable();
    const context = await other.context().browser().newContext({
      proxy: { server: cable.server },
      viewport: { width: 1440, height: 900 },
      colorScheme: "dark",
    });
    try {
      const page = await context.newPage();
      await page.goto(settings.url);
      await enter(page, settings.user, settings.password);
      await loggedIn(page);
      await numbersMove({ page });
      await page.evaluate(() => {
        window.stayed = true;
      });
      cable.cut();
      await connection(page, "Reconnecting").waitFor({ timeout: 5_000 });
      // The state itself is called old once it may have changed meanwhile.
      const state = page.getByRole("status", { name: "Trading state", exact: true });
      await state.getByText(/\d+ s old/).waitFor({ timeout: 40_000 });
      check((await page.locator("[data-stale] .figure").count()) > 0, "old figures are not greyed");
      await connection(page, "Offline").waitFor({ timeout: 60_000 });
      await page.screenshot({ path: `${settings.shots}/cut.png` });
      cable.mend();
      await page.getByRole("button", { name: "Retry now" }).click();
      await connection(page, "Live").waitFor({ timeout: 20_000 });
      await numbersMove({ page });
      await page.locator("[data-stale]").first().waitFor({ state: "detached" });
      check(await page.evaluate(() => window.stayed === true), "the page was loaded again");
      await page.screenshot({ path: `${settings.shots}/mended.png` });
    } finally {
      await context.close();
      cable.close();
    }
  },

  "a session that was ended elsewhere asks once": async (journey) => {
    const { settings } = journey;
    await journey.open("Safety");
    const ask = await askDaemon(settings);
    const { sessions } = await ask("SessionService").listSessions({});
    for (const { sessionId } of sessions.filter(({ current }) => !current)) {
      await ask("SessionService").revokeSession({ sessionId, requestId: `e2e-${sessionId}` });
    }
    await backAgain(journey, "/safety", "Safety");
  },

  "a token that is over asks once": async (journey) => {
    const { page, settings } = journey;
    // Only where access tokens live a minute; elsewhere it would take too long.
    if (settings.accessMinutes !== 1) return;
    await page.context().clearCookies();
    await backAgain(journey, "/safety", "Safety");
  },

  "a viewer sees everything and can press nothing": async (journey) => {
    const { page, settings } = journey;
    const ask = await askDaemon(settings);
    const { users } = await ask("UserService").listUsers({});
    if (!users.some(({ name }) => name === VIEWER.user)) {
      await ask("UserService").createUser({ ...VIEWER, role: 1, requestId: "e2e-viewer" });
    }
    await fromAccount(page, "Log out");
    await enter(page, VIEWER.user, VIEWER.password);
    await loggedIn(page);
    await heading(page, "Safety").waitFor();
    await page.getByRole("region", { name: "Protection of each position" }).waitFor();
    for (const name of ["Stop", "Stop trading", "Close all positions", "Stop and freeze", "Resume", "Acknowledge"]) {
      const found = await page.getByRole("button", { name }).count();
      check(found === 0, `a viewer is offered ${name}`);
    }
    check((await page.getByRole("switch").count()) === 0, "a viewer is offered a switch");
    await journey.shot("viewer-safety");
  },

  "one-time codes are set up and asked for": async (journey) => {
    const { page } = journey;
    await fromAccount(page, "One-time codes");
    const dialog = page.getByRole("dialog", { name: "One-time codes" });
    await dialog.getByRole("button", { name: "Set up one-time codes" }).click();
    secret = (await dialog.locator("dd").innerText()).trim();
    await dialog.getByLabel("One-time code").fill(oneTimeCode(secret));
    await journey.shot("one-time-codes");
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await dialog.getByText("Logins of this account need a one-time code.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await fromAccount(page, "Log out");
    await enter(page, VIEWER.user, VIEWER.password);
    await page.getByText(/also asks for a one-time code/).waitFor();
    await journey.shot("login-code");
    await page.getByLabel("One-time code").fill(oneTimeCode(secret, 1));
    await page.getByRole("button", { name: "Log in", exact: true }).click();
    await loggedIn(page);
  },

  "one-time codes go off again": async ({ page, settings }) => {
    await fromAccount(page, "One-time codes");
    const dialog = page.getByRole("dialog", { name: "One-time codes" });
    await dialog.getByRole("button", { name: "Switch one-time codes off" }).click();
    await dialog.getByText("One-time codes are off.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await fromAccount(page, "Log out");
    await enter(page, settings.user, settings.password);
    await loggedIn(page);
  },
};
