// Every key of the query cache in one place. What the stream feeds lives under `world`; what is
// asked for again carries the store id, so that another store never shows old rows.

export const queryKeys = {
  world: ["world"] as const,
  equity: (storeId: string) => ["equity", storeId] as const,
  decisions: (storeId: string) => ["decisions", storeId] as const,
  regimes: (storeId: string) => ["regimes", storeId] as const,
  emergency: ["emergency"] as const,
};
