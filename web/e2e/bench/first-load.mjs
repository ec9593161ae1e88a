// From an empty cache to an overview with figures, over loopback. Goal: under 1.5 s. With BENCH_URL,
// E2E_USER and E2E_PASSWORD it loads from a real daemon, else from the in-memory one.
import { open } from "../browser.mjs";
import { builtPage, startHost } from "./host.mjs";
import { percentile, tell } from "./measure.mjs";

const ROUNDS = 7;
const real = process.env.BENCH_URL ?? "";

async function logIn(page, url) {
  await page.goto(url);
  await page.getByLabel("User name").fill(process.env.E2E_USER ?? "");
  await page.getByLabel("Password").fill(process.env.E2E_PASSWORD ?? "");
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await page.getByRole("button", { name: "Log out" }).waitFor();
}

async function loadOnce(page, url) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.clearBrowserCache");
  await cdp.detach();
  await page.goto("about:blank");
  const began = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.getByRole("group", { name: "Marked equity" }).getByText(/\d/).first().waitFor();
  return performance.now() - began;
}

const built = real === "" ? await builtPage() : undefined;
const host = built && (await startHost({ folder: built.folder }));
const url = host?.url ?? real;
const { browser, page } = await open();
try {
  if (real !== "") await logIn(page, url);
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await loadOnce(page, url));
  process.stdout.write(`      each: ${times.map((ms) => Math.round(ms)).join(", ")} ms\n`);
  process.exitCode = tell("first load of the overview, median", percentile(times, 0.5), "ms", 1500) ? 0 : 1;
} finally {
  await browser.close();
  host?.close();
  built?.remove();
}
