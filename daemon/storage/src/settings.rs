//! Versions of settings. Values are opaque texts; secrets come sealed.

use crate::bulk::{to_i64, to_u64};
use crate::{Error, Store};
use domain::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// One version of the settings: everything that changed at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsVersion {
    /// Its number, from 1 without gaps.
    pub version: u64,
    /// Wall time.
    pub at: Timestamp,
    /// How it came about: `opened`, `start`, `update`, `rollback`.
    pub cause: String,
    /// Who: a user's name, or `system`.
    pub principal: String,
    /// The role they had then; empty for the system.
    pub role: String,
    /// Where the request came from; empty for the system.
    pub source: String,
    /// The caller's id of the request; empty for the system.
    pub request_id: String,
    /// Why; may be empty.
    pub reason: String,
    /// What changed, sorted by key; may be empty for the first version.
    pub changes: Vec<SettingChange>,
}

/// One changed value.
#[derive(Clone, PartialEq, Eq)]
pub struct SettingChange {
    /// Dotted key.
    pub key: String,
    /// Value before; a secret's is sealed, or empty when it was not set.
    pub before: String,
    /// Value from then on.
    pub after: String,
    /// Where the new value comes from: `default`, `file`, `environment`, `flag`, `store`.
    pub origin: String,
}

impl std::fmt::Debug for SettingChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // It may be a secret, and nothing here knows.
        write!(f, "SettingChange {{ key: {:?}, origin: {:?} }}", self.key, self.origin)
    }
}

/// A value as a version has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSetting {
    /// The newest change up to that version.
    pub change: SettingChange,
    /// The version that made it.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub principal: String,
}

/// What becomes durable about settings with a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsWrite {
    /// A new version; its number follows the stored one.
    pub version: Option<SettingsVersion>,
    /// Replaces what is remembered of the outside: key and value (sealed for secrets).
    pub outside: Option<Vec<(String, String)>>,
}

pub(crate) async fn apply(
    connection: &mut SqliteConnection,
    write: &SettingsWrite,
) -> Result<(), Error> {
    if let Some(version) = &write.version {
        insert(connection, version).await?;
    }
    if let Some(outside) = &write.outside {
        sqlx::query("DELETE FROM settings_outside").execute(&mut *connection).await?;
        for (key, value) in outside {
            sqlx::query("INSERT INTO settings_outside (key, value) VALUES (?, ?)")
                .bind(key)
                .bind(value)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

async fn insert(connection: &mut SqliteConnection, new: &SettingsVersion) -> Result<(), Error> {
    let number = to_i64("settings version", new.version)?;
    let last: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM settings_versions")
        .fetch_one(&mut *connection)
        .await?;
    if number != last + 1 {
        let text = format!("settings version must be {}, got {number}", last + 1);
        return Err(Error::Broken(text));
    }
    sqlx::query(
        "INSERT INTO settings_versions \
         (version, at, cause, principal, role, source, request_id, reason) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(number)
    .bind(new.at.micros())
    .bind(&new.cause)
    .bind(&new.principal)
    .bind(&new.role)
    .bind(&new.source)
    .bind(&new.request_id)
    .bind(&new.reason)
    .execute(&mut *connection)
    .await?;
    for SettingChange { key, before, after, origin } in &new.changes {
        sqlx::query(
            "INSERT INTO settings_changes (version, key, before, after, origin) \
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(number)
        .bind(key)
        .bind(before)
        .bind(after)
        .bind(origin)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

impl Store {
    /// Versions before `before` (0: from the newest on) that changed `key` (empty: any), newest
    /// first, at most `limit`.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn settings_versions(
        &self,
        before: u64,
        key: &str,
        limit: u32,
    ) -> Result<Vec<SettingsVersion>, Error> {
        let below = if before == 0 { i64::MAX } else { to_i64("settings version", before)? };
        let mut read = self.read().await?;
        let rows = sqlx::query(
            "SELECT version, at, cause, principal, role, source, request_id, reason \
             FROM settings_versions WHERE version < ?1 AND (?2 = '' OR version IN \
             (SELECT version FROM settings_changes WHERE key = ?2)) \
             ORDER BY version DESC LIMIT ?3",
        )
        .bind(below)
        .bind(key)
        .bind(limit)
        .fetch_all(&mut *read)
        .await?;
        let mut versions = rows.iter().map(version_row).collect::<Result<Vec<_>, _>>()?;
        for version in &mut versions {
            let rows = sqlx::query(
                "SELECT key, before, after, origin FROM settings_changes \
                 WHERE version = ? ORDER BY key",
            )
            .bind(to_i64("settings version", version.version)?)
            .fetch_all(&mut *read)
            .await?;
            version.changes = rows.iter().map(change_row).collect::<Result<_, _>>()?;
        }
        Ok(versions)
    }

    /// Number of the newest version; 0 when there is none.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn settings_version(&self) -> Result<u64, Error> {
        let mut read = self.read().await?;
        let last: i64 =
            sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM settings_versions")
                .fetch_one(&mut *read)
                .await?;
        to_u64("settings version", last)
    }

    /// What was in force under a version, sorted by key; keys that never changed are left out.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn settings_at(&self, version: u64) -> Result<Vec<StoredSetting>, Error> {
        let mut read = self.read().await?;
        let rows = sqlx::query(
            "SELECT c.key, c.before, c.after, c.origin, v.version, v.at, v.principal \
             FROM settings_changes c JOIN settings_versions v ON v.version = c.version \
             WHERE c.version = (SELECT max(version) FROM settings_changes \
                                WHERE key = c.key AND version <= ?) \
             ORDER BY c.key",
        )
        .bind(to_i64("settings version", version)?)
        .fetch_all(&mut *read)
        .await?;
        let stored = |row: &SqliteRow| {
            Ok(StoredSetting {
                change: change_row(row)?,
                version: to_u64("settings version", row.try_get(4)?)?,
                at: Timestamp::from_micros(row.try_get(5)?),
                principal: row.try_get(6)?,
            })
        };
        rows.iter().map(stored).collect()
    }

    /// What the outside said at the last start, sorted by key.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn settings_outside(&self) -> Result<Vec<(String, String)>, Error> {
        let mut read = self.read().await?;
        let rows = sqlx::query("SELECT key, value FROM settings_outside ORDER BY key")
            .fetch_all(&mut *read)
            .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}

fn version_row(row: &SqliteRow) -> Result<SettingsVersion, Error> {
    Ok(SettingsVersion {
        version: to_u64("settings version", row.try_get(0)?)?,
        at: Timestamp::from_micros(row.try_get(1)?),
        cause: row.try_get(2)?,
        principal: row.try_get(3)?,
        role: row.try_get(4)?,
        source: row.try_get(5)?,
        request_id: row.try_get(6)?,
        reason: row.try_get(7)?,
        changes: Vec::new(),
    })
}

fn change_row(row: &SqliteRow) -> Result<SettingChange, Error> {
    Ok(SettingChange {
        key: row.try_get(0)?,
        before: row.try_get(1)?,
        after: row.try_get(2)?,
        origin: row.try_get(3)?,
    })
}
