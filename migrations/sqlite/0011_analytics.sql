-- What statistics over any stretch of time are made of: narrow rows in order of time, counts that are
-- kept instead of counted, and indices for lists of a stretch of time.

-- One line per round trip, in order of its end: opened_at, symbol, exit reason, entry price, exit
-- price, quantity, fees, profit, then strategy:quantity:profit of each owner; parted by blanks.
CREATE TABLE trade_facts (
    closed_at INTEGER NOT NULL,
    id        INTEGER NOT NULL REFERENCES trades (id),
    fact      TEXT NOT NULL,
    PRIMARY KEY (closed_at, id)
) STRICT, WITHOUT ROWID;

INSERT INTO trade_facts (closed_at, id, fact)
SELECT
    closed_at,
    id,
    json_extract(view, '$.opened_at') || ' ' || symbol
    || ' ' || json_extract(view, '$.exit_reason')
    || ' ' || json_extract(view, '$.entry_price')
    || ' ' || json_extract(view, '$.exit_price')
    || ' ' || json_extract(view, '$.quantity')
    || ' ' || json_extract(view, '$.fees')
    || ' ' || json_extract(view, '$.profit')
    || coalesce((
        SELECT group_concat(
            ' ' || json_extract(share.value, '$.strategy')
            || ':' || json_extract(share.value, '$.quantity')
            || ':' || json_extract(share.value, '$.profit'), '')
        FROM json_each(view, '$.shares') AS share
    ), '')
FROM trades;

-- Lists of a stretch of time, and the position that was open at a moment.
CREATE INDEX trades_by_time ON trades (closed_at);
CREATE INDEX trades_by_symbol_time ON trades (symbol, closed_at);
CREATE INDEX orders_by_time ON orders (created_at);
CREATE INDEX fills_by_time ON fills (at);

-- How many trades a filter without times finds; empty text for "any".
CREATE TABLE trade_counts (
    symbol   TEXT NOT NULL,
    strategy TEXT NOT NULL,
    trades   INTEGER NOT NULL,
    PRIMARY KEY (symbol, strategy)
) STRICT, WITHOUT ROWID;

INSERT INTO trade_counts (symbol, strategy, trades)
SELECT symbol, '', count(*) FROM trades GROUP BY symbol
UNION ALL
SELECT '', strategy, count(*) FROM trade_strategies GROUP BY strategy
UNION ALL
SELECT t.symbol, s.strategy, count(*)
FROM trade_strategies AS s JOIN trades AS t ON t.id = s.trade_id
GROUP BY t.symbol, s.strategy;

-- One line per finished intent: symbol, purpose, style, side, filled, average price or -, reference
-- price, fees, slippage in basis points or -, shortfall; parted by blanks.
CREATE TABLE execution_facts (
    at              INTEGER NOT NULL,
    engine_sequence INTEGER NOT NULL REFERENCES executions (engine_sequence),
    fact            TEXT NOT NULL,
    PRIMARY KEY (at, engine_sequence)
) STRICT, WITHOUT ROWID;

INSERT INTO execution_facts (at, engine_sequence, fact)
SELECT
    at,
    engine_sequence,
    symbol || ' ' || purpose || ' ' || style
    || ' ' || json_extract(view, '$.side')
    || ' ' || json_extract(view, '$.filled')
    || ' ' || coalesce(json_extract(view, '$.average_price'), '-')
    || ' ' || json_extract(view, '$.reference_price')
    || ' ' || json_extract(view, '$.fees')
    || ' ' || coalesce(json_extract(view, '$.slippage_bps'), '-')
    || ' ' || json_extract(view, '$.shortfall')
FROM executions;

-- What was put into the account, less what was taken out, from this equity point on. A row only where
-- it changed.
CREATE TABLE capital (
    at    INTEGER PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
