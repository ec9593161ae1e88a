-- Every record of the journal carries the hash of a chain over all of them (storage/src/chain.rs);
-- records of older builds have none, the chain then begins behind them.
ALTER TABLE journal ADD COLUMN hash BLOB CHECK (hash IS NULL OR length(hash) = 32);
-- The chain's last hash, and the number of the first record that has one; NULL before that record.
ALTER TABLE head ADD COLUMN chain_hash BLOB CHECK (chain_hash IS NULL OR length(chain_hash) = 32);
ALTER TABLE head ADD COLUMN chain_from INTEGER;

-- For the lists of the audit, newest first.
CREATE INDEX journal_by_time ON journal (at);
CREATE INDEX journal_by_kind ON journal (kind, at);
CREATE INDEX journal_by_principal ON journal (principal, at) WHERE principal IS NOT NULL;
CREATE INDEX journal_by_request ON journal (request_id, at) WHERE request_id IS NOT NULL;

-- The one change that a record may see: the content of an old control record goes to an archive and
-- its sha256 takes its place, which is all that the chain needs of it. Engine events stay whole.
DROP TRIGGER journal_keeps_values;
CREATE TRIGGER journal_keeps_values BEFORE UPDATE ON journal
WHEN NOT coalesce(
    OLD.engine_sequence IS NULL AND NEW.engine_sequence IS NULL
    AND OLD.hash IS NOT NULL AND NEW.hash = OLD.hash
    AND NEW.sequence = OLD.sequence AND NEW.at = OLD.at AND NEW.kind = OLD.kind
    AND NEW.principal = OLD.principal AND NEW.role IS OLD.role
    AND NEW.source IS OLD.source AND NEW.request_id IS OLD.request_id
    AND length(NEW.payload) = 79 AND NEW.payload GLOB '{"archived":"[0-9a-f]*"}'
    AND OLD.sequence <= (
        SELECT cast(value AS INTEGER) FROM meta WHERE key = 'store.archived_through'
    ),
    false)
BEGIN
    SELECT raise(ABORT, 'journal is append-only');
END;
