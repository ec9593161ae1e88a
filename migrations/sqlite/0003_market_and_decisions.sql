-- Outputs beside the event log: candles, decisions, equity; and the saved state of the engine.

CREATE TABLE candles (
    symbol    TEXT NOT NULL,
    -- Seconds.
    interval  INTEGER NOT NULL,
    open_time INTEGER NOT NULL,
    open      TEXT NOT NULL,
    high      TEXT NOT NULL,
    low       TEXT NOT NULL,
    close     TEXT NOT NULL,
    volume    TEXT NOT NULL,
    PRIMARY KEY (symbol, interval, open_time)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER candles_keep_values BEFORE UPDATE ON candles
BEGIN
    SELECT raise(ABORT, 'candle differs from the stored one');
END;

CREATE TABLE decisions (
    -- Grows with every decision.
    number    INTEGER PRIMARY KEY,
    symbol    TEXT NOT NULL,
    interval  INTEGER NOT NULL,
    open_time INTEGER NOT NULL,
    -- The candle's close; lists are ordered by it.
    at        INTEGER NOT NULL,
    -- hold, denied, entered, exited or exit_fenced.
    result    TEXT NOT NULL,
    -- The whole record: a version byte, then postcard with floats as bits.
    record    BLOB NOT NULL,
    -- In this order, so that a candle is found by symbol and open time.
    UNIQUE (symbol, open_time, interval)
) STRICT;

CREATE INDEX decisions_by_time ON decisions (at);
CREATE INDEX decisions_by_symbol ON decisions (symbol, at);
-- Holds are nearly all rows, so that the index by time serves them.
CREATE INDEX decisions_by_result ON decisions (result, at) WHERE result <> 'hold';

CREATE TRIGGER decisions_keep_values BEFORE UPDATE ON decisions
BEGIN
    SELECT raise(ABORT, 'decision differs from the stored one');
END;

CREATE TABLE equity (
    at    INTEGER PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- The newest two are kept, so that one bad snapshot is no loss.
CREATE TABLE snapshots (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    engine_sequence INTEGER NOT NULL,
    source_rows     INTEGER NOT NULL,
    build           TEXT NOT NULL,
    sha256          BLOB NOT NULL,
    bytes           BLOB NOT NULL
) STRICT;

CREATE TABLE source_position (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    source_id TEXT NOT NULL,
    rows      INTEGER NOT NULL
) STRICT;
