-- Users that are switched off, their one-time codes, where sessions come from, and API tokens.

ALTER TABLE users ADD COLUMN disabled_at INTEGER;
-- Sealed; the key is not in the database.
ALTER TABLE users ADD COLUMN totp TEXT;
-- NULL until the first code was right; only then logins need one.
ALTER TABLE users ADD COLUMN totp_confirmed_at INTEGER;
-- The last time step whose code was used: each code works once.
ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;

ALTER TABLE sessions ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN client TEXT NOT NULL DEFAULT '';
-- When password or one-time code were last given in this session.
ALTER TABLE sessions ADD COLUMN proven_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET proven_at = created_at;

CREATE TABLE api_tokens (
    id           TEXT PRIMARY KEY,
    user         TEXT NOT NULL REFERENCES users (name),
    -- The token that it was derived from; it ends with it.
    parent       TEXT REFERENCES api_tokens (id),
    name         TEXT NOT NULL,
    role         TEXT NOT NULL,
    -- JSON: methods, symbols and source addresses; an empty list is no limit.
    limits       TEXT NOT NULL,
    -- SHA-256 of the secret part.
    secret_hash  TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    revoke_cause TEXT,
    CHECK ((revoked_at IS NULL) = (revoke_cause IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX api_tokens_by_user ON api_tokens (user);
CREATE INDEX api_tokens_by_parent ON api_tokens (parent);
