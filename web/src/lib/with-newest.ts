// Puts the newest rows of a list onto what was loaded of it before: changed rows in their places,
// new ones on top where the order is newest first.
interface About<Row> {
  idOf(row: Row): string;
  newestFirst: boolean;
}

export function withNewest<Row>(
  loaded: Row[],
  newest: Row[],
  { idOf, newestFirst }: About<Row>,
): { rows: Row[]; missed: boolean } {
  if (newest.length === 0 || loaded.length === 0) return { rows: loaded, missed: false };
  const known = new Map(newest.map((row) => [idOf(row), row]));
  let replaced = 0;
  const rows = loaded.map((row) => {
    const changed = known.get(idOf(row));
    if (!changed) return row;
    replaced += 1;
    known.delete(idOf(row));
    return changed;
  });
  if (known.size === 0) return { rows, missed: false };
  if (!newestFirst || replaced === 0) return { rows, missed: true };
  return { rows: [...known.values(), ...rows], missed: false };
}
