// Drives the dashboard in a real Chromium against a running daemon, by role and name, as a person
// would. Exits with 1 on the first failure; leaves screenshots of every place it was.
//
//   TRADINGD_URL     where the daemon serves, default http://127.0.0.1:8000
//   E2E_USER, E2E_PASSWORD
//   E2E_SETUP_URL    the printed first-run link; then the user is created instead of logged in
//   E2E_RESTART      a shell command that restarts the daemon under the open page
//   E2E_ACCESS_MINUTES  how long the daemon's access tokens live; with 1 their end is waited for
//   E2E_ONLY         names of pages (files of e2e/pages), comma separated: log in, these, and no more
//   E2E_SHOTS        folder for screenshots, default test-results
import { mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { Journey } from "./journey.mjs";
import { open } from "./browser.mjs";
import * as steps from "./steps.mjs";

const settings = {
  url: process.env.TRADINGD_URL ?? "http://127.0.0.1:8000",
  user: process.env.E2E_USER ?? "e2e",
  password: process.env.E2E_PASSWORD ?? "",
  setupUrl: process.env.E2E_SETUP_URL ?? "",
  restart: process.env.E2E_RESTART ?? "",
  accessMinutes: Number(process.env.E2E_ACCESS_MINUTES ?? "10"),
  shots: process.env.E2E_SHOTS ?? "test-results",
};

if (settings.password.length < 12) {
  process.stderr.write("E2E_PASSWORD must have 12 characters or more\n");
  process.exit(2);
}
mkdirSync(settings.shots, { recursive: true });

class OnlyThese extends Error {}

const only = (process.env.E2E_ONLY ?? "").split(",").filter((name) => name !== "");

/** The pages' own steps: each file of e2e/pages exports named steps, run in their order. */
async function pages() {
  const folder = join(import.meta.dirname, "pages");
  const files = readdirSync(folder).filter((name) => name.endsWith(".mjs")).toSorted();
  const wanted = files.filter((name) => only.length === 0 || only.includes(basename(name, ".mjs")));
  return Promise.all(
    wanted.map(async (file) => ({
      name: basename(file, ".mjs"),
      steps: (await import(join(folder, file))).default,
    })),
  );
}

const { browser, page, troubles } = await open();
const journey = new Journey(page, troubles, settings);
try {
  if (settings.setupUrl === "") await journey.step("log in", steps.logIn);
  else await journey.step("first run", steps.firstRun);
  await journey.step("the stream is live", steps.isLive);
  await journey.step("numbers move", steps.numbersMove);
  for (const { name, steps: ofPage } of await pages()) {
    for (const [what, work] of Object.entries(ofPage)) await journey.step(`${name}: ${what}`, work);
  }
  if (only.length > 0) throw new OnlyThese();
  await journey.step("a reload stays logged in", steps.reload);
  if (settings.restart !== "") await journey.step("a restart needs no reload", steps.restart);
  await journey.step("keyboard reaches stop", steps.keyboard);
  await journey.step("log out", steps.logOut);
  await journey.step("the console is clean", steps.consoleIsClean);
} catch (error) {
  if (!(error instanceof OnlyThese) && journey.failed === 0) throw error;
  // The journey has told what failed.
} finally {
  await browser.close();
}
process.stdout.write(`${journey.passed} passed, ${journey.failed} failed\n`);
process.exit(journey.failed === 0 ? 0 : 1);
