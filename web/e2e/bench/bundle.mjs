// How much JavaScript comes before the first page is drawn: what index.html names and what that
// imports at once, compressed as the daemon sends it. Goal: under 250 kB.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { builtPage } from "./host.mjs";
import { tell } from "./measure.mjs";

const KB = 1_000;

/** Static imports only; what `import()` names comes later. */
function importsOf(text) {
  const named = text.matchAll(/(?:from|import)\s*"(\.\/[^"]+\.js)"/g);
  return [...named].map((match) => match[1].slice(2));
}

function reach(folder, name, seen) {
  if (seen.has(name)) return;
  const text = readFileSync(join(folder, "assets", name), "utf8");
  seen.set(name, gzipSync(text, { level: 9 }).length);
  for (const each of importsOf(text)) reach(folder, each, seen);
}

const { folder, remove } = await builtPage();
const html = readFileSync(join(folder, "index.html"), "utf8");
const first = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)].map((match) => match[1]);
const seen = new Map();
for (const name of first) reach(folder, name, seen);
for (const [name, size] of seen) process.stdout.write(`      ${name}: ${(size / KB).toFixed(1)} kB\n`);
const total = [...seen.values()].reduce((sum, size) => sum + size, 0);
remove();
process.exitCode = tell("initial JavaScript, gzip", total / KB, "kB", 250) ? 0 : 1;
