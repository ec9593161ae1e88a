// The one-way rule of the folders: shared (gen, lib, components) → features → app. No feature
// sees another; only main.tsx and tests see testing/; only lib touches the transport. oxlint
// can't say this, so it is said here. Prints each breach and exits with 1.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

const source = resolve(import.meta.dirname, "src");
const MAY_SEE = {
  gen: ["gen"],
  locales: ["locales"],
  lib: ["gen", "lib", "locales"],
  components: ["gen", "lib", "components"],
  features: ["gen", "lib", "components"],
  app: ["gen", "lib", "components", "features", "app"],
  testing: ["gen", "lib", "components", "features", "app", "testing"],
  "": ["lib", "app", "testing", "styles.css"],
};
const LONGEST = 150;

function* filesBelow(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* filesBelow(path);
    else if (/\.tsx?$/.test(name)) yield path;
  }
}

/** The first folders of a file below src, e.g. ["features", "auth"]. */
function place(path) {
  const parts = relative(source, path).split(sep);
  return parts.length === 1 ? [""] : parts.slice(0, 2);
}

function importsOf(text) {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]);
}

function breach(from, specifier, isTest) {
  const target = specifier.startsWith("@/")
    ? join(source, specifier.slice(2))
    : specifier.startsWith(".") && resolve(dirname(from), specifier);
  const [room, part] = place(from);
  if (!target) {
    const wire = specifier === "@connectrpc/connect-web";
    return wire && room !== "lib" ? "only lib may open a transport" : undefined;
  }
  const [targetRoom, targetPart] = relative(source, target).split(sep);
  if (targetRoom === "features" && room === "features" && targetPart !== part) {
    return "a feature must not see another feature";
  }
  const allowed = MAY_SEE[room] ?? [];
  const own = targetRoom === room;
  if (own || allowed.includes(targetRoom) || (isTest && targetRoom === "testing")) return undefined;
  return `${room || "src"} must not see ${targetRoom}`;
}

let breaches = 0;
let files = 0;
for (const file of filesBelow(source)) {
  if (place(file)[0] === "gen") continue;
  files += 1;
  const text = readFileSync(file, "utf8");
  const isTest = /\.test\.tsx?$/.test(file);
  const say = (what) => {
    breaches += 1;
    process.stderr.write(`src/${relative(source, file)}: ${what}\n`);
  };
  for (const specifier of importsOf(text)) {
    const what = breach(file, specifier, isTest);
    if (what) say(`imports ${specifier}: ${what}`);
  }
  const lines = text.split("\n").length - 1;
  if (!isTest && lines > LONGEST) say(`${lines} lines, ${LONGEST} allowed`);
}
process.stdout.write(`${files} files checked, ${breaches} breaches\n`);
process.exit(breaches === 0 ? 0 : 1);
