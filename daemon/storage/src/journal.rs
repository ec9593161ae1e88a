//! The journal: engine events and control records under one gapless number.
//!
//! Appends and reads; folding events is the engine's business.

use crate::bulk::{Insert, to_i64, to_u64};
use crate::chain::{self, Header};
use crate::head::Head;
use crate::{Batch, ControlRecord, Error, JournalBody, JournalRecord, LogHash, Store};
use domain::{EngineEvent, Timestamp};
use futures::TryStreamExt as _;
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _};

/// Most records of one read.
pub const MAX_JOURNAL_READ: u32 = 10_000;

static INSERT: Insert = Insert::new(
    "INSERT INTO journal \
     (sequence, engine_sequence, at, kind, principal, role, source, request_id, payload, hash)",
    10,
    "",
);

/// Who made a control record.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Who {
    pub(crate) principal: String,
    pub(crate) role: String,
    pub(crate) source: String,
    pub(crate) request_id: String,
}

/// The columns of a row, in the order in which [`Row::decode`] takes them.
macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT sequence, engine_sequence, at, kind, principal, role, source, request_id, ",
            "payload, hash, payload_hash FROM journal ",
            $rest
        )
    };
}

/// One row as it is stored.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) sequence: u64,
    pub(crate) engine_sequence: Option<u64>,
    pub(crate) at: Timestamp,
    pub(crate) kind: String,
    pub(crate) who: Option<Who>,
    pub(crate) payload: String,
    /// Of the chain over all records; `None` for those of builds before it.
    pub(crate) hash: Option<LogHash>,
    /// Of the payload, where that was archived and is empty now.
    pub(crate) payload_hash: Option<[u8; 32]>,
}

impl Row {
    /// The chain over all records with this one.
    pub(crate) fn link(&self, previous: LogHash) -> Result<LogHash, Error> {
        let who = self.who.as_ref();
        let engine_sequence = self.engine_sequence.map(|n| to_i64("engine sequence", n));
        let header = Header {
            sequence: to_i64("sequence", self.sequence)?,
            engine_sequence: engine_sequence.transpose()?,
            at: self.at.micros(),
            kind: &self.kind,
            principal: who.map(|w| w.principal.as_str()),
            role: who.map(|w| w.role.as_str()),
            source: who.map(|w| w.source.as_str()),
            request_id: who.map(|w| w.request_id.as_str()),
        };
        match self.payload_hash {
            Some(hash) => header.link_hash(previous, hash),
            None => header.link(previous, &self.payload),
        }
    }

    /// Adds the row to the hash chain that it belongs to.
    pub(crate) fn chain(&self, head: &mut Head) -> Result<(), Error> {
        let Some(who) = &self.who else {
            head.log_hash = head.log_hash.chain(self.payload.as_bytes());
            return Ok(());
        };
        let names = (self.sequence, self.at.micros(), &self.kind, who);
        let line = format!("{}{}", json(&names)?, self.payload);
        head.audit_hash = head.audit_hash.chain(line.as_bytes());
        Ok(())
    }

    fn decode(row: &SqliteRow) -> Result<Self, Error> {
        let engine: Option<i64> = row.try_get(1)?;
        Ok(Self {
            sequence: to_u64("sequence", row.try_get(0)?)?,
            engine_sequence: engine.map(|n| to_u64("engine sequence", n)).transpose()?,
            at: Timestamp::from_micros(row.try_get(2)?),
            kind: row.try_get(3)?,
            who: Self::who(row)?,
            payload: row.try_get(8)?,
            hash: row.try_get::<Option<&[u8]>, _>(9)?.and_then(LogHash::from_bytes),
            payload_hash: row
                .try_get::<Option<&[u8]>, _>(10)?
                .and_then(|hash| hash.try_into().ok()),
        })
    }

    fn who(row: &SqliteRow) -> Result<Option<Who>, Error> {
        let Some(principal) = row.try_get::<Option<String>, _>(4)? else { return Ok(None) };
        let text = |at: usize| row.try_get::<Option<String>, _>(at).map(Option::unwrap_or_default);
        Ok(Some(Who { principal, role: text(5)?, source: text(6)?, request_id: text(7)? }))
    }

    pub(crate) fn record(self) -> Result<JournalRecord, Error> {
        let Self { sequence, at, kind, who, payload, payload_hash, .. } = self;
        let payload =
            if payload_hash.is_some() { crate::retention::PRUNED.to_owned() } else { payload };
        let fail = |e| Error::Corrupt(format!("journal record {sequence}: {e}"));
        let body = match who {
            None => JournalBody::Engine(serde_json::from_str(&payload).map_err(fail)?),
            Some(Who { principal, role, source, request_id }) => {
                let detail = serde_json::from_str(&payload).map_err(fail)?;
                JournalBody::Control(ControlRecord {
                    at,
                    kind,
                    principal,
                    role,
                    source,
                    request_id,
                    detail,
                })
            }
        };
        Ok(JournalRecord { sequence, at, body })
    }
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|e| Error::Broken(format!("no JSON: {e}")))
}

