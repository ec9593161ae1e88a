//! The journal as the audit reads it: filtered, newest first by wall time, or onwards from a number.
//!
//! Knows kinds of records only as text; what they mean is the daemon's business.

use crate::bulk::to_u64;
use crate::page::{Key, Scope};
use crate::store::as_of;
use crate::{Error, LogHash, Page, PageRequest, Store};
use domain::Timestamp;
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{QueryBuilder, Row as _};

/// Columns in the order in which [`decode`] takes them.
const COLUMNS: &str = "sequence, engine_sequence, at, kind, principal, role, source, request_id, \
                       payload, hash, payload_hash";

/// How many records a page may read to know which match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Records that are read at once.
    pub step: u32,
    /// How often.
    pub steps: u32,
}

impl Default for Patience {
    /// A hundred thousand records: about half a second of work.
    fn default() -> Self {
        Self { step: 10_000, steps: 10 }
    }
}

/// Which records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only these kinds; `None` for all.
    pub kinds: Option<Vec<String>>,
    /// Only those of this principal.
    pub principal: Option<String>,
    /// Only those from this source.
    pub source: Option<String>,
    /// Only those of this request.
    pub request_id: Option<String>,
    /// Only those about this pair, or about an order of it.
    pub symbol: Option<String>,
    /// Not before this moment (wall time).
    pub since: Option<Timestamp>,
    /// Before this moment (wall time).
    pub until: Option<Timestamp>,
    /// Only those that hold this text, in any case of ASCII letters.
    pub text: Option<String>,
}

/// One record as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number.
    pub sequence: u64,
    /// Number of the engine event; `None` for control records.
    pub engine_sequence: Option<u64>,
    /// Wall time.
    pub at: Timestamp,
    /// Its kind.
    pub kind: String,
    /// Who; empty for engine events.
    pub principal: String,
    /// The role they had.
    pub role: String,
    /// Where it came from.
    pub source: String,
    /// The caller's id of the request.
    pub request_id: String,
    /// JSON: the event, or the record's detail; empty when that was archived.
    pub payload: String,
    /// True when the content was archived and is not here any more.
    pub pruned: bool,
    /// Of the chain over all records; `None` for those of builds before it.
    pub hash: Option<LogHash>,
}

impl AuditFilter {
    /// True when the content of records must be read to know which match.
    fn reads_content(&self) -> bool {
        self.symbol.is_some() || self.text.is_some() || self.source.is_some()
    }

    /// True when an index leads to few records by itself.
    fn is_narrow(&self) -> bool {
        self.request_id.is_some() || self.principal.is_some()
    }

    /// Everything but the kinds.
    fn push(&self, query: &mut QueryBuilder<Sqlite>) {
        self.push_indexed(query);
        self.push_content(query);
    }

    /// What an index tells.
    fn push_indexed(&self, query: &mut QueryBuilder<Sqlite>) {
        let micros = |at: Timestamp| at.micros();
        if let Some(since) = self.since.map(micros) {
            query.push(" AND at >= ").push_bind(since);
        }
        if let Some(until) = self.until.map(micros) {
            query.push(" AND at < ").push_bind(until);
        }
        for (column, value) in [("principal", &self.principal), ("request_id", &self.request_id)] {
            if let Some(value) = value {
                query.push(format_args!(" AND {column} = ")).push_bind(value.clone());
            }
        }
    }

    /// What only the record itself tells.
    fn push_content(&self, query: &mut QueryBuilder<Sqlite>) {
        if let Some(source) = &self.source {
            query.push(" AND source = ").push_bind(source.clone());
        }
        if let Some(symbol) = &self.symbol {
            // Most order events name the order alone.
            query.push(" AND (instr(payload, ").push_bind(format!("\"symbol\":\"{symbol}\""));
            query.push(
                ") > 0 OR (engine_sequence IS NOT NULL AND \
                 json_extract(payload, '$.kind.id') IN (SELECT id FROM orders WHERE symbol = ",
            );
            query.push_bind(symbol.clone()).push(")))");
        }
        if let Some(text) = &self.text {
            let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            query.push(" AND (kind || ' ' || coalesce(principal, '') || ' ' || payload) LIKE ");
            query.push_bind(format!("%{escaped}%")).push(" ESCAPE '\\'");
        }
    }

