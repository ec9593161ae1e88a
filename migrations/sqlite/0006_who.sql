-- Control records name, besides the principal: the role it had, where the request came from, and
-- the caller's id of the request. Empty for what the daemon does by itself.
ALTER TABLE journal ADD COLUMN role TEXT;
ALTER TABLE journal ADD COLUMN source TEXT;
ALTER TABLE journal ADD COLUMN request_id TEXT;
