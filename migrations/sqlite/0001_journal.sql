-- The journal: one gapless sequence over engine events and control records, append-only.
-- Everything else about orders and money can be folded from it; the tables of 0002 are its read side.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    sequence        INTEGER PRIMARY KEY,
    -- Set for engine events only.
    engine_sequence INTEGER UNIQUE,
    -- Wall time, microseconds since the epoch, as every moment in this schema.
    at              INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    -- Set for control records only.
    principal       TEXT,
    -- The canonical JSON of an engine event, or the JSON detail of a control record.
    payload         TEXT NOT NULL,
    CHECK ((engine_sequence IS NULL) <> (principal IS NULL))
) STRICT;

-- Also stops INSERT OR REPLACE, which fires no delete trigger.
CREATE TRIGGER journal_is_gapless BEFORE INSERT ON journal
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM journal)
BEGIN
    SELECT raise(ABORT, 'journal sequence must follow the last one');
END;

CREATE TRIGGER engine_events_are_gapless BEFORE INSERT ON journal
WHEN NEW.engine_sequence <> (SELECT coalesce(max(engine_sequence), 0) + 1 FROM journal)
BEGIN
    SELECT raise(ABORT, 'engine sequence must follow the last one');
END;

CREATE TRIGGER journal_keeps_rows BEFORE DELETE ON journal
BEGIN
    SELECT raise(ABORT, 'journal is append-only');
END;

CREATE TRIGGER journal_keeps_values BEFORE UPDATE ON journal
BEGIN
    SELECT raise(ABORT, 'journal is append-only');
END;

-- Where the journal stands, and running totals; one row, changed with every batch.
CREATE TABLE head (
    one             INTEGER PRIMARY KEY CHECK (one = 1),
    sequence        INTEGER NOT NULL,
    engine_sequence INTEGER NOT NULL,
    -- sha256 chain over the payloads of engine events.
    log_hash        BLOB NOT NULL CHECK (length(log_hash) = 32),
    -- sha256 chain over control records.
    audit_hash      BLOB NOT NULL CHECK (length(audit_hash) = 32),
    fills           INTEGER NOT NULL,
    trades          INTEGER NOT NULL,
    decisions       INTEGER NOT NULL
) STRICT;

INSERT INTO head VALUES (1, 0, 0, zeroblob(32), zeroblob(32), 0, 0, 0);

CREATE TABLE fee_totals (
    asset  TEXT PRIMARY KEY,
    amount TEXT NOT NULL
) STRICT, WITHOUT ROWID;
