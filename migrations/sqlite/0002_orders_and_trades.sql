-- The read side of the journal: orders, the intents behind them, fills and round trips.
-- Decimals are TEXT everywhere: SQLite's REAL would round money.

CREATE TABLE intents (
    intent             INTEGER PRIMARY KEY,
    engine_sequence    INTEGER NOT NULL REFERENCES journal (engine_sequence),
    symbol             TEXT NOT NULL,
    -- The deciding candle: interval in seconds and open time.
    decision_interval  INTEGER,
    decision_open_time INTEGER
) STRICT;

CREATE INDEX intents_by_decision ON intents (symbol, decision_open_time, decision_interval)
WHERE decision_open_time IS NOT NULL;

CREATE TABLE orders (
    -- Grows with every new order; lists are ordered by it.
    number     INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    intent     INTEGER NOT NULL,
    symbol     TEXT NOT NULL,
    status     TEXT NOT NULL,
    is_open    INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- Engine sequence of the event that last changed it.
    sequence   INTEGER NOT NULL,
    -- The order as JSON.
    view       TEXT NOT NULL
) STRICT;

CREATE INDEX orders_by_symbol ON orders (symbol);
CREATE INDEX orders_by_intent ON orders (intent);
CREATE INDEX orders_open ON orders (is_open) WHERE is_open = 1;

CREATE TABLE fills (
    engine_sequence INTEGER PRIMARY KEY REFERENCES journal (engine_sequence),
    symbol          TEXT NOT NULL,
    -- The venue's unsigned number, kept as the signed number of the same bits.
    trade_id        INTEGER NOT NULL,
    -- Checked at the end of the transaction: a fill without its order is refused.
    order_id        TEXT NOT NULL REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    at              INTEGER NOT NULL,
    side            TEXT NOT NULL,
    price           TEXT NOT NULL,
    quantity        TEXT NOT NULL,
    fee             TEXT NOT NULL,
    fee_asset       TEXT NOT NULL,
    liquidity       TEXT NOT NULL,
    -- A fill counts once.
    UNIQUE (symbol, trade_id)
) STRICT;

CREATE INDEX fills_by_order ON fills (order_id);

CREATE TRIGGER fills_keep_rows BEFORE DELETE ON fills
BEGIN
    SELECT raise(ABORT, 'fills are append-only');
END;

CREATE TRIGGER fills_keep_values BEFORE UPDATE ON fills
BEGIN
    SELECT raise(ABORT, 'fills are append-only');
END;

CREATE TABLE trades (
    id        INTEGER PRIMARY KEY,
    symbol    TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    profit    TEXT NOT NULL,
    -- The trade as JSON.
    view      TEXT NOT NULL
) STRICT;

CREATE INDEX trades_by_symbol ON trades (symbol);

-- Who owned a trade.
CREATE TABLE trade_strategies (
    strategy TEXT NOT NULL,
    trade_id INTEGER NOT NULL REFERENCES trades (id),
    PRIMARY KEY (strategy, trade_id)
) STRICT, WITHOUT ROWID;
