-- What lists are sorted, filtered and summed by. The rows of older trades, decisions and intents are
-- made when the store is opened (storage/src/catch_up.rs): decimals and packed records need more than
-- SQL.

-- One narrow row per round trip. Decimals are here as keys whose order as text is their order as
-- numbers (storage/src/decimal_key.rs).
CREATE TABLE trade_order (
    id         INTEGER PRIMARY KEY REFERENCES trades (id),
    symbol     TEXT NOT NULL,
    opened_at  INTEGER NOT NULL,
    closed_at  INTEGER NOT NULL,
    -- Microseconds.
    held       INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    -- 1 for a profit above zero.
    won        INTEGER NOT NULL CHECK (won IN (0, 1)),
    profit     TEXT NOT NULL,
    profit_pct TEXT NOT NULL,
    quantity   TEXT NOT NULL,
    fees       TEXT NOT NULL
) STRICT;

-- One for each way to sort; what filters and sums look at comes with each, so that no other page is
-- read for rows that are passed over.
CREATE INDEX trade_order_by_closed
ON trade_order (closed_at, id, symbol, reason, won, profit, fees, profit_pct, held);
CREATE INDEX trade_order_by_opened
ON trade_order (opened_at, id, symbol, reason, won, profit, closed_at);
CREATE INDEX trade_order_by_profit
ON trade_order (profit, id, symbol, reason, won, closed_at, fees);
CREATE INDEX trade_order_by_profit_pct
ON trade_order (profit_pct, id, symbol, reason, won, profit, closed_at);
CREATE INDEX trade_order_by_quantity
ON trade_order (quantity, id, symbol, reason, won, profit, closed_at);
CREATE INDEX trade_order_by_fees
ON trade_order (fees, id, symbol, reason, won, profit, closed_at);
CREATE INDEX trade_order_by_held
ON trade_order (held, id, symbol, reason, won, profit, closed_at);
CREATE INDEX trade_order_by_symbol
ON trade_order (symbol, id, reason, won, profit, closed_at, fees);

-- Counts and sums of trades that are alike; decimals as text, changed in the transaction of the
-- trades. Empty strategy: all trades, whoever owned them.
CREATE TABLE trade_totals (
    strategy TEXT NOT NULL,
    symbol   TEXT NOT NULL,
    reason   TEXT NOT NULL,
    won      INTEGER NOT NULL,
    trades   INTEGER NOT NULL,
    profit   TEXT NOT NULL,
    fees     TEXT NOT NULL,
    PRIMARY KEY (strategy, symbol, reason, won)
) STRICT, WITHOUT ROWID;

-- Filters of the list of orders.
ALTER TABLE orders ADD COLUMN side TEXT
GENERATED ALWAYS AS (json_extract(view, '$.order.side')) VIRTUAL;
ALTER TABLE orders ADD COLUMN purpose TEXT
GENERATED ALWAYS AS (json_extract(view, '$.order.purpose')) VIRTUAL;
CREATE INDEX orders_by_status ON orders (status);

-- Strategies behind an intent.
CREATE TABLE intent_owners (
    strategy TEXT NOT NULL,
    intent   INTEGER NOT NULL REFERENCES intents (intent),
    PRIMARY KEY (strategy, intent)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO intent_owners (strategy, intent)
SELECT json_extract(owner.value, '$[0]'), json_extract(payload, '$.kind.intent')
FROM journal, json_each(payload, '$.kind.owners') AS owner
WHERE kind = 'intent_approved';

-- The events of one order.
CREATE TABLE order_events (
    order_id        TEXT NOT NULL,
    engine_sequence INTEGER NOT NULL REFERENCES journal (engine_sequence),
    PRIMARY KEY (order_id, engine_sequence)
) STRICT, WITHOUT ROWID;

INSERT INTO order_events (order_id, engine_sequence)
SELECT
    coalesce(json_extract(payload, '$.kind.id'), json_extract(payload, '$.kind.order.id')),
    engine_sequence
FROM journal
WHERE kind IN ('order_submitted', 'order_accepted', 'order_unknown', 'order_never_arrived',
    'order_rejected', 'order_triggered', 'order_filled', 'cancel_requested', 'order_cancelled',
    'order_expired')
AND engine_sequence IS NOT NULL;

-- Where stop and targets of a pair moved, and when there was nothing to protect any more.
CREATE TABLE level_moves (
    symbol          TEXT NOT NULL,
    -- Engine time.
    at              INTEGER NOT NULL,
    engine_sequence INTEGER NOT NULL REFERENCES journal (engine_sequence),
    PRIMARY KEY (symbol, at, engine_sequence)
) STRICT, WITHOUT ROWID;

INSERT INTO level_moves (symbol, at, engine_sequence)
SELECT json_extract(payload, '$.kind.symbol'), json_extract(payload, '$.at'), engine_sequence
FROM journal
WHERE kind IN ('protection_set', 'position_closed') AND engine_sequence IS NOT NULL;

CREATE INDEX fills_by_symbol_time ON fills (symbol, at);

-- What the list of decisions is filtered and counted by, without unpacking records; NULL until an
-- older row was made ready. `signals` has a blank on both sides of each word strategy:action, of the
-- strategies that wanted to buy or sell.
ALTER TABLE decisions ADD COLUMN reason TEXT;
ALTER TABLE decisions ADD COLUMN signals TEXT;

DROP TRIGGER decisions_keep_values;
CREATE TRIGGER decisions_keep_values
BEFORE UPDATE OF number, symbol, interval, open_time, at, result, record ON decisions
BEGIN
    SELECT raise(ABORT, 'decision differs from the stored one');
END;
CREATE TRIGGER decisions_keep_words BEFORE UPDATE OF reason, signals ON decisions
WHEN OLD.reason IS NOT NULL
BEGIN
    SELECT raise(ABORT, 'words of a decision are written once');
END;

DROP INDEX decisions_by_time;
DROP INDEX decisions_by_symbol;
CREATE INDEX decisions_by_time ON decisions (at, number, result, reason);
CREATE INDEX decisions_by_symbol ON decisions (symbol, at, number, result, reason);
CREATE INDEX decisions_with_signals
ON decisions (at, number, symbol, result, reason, signals) WHERE signals <> '';
CREATE INDEX decisions_bare ON decisions (number) WHERE reason IS NULL;
