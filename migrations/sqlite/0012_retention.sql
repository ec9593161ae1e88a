-- The content of old control records can be archived (storage/src/retention.rs). Their rows stay, with
-- the hash of what they held, so that the chain over all records can still be proven.
ALTER TABLE journal ADD COLUMN payload_hash BLOB
    CHECK (payload_hash IS NULL OR length(payload_hash) = 32);

-- Only content goes, only from control records of the chain, and only in the transaction whose last
-- record says so.
DROP TRIGGER journal_keeps_values;
CREATE TRIGGER journal_keeps_values BEFORE UPDATE ON journal
WHEN (NEW.sequence, NEW.engine_sequence, NEW.at, NEW.kind, NEW.principal, NEW.role, NEW.source,
      NEW.request_id, NEW.hash)
     IS NOT
     (OLD.sequence, OLD.engine_sequence, OLD.at, OLD.kind, OLD.principal, OLD.role, OLD.source,
      OLD.request_id, OLD.hash)
  OR OLD.engine_sequence IS NOT NULL
  OR OLD.hash IS NULL
  OR OLD.payload_hash IS NOT NULL
  OR NEW.payload_hash IS NULL
  OR NEW.payload <> ''
  OR NOT EXISTS (
      SELECT 1 FROM journal
      WHERE sequence = (SELECT max(sequence) FROM journal)
        AND kind = 'audit_pruned'
        AND OLD.sequence BETWEEN json_extract(payload, '$.first') AND json_extract(payload, '$.last')
  )
BEGIN
    SELECT raise(ABORT, 'journal is append-only');
END;
