// Watches the last trades and the notices while the market is busy: which trades came by, and
// whether a drawing ever showed a list with a hole in it.

/** Trades are known by their profits, which are 0.10 apart from one to the next. */
export async function watchTrades(page) {
  const table = await page.getByRole("table", { name: "Last trades" }).elementHandle();
  const notices = await page.getByRole("status", { name: "Notices" }).elementHandle();
  await page.evaluate(
    ([rows, notes]) => {
      const seen = {
        rows: new Set(),
        notices: new Set(),
        holes: 0,
        drawings: 0,
        cents: (text) => Math.round(Number(/[\d,]+\.\d\d/.exec(text)?.[0].replaceAll(",", "")) * 100),
      };
      globalThis.seenTrades = seen;
      const read = () => {
        const shown = [...rows.querySelectorAll("tbody tr")].map((row) => seen.cents(row.lastElementChild.textContent));
        seen.drawings += 1;
        if (shown.some((at, index) => index > 0 && shown[index - 1] - at !== 10)) seen.holes += 1;
        for (const at of shown) seen.rows.add(at);
      };
      const note = () => {
        for (const item of notes.querySelectorAll("li")) seen.notices.add(seen.cents(item.querySelectorAll("p")[1].textContent));
      };
      const options = { childList: true, characterData: true, subtree: true };
      new MutationObserver(read).observe(rows, options);
      new MutationObserver(note).observe(notes, options);
    },
    [table, notices],
  );
}

/** How many of the trades between two records were seen, as rows and as notices. */
export async function watched(page, from, to) {
  const [rows, notices, holes, drawings] = await page.evaluate(
    ([first, last]) => {
      const { rows: inRows, notices: inNotices, holes: broken, drawings: drawn } = globalThis.seenTrades;
      const within = (set) => [...set].filter((at) => at > first && at <= last).length;
      return [within(inRows), within(inNotices), broken, drawn];
    },
    [from, to],
  );
  return { rows, notices, holes, drawings, closed: Math.floor(to / 10) - Math.floor(from / 10) };
}
