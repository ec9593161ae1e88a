// Every key of the query cache in one place. What the stream feeds lives under `world`; what is
// asked for again carries the store id, so that another store never shows old rows.

export const queryKeys = {
  world: ["world"] as const,
  /** Without a range: the curves of all ranges. */
  equity: (storeId: string, ...range: string[]) => ["equity", storeId, ...range] as const,
  decisions: (storeId: string) => ["decisions", storeId] as const,
  regimes: (storeId: string) => ["regimes", storeId] as const,
  emergency: ["emergency"] as const,
};
