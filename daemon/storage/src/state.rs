//! Snapshots, source position, replies to requests, and the small key-value table.

use crate::bulk::{to_i64, to_u64};
use crate::{Error, Snapshot, SourcePosition, Store, StoredReply, hash};
use domain::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

/// How long replies, and sessions after their end, are kept: 30 days.
const KEPT_MICROS: i64 = 30 * 86_400 * 1_000_000;
/// Keys of the table `meta` that callers may not set.
const RESERVED: &str = "store.";

pub(crate) async fn insert_snapshot(
    connection: &mut SqliteConnection,
    snapshot: &Snapshot,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO snapshots (engine_sequence, source_rows, build, sha256, bytes) \
         VALUES (?, ?, ?, ?, ?)",
    )
    .bind(to_i64("engine sequence", snapshot.engine_sequence)?)
    .bind(to_i64("source rows", snapshot.source_rows)?)
    .bind(&snapshot.build)
    .bind(hash::sha256(&snapshot.bytes).to_vec())
    .bind(&snapshot.bytes)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM snapshots WHERE number <= (SELECT max(number) - 2 FROM snapshots)")
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn set_position(
    connection: &mut SqliteConnection,
    position: &SourcePosition,
) -> Result<(), Error> {
    let SourcePosition { source_id, rows } = position;
    // Changes nothing when the source is another one or the rows would fall.
    let changed = sqlx::query(
        "INSERT INTO source_position (one, source_id, rows) VALUES (1, ?, ?) \
         ON CONFLICT (one) DO UPDATE SET rows = excluded.rows \
         WHERE source_id = excluded.source_id AND rows <= excluded.rows",
    )
    .bind(source_id)
    .bind(to_i64("source rows", *rows)?)
    .execute(&mut *connection)
    .await?;
    if changed.rows_affected() > 0 {
        return Ok(());
    }
    match read_position(connection).await? {
        Some(stored) if stored.source_id != *source_id => {
            Err(Error::OtherSource { stored: stored.source_id, given: source_id.clone() })
        }
        stored => {
            let stored = stored.map_or(0, |p| p.rows);
            Err(Error::Broken(format!("source rows must be {stored} or more, got {rows}")))
        }
    }
}

async fn read_position(connection: &mut SqliteConnection) -> Result<Option<SourcePosition>, Error> {
    let query = sqlx::query("SELECT source_id, rows FROM source_position");
    let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
    let rows = to_u64("source rows", row.try_get(1)?)?;
    Ok(Some(SourcePosition { source_id: row.try_get(0)?, rows }))
}

pub(crate) async fn insert_replies(
    connection: &mut SqliteConnection,
    replies: &[StoredReply],
) -> Result<(), Error> {
    for reply in replies {
        let inserted = sqlx::query(
            "INSERT INTO replies (principal, request_id, method, body_hash, reply, sequence, at) \
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (principal, request_id) DO NOTHING",
        )
        .bind(&reply.principal)
        .bind(&reply.request_id)
        .bind(&reply.method)
        .bind(&reply.body_hash)
        .bind(&reply.reply)
        .bind(to_i64("sequence", reply.sequence)?)
        .bind(reply.at.micros())
        .execute(&mut *connection)
        .await?;
        if inserted.rows_affected() == 0 {
            return Err(Error::DuplicateRequest {
                principal: reply.principal.clone(),
                request_id: reply.request_id.clone(),
            });
        }
    }
    Ok(())
}

pub(crate) async fn set_meta(
    connection: &mut SqliteConnection,
    pairs: &[(String, String)],
) -> Result<(), Error> {
    for (key, value) in pairs {
        if key.starts_with(RESERVED) {
            return Err(Error::Broken(format!(
                "meta key must not start with {RESERVED}, got {key}"
            )));
        }
        sqlx::query(
            "INSERT INTO meta (key, value) VALUES (?, ?) \
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(key)
        .bind(value)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// # Errors
/// Every read here fails with [`Error::Busy`], [`Error::Corrupt`] or [`Error::Database`].
impl Store {
    /// The kept snapshots, newest first. One whose hash is wrong is left out with a warning.
    pub async fn snapshots(&self) -> Result<Vec<Snapshot>, Error> {
        let mut read = self.read_long().await?;
        let rows = sqlx::query(
            "SELECT engine_sequence, source_rows, build, sha256, bytes FROM snapshots \
             ORDER BY number DESC",
        )
        .fetch_all(&mut *read)
        .await?;
        let mut snapshots = Vec::with_capacity(rows.len());
        for row in rows {
            let snapshot = Snapshot {
                engine_sequence: to_u64("engine sequence", row.try_get(0)?)?,
                source_rows: to_u64("source rows", row.try_get(1)?)?,
                build: row.try_get(2)?,
                bytes: row.try_get(4)?,
            };
            if row.try_get::<&[u8], _>(3)? == hash::sha256(&snapshot.bytes) {
                snapshots.push(snapshot);
            } else {
                let sequence = snapshot.engine_sequence;
                tracing::warn!(sequence, "a snapshot is damaged and left out");
            }
        }
        Ok(snapshots)
    }

    /// How far the source has been read.
    pub async fn position(&self) -> Result<Option<SourcePosition>, Error> {
        read_position(&mut *self.read().await?).await
    }

    /// A value of the key-value table.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?");
        Ok(query.bind(key.to_owned()).fetch_optional(&mut *read).await?)
    }

    /// All pairs whose key starts with `prefix`, by key.
    pub async fn meta_with_prefix(&self, prefix: &str) -> Result<Vec<(String, String)>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query_as(
            "SELECT key, value FROM meta WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key",
        );
        Ok(query.bind(prefix.to_owned()).fetch_all(&mut *read).await?)
    }

    /// The stored reply to a request.
    pub async fn stored_reply(
        &self,
        principal: &str,
        request_id: &str,
    ) -> Result<Option<StoredReply>, Error> {
        let mut read = self.read().await?;
        let query = sqlx::query(
            "SELECT method, body_hash, reply, sequence, at FROM replies \
             WHERE principal = ? AND request_id = ?",
        )
        .bind(principal.to_owned())
        .bind(request_id.to_owned());
        let Some(row) = query.fetch_optional(&mut *read).await? else { return Ok(None) };
        Ok(Some(StoredReply {
            principal: principal.to_owned(),
            request_id: request_id.to_owned(),
            method: row.try_get(0)?,
            body_hash: row.try_get(1)?,
            reply: row.try_get(2)?,
            sequence: to_u64("sequence", row.try_get(3)?)?,
            at: Timestamp::from_micros(row.try_get(4)?),
        }))
    }

    /// Deletes replies older than 30 days, and sessions that ended more than 30 days ago;
    /// returns how many rows went. Cheap when there is nothing to do; call it daily.
    pub async fn prune(&self, now: Timestamp) -> Result<u64, Error> {
        let before = now.micros().saturating_sub(KEPT_MICROS);
        let statements = [
            ("DELETE FROM replies WHERE at < ?", before),
            (
                "DELETE FROM refresh_history WHERE session IN \
                 (SELECT id FROM sessions WHERE min(expires_at, coalesce(revoked_at, expires_at)) < ?)",
                before,
            ),
            (
                "DELETE FROM sessions WHERE min(expires_at, coalesce(revoked_at, expires_at)) < ?",
                before,
            ),
            // Derived tokens end no later than their parents, so none stays behind without one.
            (
                "DELETE FROM api_tokens WHERE min(expires_at, coalesce(revoked_at, expires_at)) < ?",
                before,
            ),
        ];
        self.writer.lock().await.maintain(&statements).await
    }
}
