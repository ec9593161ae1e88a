// Runs named steps in order and tells how each went; a failure leaves a picture and ends the way.
import { join } from "node:path";

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

  async shot(name, fullPage = false) {
    await this.page.screenshot({ path: join(this.settings.shots, `${name}.png`), fullPage });
  }
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}