    fn push_kinds(&self, query: &mut QueryBuilder<Sqlite>) {
        if let Some(kinds) = &self.kinds {
            query.push(" AND kind IN (");
            let mut list = query.separated(", ");
            for kind in kinds {
                list.push_bind(kind.clone());
            }
            query.push(")");
        }
    }
}

impl Store {
    /// Records, newest first by wall time, then by number. `total` is set when it can be counted
    /// without reading the content of records. Where their content must be read to know which
    /// match, a page ends after 100,000 records, says so by `scanned_until`, and may hold none.
    ///
    /// # Errors
    /// [`Error::BadPageToken`], else those of a read.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> Result<Page<AuditEntry>, Error> {
        self.audit_within(filter, page, Patience::default()).await
    }

    /// [`audit`](Self::audit) with another bound.
    ///
    /// # Errors
    /// As `audit`.
    pub async fn audit_within(
        &self,
        filter: &AuditFilter,
        page: &PageRequest,
        patience: Patience,
    ) -> Result<Page<AuditEntry>, Error> {
        let scope = Scope::new(self.store_id(), "audit", filter);
        let start = scope.decode(page)?.unwrap_or([i64::MAX, i64::MAX]);
        let limit = page.limit();
        let mut read = self.read().await?;
        let sequence = as_of(&mut read).await?;
        let total = self.count(filter, &mut read, sequence).await?;
        let wanted = i64::from(limit) + 1;
        if !filter.reads_content() {
            let span = Span { before: start, from: None };
            let items = fetch(&mut read, filter, span, wanted).await?;
            return Ok(scope.page(items, limit, total, sequence));
        }
        let (mut items, mut before) = (Vec::new(), start);
        for _ in 0..patience.steps {
            let from = end_of_step(&mut read, filter, before, patience.step).await?;
            let wanted = wanted - items.len() as i64;
            items.extend(fetch(&mut read, filter, Span { before, from }, wanted).await?);
            let (Some(from), true) = (from, items.len() <= limit as usize) else {
                return Ok(scope.page(items, limit, total, sequence));
            };
            before = from;
        }
        let mut page = scope.page(items, limit, total, sequence);
        page.next = Some(scope.encode(before));
        page.scanned_until = Some(Timestamp::from_micros(before[0]));
        Ok(page)
    }

    async fn count(
        &self,
        filter: &AuditFilter,
        read: &mut sqlx::SqliteConnection,
        sequence: u64,
    ) -> Result<Option<u64>, Error> {
        if filter.reads_content() {
            return Ok(None);
        }
        if *filter == AuditFilter::default() {
            return Ok(Some(sequence));
        }
        let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM journal WHERE true");
        filter.push_kinds(&mut query);
        filter.push(&mut query);
        let count: i64 = query.build_query_scalar().fetch_one(read).await?;
        Ok(Some(to_u64("count", count)?))
    }

    /// Records with numbers above `sequence` up to `last`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn audit_after(
        &self,
        filter: &AuditFilter,
        sequence: u64,
        last: u64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Error> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT ");
        query.push(COLUMNS).push(" FROM journal WHERE sequence > ");
        query.push_bind(i64::try_from(sequence).unwrap_or(i64::MAX));
        query.push(" AND sequence <= ").push_bind(i64::try_from(last).unwrap_or(i64::MAX));
        filter.push_kinds(&mut query);
        filter.push(&mut query);
        query.push(" ORDER BY sequence LIMIT ").push_bind(i64::from(limit));
        let mut read = self.read_long().await?;
        let rows = query.build().fetch_all(&mut *read).await?;
        rows.iter().map(decode).collect()
    }

    /// The kinds of records that there are. Looks each up by its index, whatever their number.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn audit_kinds(&self) -> Result<Vec<String>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query_scalar(
            "WITH RECURSIVE kinds (kind) AS (SELECT min(kind) FROM journal UNION ALL \
             SELECT (SELECT min(kind) FROM journal WHERE kind > kinds.kind) FROM kinds \
             WHERE kinds.kind IS NOT NULL) SELECT kind FROM kinds WHERE kind IS NOT NULL",
        );
        Ok(query.fetch_all(&mut *read).await?)
    }
}

