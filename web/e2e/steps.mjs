// What a person does on every page, step by step, found by role and name only.
import { execSync } from "node:child_process";
import { check } from "./journey.mjs";

const group = (page, name) => page.getByRole("group", { name, exact: true });
const status = (page, name) => page.getByRole("status", { name, exact: true });
const button = (page, name) => page.getByRole("button", { name, exact: true });

const account = (page) => page.getByRole("button", { name: /^Account:/ });

/** Chooses an entry of the account menu. */
export async function fromAccount(page, name) {
  await account(page).click();
  await page.getByRole("menuitem", { name, exact: true }).click();
}

/** Types name and password into the login page. */
export async function enter(page, user, password) {
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await button(page, "Log in").click();
}

export async function loggedIn(page) {
  await account(page).waitFor();
  await status(page, "Connection").getByText("Live").waitFor();
}

export async function logIn({ page, settings }) {
  await page.goto(settings.url);
  await enter(page, settings.user, "not the right password");
  await page.getByRole("alert").getByText("Login failed").waitFor();
  await page.screenshot({ path: `${settings.shots}/login-refused.png` });
  await enter(page, settings.user, settings.password);
  await account(page).waitFor();
}

export async function firstRun({ page, settings }) {
  await page.goto(settings.setupUrl);
  await page.getByRole("heading", { name: "Create the first admin" }).waitFor();
  check(!page.url().includes("setup="), `the secret is still in the address: ${page.url()}`);
  await page.getByLabel("User name").fill(settings.user);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByLabel("Password again").fill("other");
  await button(page, "Create and log in").click();
  await page.getByText("the two passwords differ").waitFor();
  await page.screenshot({ path: `${settings.shots}/setup.png` });
  await page.getByLabel("Password", { exact: true }).fill(settings.password);
  await page.getByLabel("Password again").fill(settings.password);
  await button(page, "Create and log in").click();
  await account(page).waitFor();
}

export async function isLive({ page }) {
  await status(page, "Connection").getByText("Live").waitFor();
  await group(page, "Marked equity").getByText(/\d/).waitFor();
}

export async function numbersMove({ page }) {
  const before = await group(page, "Data time").innerText();
  await page.waitForFunction(
    (old) => document.querySelector('[aria-label="Data time"]')?.textContent?.trim() !== old,
    before.trim(),
    { timeout: 60_000 },
  );
}

export async function reload({ page }) {
  await page.reload();
  await loggedIn(page);
}

/** What browsers and proxies print when a request has no other side. */
const CUT = /failed to load resource|ERR_CONNECTION|ERR_EMPTY|ERR_INCOMPLETE|ERR_INTERNET|ERR_FAILED/i;

/** Runs work during which requests may fail, and forgives the console for saying so. */
export async function forgivingCuts({ troubles }, work) {
  const known = troubles.length;
  await work();
  troubles.push(...troubles.splice(known).filter((each) => !CUT.test(each)));
}

/** The page is not reloaded: what it finds again, it finds by itself. */
export async function restart(journey) {
  const { page, settings } = journey;
  await page.evaluate(() => {
    window.stayed = true;
  });
  await forgivingCuts(journey, async () => {
    execSync(settings.restart, { stdio: "inherit" });
    await status(page, "Connection").getByText("Live").waitFor({ timeout: 60_000 });
    await numbersMove({ page });
  });
  check(await page.evaluate(() => window.stayed === true), "the page was loaded again");
}

export async function keyboard({ page }) {
  // From the top of the page, where whoever comes with a keyboard begins.
  await page.reload();
  await loggedIn(page);
  for (let presses = 0; presses < 10; presses += 1) {
    await page.keyboard.press("Tab");
    const text = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    if (text.endsWith("Stop")) {
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Stop trading now?" });
      await dialog.waitFor();
      await page.keyboard.press("Escape");
      return dialog.waitFor({ state: "hidden" });
    }
  }
  throw new Error("the stop button is not within 10 tab stops");
}

export async function logOut(journey) {
  const { page } = journey;
  await fromAccount(page, "Log out");
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await journey.shot("logged-out");
}

export async function consoleIsClean({ troubles }) {
  check(troubles.length === 0, troubles.join("; "));
}
