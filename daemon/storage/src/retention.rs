//! Takes the content of old control records out of the journal, and keeps the chain provable.
//!
//! A record's row stays, with all columns that its hash covers and the hash of what it held; its
//! content is in an archive before it goes. Which kinds may go, where archives lie and when this
//! happens is the daemon's business.

use crate::bulk::{to_i64, to_u64};
use crate::chain::Header;
use crate::hash::{sha256, to_hex};
use crate::{ControlRecord, Error, LogHash, Store};
use domain::Timestamp;
use futures::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::BTreeSet;

/// Kind of the record that says what a pruning took out.
pub const PRUNED_KIND: &str = "audit_pruned";
/// What a record holds whose content was archived.
pub(crate) const PRUNED: &str = "{\"pruned\":true}";

/// A control record as a line of an archive: all that its hash covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchivedRecord {
    /// Its number.
    pub sequence: u64,
    /// Wall time in microseconds since the epoch.
    pub at: i64,
    /// Its kind.
    pub kind: String,
    /// Who.
    pub principal: String,
    /// The role they had.
    pub role: Option<String>,
    /// Where it came from.
    pub source: Option<String>,
    /// The caller's id of the request.
    pub request_id: Option<String>,
    /// The JSON text that it held, to the letter.
    pub detail: String,
    /// Hash of the record before it, in hex.
    pub previous: String,
    /// Its hash, in hex.
    pub hash: String,
}

impl ArchivedRecord {
    /// Its hash when it follows that of another record.
    pub(crate) fn link(&self, previous: LogHash) -> Option<LogHash> {
        let header = Header {
            sequence: i64::try_from(self.sequence).ok()?,
            engine_sequence: None,
            at: self.at,
            kind: &self.kind,
            principal: Some(&self.principal),
            role: self.role.as_deref(),
            source: self.source.as_deref(),
            request_id: self.request_id.as_deref(),
        };
        header.link(previous, &self.detail).ok()
    }
}

/// What a pruning took out, as its record in the journal says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pruning {
    /// Number of the first record whose content went.
    pub first: u64,
    /// Number of the last.
    pub last: u64,
    /// How many there are.
    pub count: u64,
    /// Their kinds: every control record of these kinds from `first` to `last`.
    pub kinds: BTreeSet<String>,
    /// Name of the archive.
    pub archive: String,
    /// Its sha256 in hex.
    pub archive_sha256: String,
    /// Hash of the chain before the first record, in hex.
    pub previous_hash: String,
    /// Hash of the chain with the last record, in hex.
    pub last_hash: String,
}

impl Pruning {
    /// True when it took out the content of this record.
    pub(crate) fn covers(&self, sequence: u64, kind: &str) -> bool {
        (self.first..=self.last).contains(&sequence) && self.kinds.contains(kind)
    }
}

/// What may be archived next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prunable {
    /// The records, oldest first.
    pub records: Vec<ArchivedRecord>,
    /// The last record looked at.
    pub looked_at: u64,
    /// True when all that follows is too young.
    pub done: bool,
}

/// Most to look at and to take at a time.
#[derive(Debug, Clone, Copy)]
pub struct Portion {
    /// Records of any sort that are looked at.
    pub looked_at: u32,
    /// Records that are taken.
    pub records: usize,
    /// Bytes of their content, about.
    pub bytes: usize,
}

/// The archive of records: one JSON object a line.
///
/// # Errors
/// [`Error::Broken`] when one is no JSON.
pub fn archive_text(records: &[ArchivedRecord]) -> Result<String, Error> {
    let mut text = String::new();
    for record in records {
        let line = serde_json::to_string(record);
        text += &line.map_err(|e| Error::Broken(format!("record {}: {e}", record.sequence)))?;
        text.push('\n');
    }
    Ok(text)
}

/// The record that goes into the same transaction as [`Batch::prune`](crate::Batch::prune); `None`
/// without records.
#[must_use]
pub fn pruning_record(
    at: Timestamp,
    records: &[ArchivedRecord],
    archive: &str,
    text: &str,
) -> Option<ControlRecord> {
    let (first, last) = (records.first()?, records.last()?);
    let pruning = Pruning {
        first: first.sequence,
        last: last.sequence,
        count: records.len() as u64,
        kinds: records.iter().map(|record| record.kind.clone()).collect(),
        archive: archive.to_owned(),
        archive_sha256: to_hex(&sha256(text.as_bytes())),
        previous_hash: first.previous.clone(),
        last_hash: last.hash.clone(),
    };
    let detail = serde_json::to_value(pruning).ok()?;
    Some(ControlRecord::system(at, PRUNED_KIND, detail))
}

