-- What intents came to: one row per finished intent, and running totals so that no list has to add
-- up all of them.

CREATE TABLE executions (
    -- Lists are ordered by it.
    engine_sequence INTEGER PRIMARY KEY REFERENCES journal (engine_sequence),
    intent          INTEGER NOT NULL,
    symbol          TEXT NOT NULL,
    purpose         TEXT NOT NULL,
    style           TEXT NOT NULL,
    -- Engine time.
    at              INTEGER NOT NULL,
    -- The result as JSON.
    view            TEXT NOT NULL
) STRICT;

CREATE INDEX executions_by_intent ON executions (intent);
CREATE INDEX executions_by_symbol ON executions (symbol);

CREATE TRIGGER executions_keep_rows BEFORE DELETE ON executions
BEGIN
    SELECT raise(ABORT, 'executions are append-only');
END;

CREATE TRIGGER executions_keep_values BEFORE UPDATE ON executions
BEGIN
    SELECT raise(ABORT, 'executions are append-only');
END;

-- Decimals as text; changed in the transaction of the rows that they count.
CREATE TABLE execution_totals (
    symbol         TEXT NOT NULL,
    purpose        TEXT NOT NULL,
    style          TEXT NOT NULL,
    executions     INTEGER NOT NULL,
    -- Those in which something was done; slippage is of these.
    done           INTEGER NOT NULL,
    slippage_sum   TEXT NOT NULL,
    slippage_worst TEXT,
    shortfall      TEXT NOT NULL,
    fees           TEXT NOT NULL,
    PRIMARY KEY (symbol, purpose, style)
) STRICT, WITHOUT ROWID;
