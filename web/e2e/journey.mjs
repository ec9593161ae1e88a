// Runs named steps in order and tells how each went; a failure leaves a picture and ends the way.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

export class Journey {
  passed = 0;
  failed = 0;

  constructor(page, troubles, settings) {
    this.page = page;
    this.troubles = troubles;
    this.settings = settings;
  }

  async step(name, work) {
    const began = performance.now();
    try {
      await work(this);
      this.passed += 1;
      process.stdout.write(`ok    ${name} (${Math.round(performance.now() - began)} ms)\n`);
    } catch (error) {
      this.failed += 1;
      process.stdout.write(`FAIL  ${name}: ${error.message}\n`);
      for (const each of this.troubles) process.stdout.write(`      console: ${each}\n`);
      await this.shot("failure");
      throw error;
    }
  }

  /** Opens a page by its name in the navigation, as a person would. */
  async open(name) {
    const link = this.page.getByRole("navigation").getByRole("link", { name, exact: true });
    if (!(await link.isVisible())) await this.page.getByRole("button", { name: "Menu" }).click();
    await link.click();
    await this.page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  }

  /** Nothing serious that axe finds on what is shown now. */
  async accessible(where) {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((each) => each.target.join(" ")).join("; ")})`);
    });
    check(found.length === 0, `${where} is hard to use for some: ${found.join(" | ")}`);
  }

  /** Pictures of what is shown now: both themes, desktop and phone, and no sideways scrolling. */
  async looks(name) {
    const { page } = this;
    const colours = (which) => page.getByRole("button", { name: `Use ${which} colours` });
    await page.evaluate(() => window.scrollTo(0, 0));
    for (const which of ["dark", "light"]) {
      if (await colours(which).isVisible()) await colours(which).click();
      for (const [device, size] of Object.entries(SIZES)) {
        await page.setViewportSize(size);
        await this.fits();
        await this.shot(`${name}-${device}-${which}`, device === "phone");
      }
      await page.setViewportSize(SIZES.desktop);
      await this.accessible(`${name}, ${which}`);
    }
    await colours("dark").click();
  }

  async fits() {
    const over = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    check(over <= 0, `the page is ${over} px wider than the screen`);
  }

  async shot(name, fullPage = false) {
    await this.page.screenshot({ path: join(this.settings.shots, `${name}.png`), fullPage });
  }
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}
