// What a person does on the dashboard, step by step, found by role and name only.
import { execSync } from "node:child_process";
import { check } from "./journey.mjs";

const group = (page, name) => page.getByRole("group", { name, exact: true });
const status = (page, name) => page.getByRole("status", { name, exact: true });
const button = (page, name) => page.getByRole("button", { name, exact: true });

export async function logIn({ page, settings }) {
  await page.goto(settings.url);
  await page.getByLabel("User name").fill(settings.user);
  await page.getByLabel("Password").fill("not the right password");
  await button(page, "Log in").click();
  await page.getByRole("alert").getByText("Login failed").waitFor();
  await page.screenshot({ path: `${settings.shots}/login-refused.png` });
  await page.getByLabel("Password").fill(settings.password);
  await button(page, "Log in").click();
  await button(page, "Log out").waitFor();
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
  await button(page, "Log out").waitFor();
}

export async function overviewFills({ page }) {
  await status(page, "Connection").getByText("Live").waitFor();
  await group(page, "Marked equity").getByText(/\d/).waitFor();
  await page.getByRole("img", { name: /Equity curve of \d+ points/ }).waitFor();
  for (const name of ["Positions", "Strategies", "Last trades", "Open orders", "Components"]) {
    await page.getByRole("region", { name, exact: true }).waitFor();
  }
  await page.getByRole("table", { name: "Strategies" }).waitFor();
  await page.getByRole("table", { name: "Regime of each symbol" }).waitFor();
}

export async function numbersMove({ page }) {
  const before = await group(page, "Data time").innerText();
  await page.waitForFunction(
    (old) => document.querySelector('[aria-label="Data time"]')?.textContent?.trim() !== old,
    before.trim(),
    { timeout: 60_000 },
  );
}

export async function decisionOpens({ page, settings }) {
  const decisions = page.getByRole("region", { name: "Latest decisions" });
  const first = decisions.getByRole("button").first();
  await first.waitFor({ timeout: 90_000 });
  await first.click();
  await decisions.getByText(/confidence/i).first().waitFor();
  await page.screenshot({ path: `${settings.shots}/decision.png`, fullPage: true });
  await first.click();
}

export async function everyLook(journey) {
  const { page } = journey;
  await journey.shot("desktop-dark");
  await journey.shot("desktop-dark-full", true);
  await button(page, "Use light colours").click();
  await journey.shot("desktop-light");
  await page.setViewportSize({ width: 390, height: 844 });
  await noSidewaysScroll(page);
  await journey.shot("phone-light");
  await button(page, "Use dark colours").click();
  await journey.shot("phone-dark");
  await journey.shot("phone-dark-full", true);
  await page.setViewportSize({ width: 1440, height: 900 });
  await noSidewaysScroll(page);
}

async function noSidewaysScroll(page) {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  check(over <= 0, `the page is ${over} px wider than the screen`);
}

export async function switchStrategy({ page }) {
  const table = page.getByRole("table", { name: "Strategies" });
  const on = table.getByRole("switch", { checked: true }).first();
  const name = await on.getAttribute("aria-label");
  await on.click();
  const its = (checked) => table.getByRole("switch", { name, exact: true, checked });
  const anyway = button(page, "Switch off anyway");
  await Promise.race([its(false).and(page.locator(":enabled")).waitFor(), anyway.waitFor()]);
  if (await anyway.isVisible()) await anyway.click();
  await its(false).and(page.locator(":enabled")).waitFor();
  await its(false).click();
  await its(true).and(page.locator(":enabled")).waitFor();
}

export async function reload({ page }) {
  await page.reload();
  await button(page, "Log out").waitFor();
  await status(page, "Connection").getByText("Live").waitFor();
}

export async function stop(journey) {
  const { page } = journey;
  await button(page, "■ Stop").or(button(page, "Stop")).click();
  const dialog = page.getByRole("dialog", { name: "Stop trading now?" });
  await dialog.getByLabel("Reason (optional)").fill("end-to-end check");
  await journey.shot("stop-dialog");
  await dialog.getByRole("button", { name: "Stop trading" }).click();
  const done = page.getByRole("dialog", { name: "Trading is stopped" });
  await done.waitFor();
  await journey.shot("stop-result");
  await done.getByRole("button", { name: "Close" }).click();
  await status(page, "Trading state").getByText("Halted").waitFor();
  await page.getByRole("region", { name: "Trading is restrained" }).waitFor();
  await journey.shot("halted");
  await page.setViewportSize({ width: 390, height: 844 });
  await noSidewaysScroll(page);
  await journey.shot("phone-halted");
  await page.setViewportSize({ width: 1440, height: 900 });
}

export async function closeAllAsks(journey) {
  const { page } = journey;
  await button(page, "Close all").click();
  const dialog = page.getByRole("dialog", { name: "Sell every position?" });
  const sell = dialog.getByRole("button", { name: "Sell everything" });
  await dialog.getByLabel("Reason").fill("end-to-end check");
  await dialog.getByLabel("Type CLOSE to confirm").fill("close");
  check(await sell.isDisabled(), "close all is open without the word");
  await dialog.getByLabel("Type CLOSE to confirm").fill("CLOSE");
  check(await sell.isEnabled(), "close all stays shut with the word");
  await journey.shot("close-all");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
}

export async function resume({ page }) {
  await button(page, "Resume").click();
  const dialog = page.getByRole("dialog", { name: "Resume trading" });
  const go = dialog.getByRole("button", { name: "Resume trading" });
  check(await go.isDisabled(), "resume is open without a reason");
  await dialog.getByLabel("Reason").fill("end-to-end check is over");
  await go.click();
  await dialog.waitFor({ state: "hidden" });
  await status(page, "Trading state").getByText("Active").waitFor();
}

/** The page is not reloaded: what it finds again, it finds by itself. */
export async function restart({ page, settings, troubles }) {
  const known = troubles.length;
  await page.evaluate(() => {
    window.stayed = true;
  });
  execSync(settings.restart, { stdio: "inherit" });
  await status(page, "Connection").getByText("Live").waitFor({ timeout: 60_000 });
  await numbersMove({ page });
  check(await page.evaluate(() => window.stayed === true), "the page was loaded again");
  const refused = /failed to load resource|ERR_CONNECTION|ERR_EMPTY|ERR_INCOMPLETE/i;
  const others = troubles.splice(known).filter((each) => !refused.test(each));
  troubles.push(...others);
}

export async function keyboard({ page }) {
  await page.locator("body").click({ position: { x: 2, y: 400 } });
  for (let presses = 0; presses < 12; presses += 1) {
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
  throw new Error("the stop button is not within 12 tab stops");
}

export async function logOut(journey) {
  const { page } = journey;
  await button(page, "Log out").click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await journey.shot("logged-out");
}

export async function consoleIsClean({ troubles }) {
  check(troubles.length === 0, troubles.join("; "));
}