/// A part of the list: before one position and, if there is an end, not before another.
#[derive(Debug, Clone, Copy)]
struct Span {
    before: Key,
    from: Option<Key>,
}

/// The position of the last record that a step reads; `None` when there are fewer.
async fn end_of_step(
    read: &mut sqlx::SqliteConnection,
    filter: &AuditFilter,
    before: Key,
    step: u32,
) -> Result<Option<Key>, Error> {
    let indexed = AuditFilter { symbol: None, source: None, text: None, ..filter.clone() };
    let span = Span { before, from: None };
    let mut query = newest("at, sequence", &indexed, span, i64::from(step));
    query.push(" OFFSET ").push_bind(i64::from(step) - 1);
    let row = query.build().fetch_optional(read).await?;
    row.map(|row| Ok([row.try_get(0)?, row.try_get(1)?])).transpose()
}

/// The newest records of a span with their positions.
async fn fetch(
    read: &mut sqlx::SqliteConnection,
    filter: &AuditFilter,
    span: Span,
    limit: i64,
) -> Result<Vec<(Key, AuditEntry)>, Error> {
    let mut query = newest(COLUMNS, filter, span, limit);
    let rows = query.build().fetch_all(read).await?;
    let item = |row: &SqliteRow| Ok(([row.try_get(2)?, row.try_get(0)?], decode(row)?));
    rows.iter().map(item).collect()
}

/// The newest records of a span. Each kind is read by its own index, so that a rare one
/// among a million others takes no longer than a frequent one.
fn newest(
    columns: &'static str,
    filter: &AuditFilter,
    span: Span,
    limit: i64,
) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::<Sqlite>::new("");
    let one = |query: &mut QueryBuilder<Sqlite>, kind: Option<&String>| {
        query.push("SELECT ").push(columns).push(" FROM journal WHERE (at, sequence) < (");
        query.push_bind(span.before[0]).push(", ").push_bind(span.before[1]).push(")");
        if let Some(from) = span.from {
            query.push(" AND (at, sequence) >= (");
            query.push_bind(from[0]).push(", ").push_bind(from[1]).push(")");
        }
        match kind {
            Some(kind) => {
                query.push(" AND kind = ").push_bind(kind.clone());
            }
            None => filter.push_kinds(query),
        }
        filter.push(query);
        query.push(" ORDER BY at DESC, sequence DESC LIMIT ").push_bind(limit);
    };
    match &filter.kinds {
        Some(kinds) if kinds.is_empty() => {
            query.push("SELECT ").push(columns).push(" FROM journal WHERE false LIMIT 1");
        }
        Some(kinds) if !filter.is_narrow() => {
            query.push("SELECT * FROM (");
            for (index, kind) in kinds.iter().enumerate() {
                query.push(if index == 0 {
                    "SELECT * FROM ("
                } else {
                    ") UNION ALL SELECT * FROM ("
                });
                one(&mut query, Some(kind));
            }
            query.push(")) ORDER BY at DESC, sequence DESC LIMIT ").push_bind(limit);
        }
        _ => one(&mut query, None),
    }
    query
}

fn decode(row: &SqliteRow) -> Result<AuditEntry, Error> {
    let engine: Option<i64> = row.try_get(1)?;
    let text = |at: usize| row.try_get::<Option<String>, _>(at).map(Option::unwrap_or_default);
    Ok(AuditEntry {
        sequence: to_u64("sequence", row.try_get(0)?)?,
        engine_sequence: engine.map(|n| to_u64("engine sequence", n)).transpose()?,
        at: Timestamp::from_micros(row.try_get(2)?),
        kind: row.try_get(3)?,
        principal: text(4)?,
        role: text(5)?,
        source: text(6)?,
        request_id: text(7)?,
        payload: row.try_get(8)?,
        pruned: row.try_get::<Option<&[u8]>, _>(10)?.is_some(),
        hash: row.try_get::<Option<&[u8]>, _>(9)?.and_then(LogHash::from_bytes),
    })
}
