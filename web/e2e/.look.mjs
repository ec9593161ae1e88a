import { open } from "./browser.mjs";
const { browser, page, troubles } = await open();
await page.goto("http://127.0.0.1:9441");
await page.getByLabel("User name").fill("admin");
await page.getByLabel("Password").fill("a long enough one");
await page.getByRole("button",{name:"Log in"}).click();
await page.getByRole("button",{name:"Log out"}).or(page.getByRole("navigation").first()).first().waitFor();
const paths = (process.argv[2]??"/settings,/audit,/logs,/access").split(",");
const phone = process.argv[3]==="phone";
if (phone) await page.setViewportSize({width:390,height:844});
for (const p of paths) {
  await page.evaluate((to)=>{ history.pushState({},"",to); window.dispatchEvent(new PopStateEvent("popstate")); }, p);
  await page.waitForTimeout(2500);
  const over = await page.evaluate(()=>document.documentElement.scrollWidth-document.documentElement.clientWidth);
  await page.screenshot({path:`/tmp/shots-web4/look${p.replace(/[^a-z0-9]+/gi,"_")}${phone?"-phone":""}.png`,fullPage:phone});
  console.log(p, over);
}
console.log(troubles.join("\n"));
await browser.close();
