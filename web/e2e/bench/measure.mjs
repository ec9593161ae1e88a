// What the benches measure in the browser, and how they tell it.
export const percentile = (values, share) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

/** Prints one figure beside its goal; gives whether the goal was met. */
export function tell(what, value, unit, goal) {
  const met = value < goal;
  process.stdout.write(`${met ? "ok  " : "OVER"}  ${what}: ${value.toFixed(1)} ${unit} (goal: under ${goal})\n`);
  return met;
}

/** Times between frames while `work` runs in the page. */
export async function framesDuring(page, work) {
  await page.evaluate(() => {
    globalThis.frameTimes = [];
    let before = performance.now();
    globalThis.countsFrames = true;
    const count = (now) => {
      globalThis.frameTimes.push(now - before);
      before = now;
      if (globalThis.countsFrames) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  await work();
  return page.evaluate(() => {
    globalThis.countsFrames = false;
    return globalThis.frameTimes.slice(1);
  });
}

/**
 * The tasks that the page's main thread ran while `work` did, in ms: `wall` as they took, `cpu`
 * without the time in which a busy machine let others run.
 */
export async function tasksDuring(page, work) {
  const cdp = await page.context().newCDPSession(page);
  const events = [];
  cdp.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline", "__metadata"] },
  });
  await work();
  const complete = new Promise((done) => cdp.once("Tracing.tracingComplete", done));
  await cdp.send("Tracing.end");
  await complete;
  await cdp.detach();
  const named = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const tasks = events.filter(({ name, dur }) => name === "RunTask" && dur !== undefined);
  // The page's own renderer is the one that worked most; others belong to the browser's extras.
  const byThread = named.map(({ pid, tid }) => tasks.filter((each) => each.pid === pid && each.tid === tid));
  const busiest = byThread.toSorted((a, b) => b.length - a.length)[0] ?? [];
  return busiest.map(({ dur, tdur = dur }) => ({ wall: dur / 1000, cpu: tdur / 1000 }));
}

/** Bytes of the page's heap after what is garbage is gone. */
export async function heapBytes(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  await cdp.detach();
  return usedSize;
}