/// Takes out what was archived; the record that says so is in the journal already.
pub(crate) async fn prune(
    connection: &mut SqliteConnection,
    records: &[ArchivedRecord],
) -> Result<(), Error> {
    for record in records {
        // A record that is not what was archived is left alone, and the whole batch with it.
        let result = sqlx::query(
            "UPDATE journal SET payload = '', payload_hash = ? WHERE sequence = ? AND payload = ?",
        )
        .bind(sha256(record.detail.as_bytes()).to_vec())
        .bind(to_i64("sequence", record.sequence)?)
        .bind(record.detail.clone())
        .execute(&mut *connection)
        .await?;
        if result.rows_affected() != 1 {
            let text = format!("journal record {} is not what was archived", record.sequence);
            return Err(Error::Broken(text));
        }
    }
    Ok(())
}

/// What the journal says was taken out, oldest first. What can't be read covers nothing.
pub(crate) async fn prunings(connection: &mut SqliteConnection) -> Result<Vec<Pruning>, Error> {
    let query = sqlx::query_scalar(
        "SELECT payload FROM journal WHERE kind = ? AND engine_sequence IS NULL ORDER BY sequence",
    );
    let details: Vec<String> = query.bind(PRUNED_KIND).fetch_all(connection).await?;
    Ok(details.iter().filter_map(|detail| serde_json::from_str(detail).ok()).collect())
}

impl Store {
    /// What was taken out of the journal so far, oldest first.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn prunings(&self) -> Result<Vec<Pruning>, Error> {
        prunings(&mut *self.read().await?).await
    }

    /// The next control records after `after` that are older than `before` and of a kind that
    /// `keeps` does not want kept. Looks no further than the first record that is not older, so
    /// that what was taken out always ends before what is kept whole. The first record of the
    /// chain and those before it stay.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when one is not what was stored: it must not leave the journal as if it
    /// were. Else those of a read.
    pub async fn prunable(
        &self,
        after: u64,
        before: Timestamp,
        portion: Portion,
        keeps: impl Fn(&str) -> bool + Send,
    ) -> Result<Prunable, Error> {
        let from = after.max(self.chain().borrow().from);
        let mut found = Prunable { looked_at: from, ..Prunable::default() };
        let mut read = self.read_long().await?;
        let query = sqlx::query(
            "SELECT sequence, engine_sequence, at, kind, principal, role, source, request_id, \
             payload, hash, payload_hash FROM journal WHERE sequence >= ? ORDER BY sequence LIMIT ?",
        );
        let mut rows = query
            .bind(to_i64("sequence", from)?)
            .bind(i64::from(portion.looked_at) + 1)
            .fetch(&mut *read);
        let (mut previous, mut bytes, mut read) = (None, 0, 0);
        while let Some(row) = rows.try_next().await? {
            let sequence = to_u64("sequence", row.try_get(0)?)?;
            if sequence > from && row.try_get::<i64, _>(2)? >= before.micros() {
                found.done = true;
                return Ok(found);
            }
            let hash = row.try_get::<Option<&[u8]>, _>(9)?.and_then(LogHash::from_bytes);
            if sequence > from
                && let (Some(previous), Some(hash)) = (previous, hash)
                && let Some(record) = take(&row, sequence, (previous, hash), &keeps)?
            {
                bytes += record.detail.len();
                found.records.push(record);
            }
            previous = hash;
            found.looked_at = sequence;
            read += 1;
            if found.records.len() >= portion.records || bytes >= portion.bytes {
                return Ok(found);
            }
        }
        found.done = read <= portion.looked_at;
        Ok(found)
    }
}

/// A row as a line of an archive, proven; `None` when it stays.
fn take(
    row: &SqliteRow,
    sequence: u64,
    (previous, hash): (LogHash, LogHash),
    keeps: &impl Fn(&str) -> bool,
) -> Result<Option<ArchivedRecord>, Error> {
    let engine: Option<i64> = row.try_get(1)?;
    let pruned = row.try_get::<Option<&[u8]>, _>(10)?.is_some();
    let kind: String = row.try_get(3)?;
    let (None, false, false) = (engine, pruned, kind == PRUNED_KIND || keeps(&kind)) else {
        return Ok(None);
    };
    let record = ArchivedRecord {
        sequence,
        at: row.try_get(2)?,
        kind,
        principal: row.try_get::<Option<String>, _>(4)?.unwrap_or_default(),
        role: row.try_get(5)?,
        source: row.try_get(6)?,
        request_id: row.try_get(7)?,
        detail: row.try_get(8)?,
        previous: previous.to_string(),
        hash: hash.to_string(),
    };
    if record.link(previous) != Some(hash) {
        return Err(Error::Corrupt(format!("journal record {sequence} is not what was stored")));
    }
    Ok(Some(record))
}
