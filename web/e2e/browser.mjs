// A Chromium of the system, and an ear for everything the page complains about.
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function open() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
  });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    timezoneId: "Asia/Seoul",
  });
  const troubles = [];
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || /content security policy/i.test(message.text())) {
      troubles.push(message.text());
    }
  });
  page.on("pageerror", (error) => troubles.push(`uncaught: ${error.message}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      // The console listener outside picks this up.
      console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  page.setDefaultTimeout(20_000);
  return { browser, page, troubles };
}
