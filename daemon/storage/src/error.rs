//! What can go wrong, split by what the caller does about it.
//!
//! Decides nothing: whether to retry, to halt or to refuse mutations is the caller's business.

use std::path::PathBuf;

/// A failed call of the store. A failed [`commit`](crate::Store::commit) has changed nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Wait: another process uses this data directory. Start with another one or stop the other.
    #[error("data directory {} is in use by another process{holder}", dir.display())]
    Locked {
        /// The directory.
        dir: PathBuf,
        /// ` (pid 123)`, or empty when it is not known.
        holder: String,
    },
    /// Fix the directory: it can't be made, read or written.
    #[error("data directory {}: {source}", dir.display())]
    Directory {
        /// The directory or the file in it.
        dir: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Try again: the database was busy for longer than its time limit.
    #[error("database is busy: {0}")]
    Busy(String),
    /// Refuse mutations until there is room: the disk is full or failing. Reads still work.
    #[error("database can't write, disk full or failing: {0}")]
    Disk(String),
    /// Stop and restore a backup: the stored data contradicts itself.
    #[error("database is damaged: {0}")]
    Corrupt(String),
    /// A bug of ours: the batch breaks a rule of the schema.
    #[error("batch breaks a rule of the database: {0}")]
    Broken(String),
    /// Use a newer build: the database was written by one.
    #[error(
        "database has schema {found}, this build knows schemas up to {newest}; use the newer build"
    )]
    NewerSchema {
        /// Version of the database.
        found: i64,
        /// Newest version that this build knows.
        newest: i64,
    },
    /// Use the official build: a migration file was edited after it had been applied.
    #[error("migration {version} differs from the one that made this database")]
    EditedMigration {
        /// Number of the migration.
        version: i64,
    },
    /// A bug of ours: the events don't follow the stored ones.
    #[error("engine event sequence must be {expected}, got {given}")]
    SequenceGap {
        /// The number that comes next.
        expected: u64,
        /// The number given.
        given: u64,
    },
    /// Refuse to run: the data directory belongs to another source or seed.
    #[error("data directory holds source {stored}, not {given}")]
    OtherSource {
        /// Source of the stored position.
        stored: String,
        /// Source of the batch.
        given: String,
    },
    /// Answer from [`stored_reply`](crate::Store::stored_reply): the request was carried out already.
    #[error("request {request_id} of {principal} was carried out already")]
    DuplicateRequest {
        /// Who asked.
        principal: String,
        /// The id of the request.
        request_id: String,
    },
    /// Tell the caller: the name is taken.
    #[error("user {0} exists already")]
    UserExists(String),
    /// Tell the caller: there is no such user.
    #[error("user {0} does not exist")]
    UnknownUser(String),
    /// Tell the caller: there is no such session.
    #[error("session {0} does not exist")]
    UnknownSession(String),
    /// Tell the caller: there is no such API token.
    #[error("API token {0} does not exist")]
    UnknownToken(String),
    /// Treat it as a stolen token: the refresh hash is not the session's current one, or the session is revoked.
    #[error("refresh token of session {0} is not the current one")]
    RefreshNotCurrent(String),
    /// Tell the caller: there is no such alert.
    #[error("there is no alert {0}")]
    UnknownAlert(u64),
    /// Tell the caller: the alert was acknowledged or resolved already.
    #[error("alert {0} is not open")]
    AlertNotOpen(u64),
    /// Tell the caller: the page token is not one of this list and filter.
    #[error("page token does not belong to this list and filter")]
    BadPageToken,
    /// A bug of ours or an unknown trouble of the database.
    #[error("database: {0}")]
    Database(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(e) => {
                let code = e.code().and_then(|c| c.parse::<i32>().ok()).unwrap_or(0);
                Self::from_sqlite(code, e.message())
            }
            sqlx::Error::PoolTimedOut => Self::Busy("no free connection".to_owned()),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Corrupt(error.to_string())
            }
            other => Self::Database(other.to_string()),
        }
    }
}

impl Error {
    /// What clients may be told: neither what the database said nor a path. The rest is for the log.
    #[must_use]
    pub const fn summary(&self) -> &'static str {
        match self {
            Self::Busy(_) => "the database is busy",
            Self::Disk(_) => "the database can't write: the disk is full or failing",
            Self::Corrupt(_) => "the database is damaged",
            Self::Locked { .. } | Self::Directory { .. } => "the data directory can't be used",
            _ => "the database refused it; the daemon's log says why",
        }
    }

    /// Sorts SQLite's (extended) result codes, <https://sqlite.org/rescode.html>.
    fn from_sqlite(code: i32, message: &str) -> Self {
        let text = format!("{message} (code {code})");
        match code & 0xff {
            5 | 6 => Self::Busy(text),
            8 | 10 | 13 | 14 => Self::Disk(text),
            11 | 26 => Self::Corrupt(text),
            19 => Self::Broken(text),
            _ => Self::Database(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_codes_sort_into_what_to_do() {
        for (code, wanted) in [
            (5, "busy"),
            (517, "busy"),
            (13, "can't write"),
            (778, "can't write"),
            (11, "damaged"),
            (26, "damaged"),
            (2067, "breaks a rule"),
            (1811, "breaks a rule"),
            (1, "database: "),
        ] {
            let error = Error::from_sqlite(code, "no such column: x");
            let text = error.to_string();
            assert!(text.contains(wanted), "{code}: {text}");
            assert!(!error.summary().contains("column"), "clients get none of it: {error:?}");
        }
    }
}
