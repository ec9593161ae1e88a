-- What somebody should look at, one row each. At most one alert per cause is not resolved.
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    -- 1 info, 2 warning, 3 critical
    severity INTEGER NOT NULL CHECK (severity BETWEEN 1 AND 3),
    cause TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    hint TEXT NOT NULL,
    symbol TEXT NOT NULL,
    strategy TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
    -- Wall time in microseconds.
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    acknowledged_by TEXT NOT NULL DEFAULT '',
    acknowledged_at INTEGER,
    acknowledge_note TEXT NOT NULL DEFAULT '',
    resolved_at INTEGER,
    escalations INTEGER NOT NULL DEFAULT 0,
    -- Whether it still has to be sent: waiting, settled (sent, given up, or not to be sent).
    sending TEXT NOT NULL CHECK (sending IN ('waiting', 'settled'))
) STRICT;

CREATE UNIQUE INDEX alerts_cause ON alerts (cause) WHERE state <> 'resolved';
CREATE INDEX alerts_resolved ON alerts (cause, resolved_at) WHERE state = 'resolved';

-- Alerts begin with this version: what the journal holds already raises none.
INSERT INTO meta (key, value)
SELECT 'alerts.handled', CAST(sequence AS TEXT) FROM head;
