//! Feeds a walk over the journal from a running store, or from the files of a stopped daemon.
//!
//! Reads rows as they are, with none of the trust that the other reads have.

use crate::directory::DATABASE_FILE;
use crate::store::META_STORE_ID;
use crate::verify::{Anchor, HeadRow, Raw, Verdict, Walk};
use crate::{Archive, Error, LogHash, Store, archive, retention};
use futures::TryStreamExt as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{Connection as _, Row as _};
use std::path::Path;

/// Records between two reports of progress.
const REPORT_EVERY: u64 = 8_192;

impl Store {
    /// Walks the journal as it is now, and proves `archives` against it. `progress` gets what was found so far and the number of
    /// records there are; false ends the walk early, with what it has.
    ///
    /// # Errors
    /// Those of a read; what is wrong with the journal is no error but a finding.
    pub async fn verify(
        &self,
        anchors: Vec<Anchor>,
        archives: &[Archive],
        mut progress: impl FnMut(&Verdict, u64) -> bool + Send,
    ) -> Result<Verdict, Error> {
        let mut read = self.read_long().await?;
        walk(&mut read, anchors, archives, &mut progress).await
    }
}

/// Walks the journal of a stopped daemon, and proves `archives` against it. `anchors` is told the name of the store.
///
/// # Errors
/// [`Error::Locked`] while a daemon uses the directory, else those of a read.
pub async fn verify_directory(
    dir: &Path,
    anchors: impl FnOnce(&str) -> Vec<Anchor>,
    archives: &[Archive],
    mut progress: impl FnMut(&Verdict, u64) -> bool + Send,
) -> Result<Verdict, Error> {
    let _lock = crate::directory::lock(dir)?;
    // Nothing is written, but a log that a killed daemon left behind must be taken in to be read.
    let connect = SqliteConnectOptions::new()
        .filename(dir.join(DATABASE_FILE))
        .create_if_missing(false)
        .pragma("query_only", "1");
    let mut connection = SqliteConnection::connect_with(&connect).await?;
    let query = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?").bind(META_STORE_ID);
    let store_id: String = query.fetch_one(&mut connection).await?;
    let verdict = walk(&mut connection, anchors(&store_id), archives, &mut progress).await;
    connection.close().await?;
    verdict
}

async fn walk(
    connection: &mut SqliteConnection,
    anchors: Vec<Anchor>,
    archives: &[Archive],
    progress: &mut (impl FnMut(&Verdict, u64) -> bool + Send),
) -> Result<Verdict, Error> {
    let head = head(connection).await?;
    let prunings = retention::prunings(connection).await?;
    let mut walk = Walk::new(head.chain_from, anchors, prunings.clone());
    let query = sqlx::query(
        "SELECT sequence, engine_sequence, at, kind, principal, role, source, request_id, payload, \
         hash, payload_hash FROM journal ORDER BY sequence",
    );
    let mut rows = query.fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        match raw(&row) {
            Ok(row) => walk.step(&row)?,
            Err(_) => walk.unreadable(row.try_get(0)?),
        }
        if walk.verdict().records.is_multiple_of(REPORT_EVERY)
            && !progress(walk.verdict(), head.sequence)
        {
            return Ok(walk.verdict().clone());
        }
    }
    drop(rows);
    let proven = archive::prove(connection, &prunings, archives).await?;
    let mut verdict = walk.finish(&head);
    verdict.archives = proven.archives;
    verdict.archives_missing = proven.missing;
    verdict.found += proven.findings.len() as u64;
    verdict.findings.extend(proven.findings);
    progress(&verdict, head.sequence);
    Ok(verdict)
}

fn raw(row: &SqliteRow) -> Result<Raw, Error> {
    Ok(Raw {
        sequence: row.try_get(0)?,
        engine_sequence: row.try_get(1)?,
        at: row.try_get(2)?,
        kind: row.try_get(3)?,
        principal: row.try_get(4)?,
        role: row.try_get(5)?,
        source: row.try_get(6)?,
        request_id: row.try_get(7)?,
        payload: row.try_get(8)?,
        hash: row.try_get::<Option<&[u8]>, _>(9)?.and_then(LogHash::from_bytes),
        payload_hash: row.try_get(10)?,
    })
}

/// The head as it is: a number below 0 or a hash of another length counts as none.
async fn head(connection: &mut SqliteConnection) -> Result<HeadRow, Error> {
    let query = sqlx::query(
        "SELECT sequence, coalesce(chain_hash, zeroblob(32)), coalesce(chain_from, 0) FROM head",
    );
    let Some(row) = query.fetch_optional(connection).await? else {
        return Ok(HeadRow { sequence: 0, chain_hash: LogHash::START, chain_from: 1 });
    };
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(HeadRow {
        sequence: count(row.try_get(0)?),
        chain_hash: LogHash::from_bytes(row.try_get(1)?).unwrap_or_default(),
        chain_from: count(row.try_get(2)?),
    })
}