/// Numbers the events and control records of a batch, moving the head along.
pub(crate) fn rows(batch: &Batch, head: &mut Head) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::with_capacity(batch.events.len() + batch.controls.len());
    if head.chain_from == 0 && rows.capacity() > 0 {
        head.chain_from = head.sequence + 1;
        head.chain_hash = chain::seed(head.log_hash, head.audit_hash);
    }
    for event in &batch.events {
        let expected = head.engine_sequence + 1;
        if event.sequence != expected {
            return Err(Error::SequenceGap { expected, given: event.sequence });
        }
        head.engine_sequence = expected;
        head.sequence += 1;
        rows.push(Row {
            sequence: head.sequence,
            engine_sequence: Some(expected),
            at: batch.wall_at,
            kind: event.kind.name().to_owned(),
            who: None,
            payload: json(event)?,
            hash: None,
            payload_hash: None,
        });
    }
    for control in &batch.controls {
        head.sequence += 1;
        rows.push(Row {
            sequence: head.sequence,
            engine_sequence: None,
            at: control.at,
            kind: control.kind.clone(),
            who: Some(Who {
                principal: control.principal.clone(),
                role: control.role.clone(),
                source: control.source.clone(),
                request_id: control.request_id.clone(),
            }),
            payload: json(&control.detail)?,
            hash: None,
            payload_hash: None,
        });
    }
    for row in &mut rows {
        row.chain(head)?;
        head.chain_hash = row.link(head.chain_hash)?;
        row.hash = Some(head.chain_hash);
    }
    Ok(rows)
}

pub(crate) async fn insert(connection: &mut SqliteConnection, rows: &[Row]) -> Result<(), Error> {
    let bind = |v: &mut crate::bulk::Values, row: &Row| {
        v.add(to_i64("sequence", row.sequence)?)?;
        v.add(row.engine_sequence.map(|n| to_i64("engine sequence", n)).transpose()?)?;
        v.add(row.at.micros())?;
        v.add(row.kind.clone())?;
        let who = row.who.as_ref();
        v.add(who.map(|w| w.principal.clone()))?;
        v.add(who.map(|w| w.role.clone()))?;
        v.add(who.map(|w| w.source.clone()))?;
        v.add(who.map(|w| w.request_id.clone()))?;
        v.add(row.payload.clone())?;
        v.add(row.hash.map(|hash| hash.as_bytes().to_vec()))
    };
    INSERT.run(connection, rows, bind).await?;
    Ok(())
}

/// Hands every row of the journal to `each`, in order.
pub(crate) async fn for_each(
    connection: &mut SqliteConnection,
    mut each: impl FnMut(Row) -> Result<(), Error>,
) -> Result<(), Error> {
    let query = sqlx::query(columns!("ORDER BY sequence"));
    let mut stream = query.fetch(connection);
    while let Some(row) = stream.try_next().await? {
        each(Row::decode(&row)?)?;
    }
    Ok(())
}

impl Store {
    /// Journal records with numbers above `sequence`, oldest first, at most `limit`
    /// (1 to [`MAX_JOURNAL_READ`]).
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn journal_after(
        &self,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<JournalRecord>, Error> {
        let mut read = self.read_long().await?;
        let rows = sqlx::query(columns!("WHERE sequence > ? ORDER BY sequence LIMIT ?"))
            .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
            .bind(limit.clamp(1, MAX_JOURNAL_READ))
            .fetch_all(&mut *read)
            .await?;
        rows.iter().map(|row| Row::decode(row)?.record()).collect()
    }

    /// Records of these kinds with numbers above `after` up to `to`, oldest first, at most `limit`
    /// (1 to [`MAX_JOURNAL_READ`]). Reads the kinds of the others, but not what they hold.
    ///
    /// # Errors
    /// As [`journal_after`](Self::journal_after).
    pub async fn journal_of_kinds(
        &self,
        (after, to): (u64, u64),
        kinds: &[&'static str],
        limit: u32,
    ) -> Result<Vec<JournalRecord>, Error> {
        let mut query = QueryBuilder::<Sqlite>::new(columns!("WHERE sequence > "));
        query.push_bind(i64::try_from(after).unwrap_or(i64::MAX));
        query.push(" AND sequence <= ").push_bind(i64::try_from(to).unwrap_or(i64::MAX));
        query.push(" AND kind IN (");
        let mut words = query.separated(", ");
        for kind in kinds {
            words.push_bind(*kind);
        }
        query.push(") ORDER BY sequence LIMIT ").push_bind(limit.clamp(1, MAX_JOURNAL_READ));
        let mut read = self.read_long().await?;
        let rows = query.build().fetch_all(&mut *read).await?;
        rows.iter().map(|row| Row::decode(row)?.record()).collect()
    }

    /// Engine events with numbers above `engine_sequence`, oldest first, at most `limit`
    /// (1 to [`MAX_JOURNAL_READ`]).
    ///
    /// # Errors
    /// As [`journal_after`](Self::journal_after).
    pub async fn engine_events_after(
        &self,
        engine_sequence: u64,
        limit: u32,
    ) -> Result<Vec<EngineEvent>, Error> {
        let mut read = self.read_long().await?;
        let rows = sqlx::query(
            "SELECT payload FROM journal WHERE engine_sequence > ? ORDER BY engine_sequence \
             LIMIT ?",
        )
        .bind(i64::try_from(engine_sequence).unwrap_or(i64::MAX))
        .bind(limit.clamp(1, MAX_JOURNAL_READ))
        .fetch_all(&mut *read)
        .await?;
        rows.iter()
            .map(|row| {
                let payload: &str = row.try_get(0)?;
                serde_json::from_str(payload)
                    .map_err(|e| Error::Corrupt(format!("engine event: {e}")))
            })
            .collect()
    }
}
