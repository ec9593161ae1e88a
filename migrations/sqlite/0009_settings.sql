-- Versions of the settings that can change while the daemon runs: who changed what, when and why.
-- What is in force under a version is, for each key, its newest change up to that version; a key
-- without one has the default of the build.

CREATE TABLE settings_versions (
    version    INTEGER PRIMARY KEY CHECK (version > 0),
    at         INTEGER NOT NULL,
    cause      TEXT NOT NULL,
    principal  TEXT NOT NULL,
    role       TEXT NOT NULL,
    source     TEXT NOT NULL,
    request_id TEXT NOT NULL,
    reason     TEXT NOT NULL
) STRICT;

-- Values of secrets are sealed, here and in the table below.
CREATE TABLE settings_changes (
    version INTEGER NOT NULL REFERENCES settings_versions (version),
    key     TEXT NOT NULL,
    before  TEXT NOT NULL,
    after   TEXT NOT NULL,
    origin  TEXT NOT NULL,
    PRIMARY KEY (key, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX settings_changes_by_version ON settings_changes (version);

-- What file, environment and flags said at the last start about keys that can change.
CREATE TABLE settings_outside (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
