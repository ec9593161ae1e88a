// All benches of the page, one after the other. `BENCH_MINUTES` is how long events are sent.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const minutes = process.env.BENCH_MINUTES ?? "1";
const BENCHES = [["bundle.mjs"], ["first-load.mjs"], ["trades-table.mjs"], ["events.mjs", minutes]];

let missed = 0;
for (const [file, ...args] of BENCHES) {
  process.stdout.write(`${file}\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, file), ...args], {
    stdio: "inherit",
  });
  if (status !== 0) missed += 1;
}
process.exit(missed === 0 ? 0 : 1);
