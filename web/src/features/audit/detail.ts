// What a record says in its JSON parts, as lines of name and value for people.
export interface Line {
  name: string;
  value: string;
}

export interface ChangeLine {
  what: string;
  before: string;
  after: string;
}

function parsed(json: string): unknown {
  if (json === "") return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Flat: {"order": {"id": 1}} → "order.id" 1. Changes are shown on their own. */
export function linesOf(json: string): Line[] {
  const value = parsed(json);
  if (value === undefined) return [];
  if (!isObject(value)) return [{ name: "", value: text(value) }];
  return flat(value, "").filter(({ name }) => name !== "type" && !name.startsWith("changes"));
}

function flat(value: Record<string, unknown>, path: string): Line[] {
  return Object.entries(value).flatMap(([key, below]) => {
    const name = path === "" ? key : `${path}.${key}`;
    return isObject(below) ? flat(below, name) : [{ name, value: text(below) }];
  });
}

/** Before and after: of settings from the record's own list, else of all that differs. */
export function changesOf(event: { detail: string; before: string; after: string }): ChangeLine[] {
  const detail = parsed(event.detail);
  const listed = isObject(detail) && Array.isArray(detail["changes"]) ? detail["changes"] : [];
  const changes = listed.filter(isObject).map((each) => ({
    what: text(each["key"] ?? each["what"]),
    before: text(each["before"]),
    after: text(each["after"]),
  }));
  if (changes.length > 0) return changes;
  const sides = [parsed(event.before), parsed(event.after)];
  if (sides.every((side) => side === undefined)) return [];
  const [before, after] = sides.map((side) => new Map(sideLines(side)));
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...names].map((what) => ({
    what,
    before: before?.get(what) ?? "–",
    after: after?.get(what) ?? "–",
  }));
}

function sideLines(side: unknown): [string, string][] {
  if (side === undefined) return [];
  if (!isObject(side)) return [["", text(side)]];
  return flat(side, "").map(({ name, value }) => [name, value]);
}
