// What a page keeps in its address, so that a view can be linked, reloaded and gone back to. All
// values are text; what is not among the page's own keys is left alone.
import { useNavigate, useSearch } from "@tanstack/react-router";

type Values<Key extends string> = Record<Key, string>;

/** `fallback` names the keys and their values when the address has none. */
export function useAddress<Key extends string>(
  fallback: Values<Key>,
): [Values<Key>, (change: Partial<Values<Key>>) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const values = { ...fallback };
  for (const key of Object.keys(fallback) as Key[]) {
    const value = search[key];
    // The router reads numbers and booleans out of the address.
    if (["string", "number", "boolean"].includes(typeof value)) values[key] = String(value);
  }
  const put = (change: Partial<Values<Key>>) => {
    const next: Record<string, unknown> = { ...search, ...change };
    for (const key of Object.keys(fallback) as Key[]) {
      if (next[key] === fallback[key]) delete next[key];
    }
    void navigate({ to: ".", search: next as never, replace: true, resetScroll: false });
  };
  return [values, put];
}
