-- Replies kept so that a repeated request gets the same answer; users and their sessions.

CREATE TABLE replies (
    principal  TEXT NOT NULL,
    request_id TEXT NOT NULL,
    method     TEXT NOT NULL,
    body_hash  BLOB NOT NULL,
    reply      BLOB NOT NULL,
    sequence   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (principal, request_id)
) STRICT;

CREATE INDEX replies_by_time ON replies (at);

CREATE TABLE users (
    name          TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id           TEXT PRIMARY KEY,
    user         TEXT NOT NULL REFERENCES users (name),
    refresh_hash TEXT NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    refreshed_at INTEGER NOT NULL,
    revoked_at   INTEGER,
    revoke_cause TEXT,
    CHECK ((revoked_at IS NULL) = (revoke_cause IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user);

-- Refresh hashes that were rotated away: meeting one again means that a token was stolen.
CREATE TABLE refresh_history (
    hash       TEXT PRIMARY KEY,
    session    TEXT NOT NULL REFERENCES sessions (id),
    retired_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX refresh_history_by_session ON refresh_history (session);
