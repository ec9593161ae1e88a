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
  const unknown = new Map(newest.map((row) => [idOf(row), row]));
  // Both begin at the same end, so what they share stands among the first of a list of any length.
  const shared = loaded.slice(0, newest.length).map((row) => {
    const id = idOf(row);
    const changed = unknown.get(id) ?? row;
    unknown.delete(id);
    return changed;
  });
  const missed = unknown.size === newest.length || (unknown.size > 0 && !newestFirst);
  if (missed) return { rows: loaded, missed };
  return { rows: [...unknown.values(), ...shared, ...loaded.slice(newest.length)], missed };
}
