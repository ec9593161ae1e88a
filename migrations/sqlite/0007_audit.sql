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
