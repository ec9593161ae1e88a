//! Archives the content of old control records: first a file beside the anchors, then one
//! transaction that takes it out of the journal and says so. The chain stays provable.
//!
//! Knows which kinds stay whole for ever; never touches engine events, which the account is folded
//! from.

use super::kinds;
use crate::bootstrap;
use crate::control_plane::auth::Clock;
use crate::settings::SettingsHandle;
use crate::trader::{Change, TraderHandle};
use domain::Timestamp;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use storage::{Archive, ArchivedRecord, Portion, Store, archive_text, pruning_record};
use tokio_util::sync::CancellationToken;
use tradingd_proto::v1::{AuditSeverity, AuditType};

/// Name of the folder in the data directory.
pub const ARCHIVE_FOLDER: &str = "audit-archive";
/// Time between two looks at the journal.
const EVERY: Duration = Duration::from_secs(86_400);
/// Time before another try after a failure.
const RETRY: Duration = Duration::from_secs(3_600);
/// Small enough that trading waits a few milliseconds, and that an archive fits into a request.
const PORTION: Portion = Portion { looked_at: 20_000, records: 1_000, bytes: 256 << 10 };
const DAY: i64 = 86_400_000_000;

/// Why nothing more could be archived.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The archive can't be written.
    #[error("the archive can't be written: {0}")]
    Archive(#[from] io::Error),
    /// The journal can't be read, or is not what was stored.
    #[error(transparent)]
    Store(#[from] storage::Error),
    /// The transaction did not come about; nothing has changed.
    #[error("the journal is as it was: {0}")]
    Refused(String),
}

impl Failure {
    /// In words for whoever asks: without paths and without what the database said.
    fn told(&self) -> String {
        match self {
            Self::Archive(error) => format!("the archive can't be written: {}", error.kind()),
            Self::Store(storage::Error::Corrupt(_)) => {
                "a record is not what was stored; run: botctl audit verify".to_owned()
            }
            Self::Store(_) => "the journal can't be read".to_owned(),
            Self::Refused(_) => "the journal could not be written; it is as it was".to_owned(),
        }
    }
}

/// True for what stays whole: users and what they may, trading states, money, what the audit says
/// about itself, everything critical, and what this build does not know.
#[must_use]
pub fn keeps(kind: &str) -> bool {
    let meaning = kinds::of_kind(kind);
    meaning.severity == AuditSeverity::Critical
        || matches!(
            meaning.r#type,
            AuditType::User
                | AuditType::TradingState
                | AuditType::Resume
                | AuditType::Money
                | AuditType::Audit
                | AuditType::Other
        )
}

/// Archives of a data directory.
#[derive(Debug, Clone)]
pub struct Archives {
    folder: PathBuf,
    /// Why the last try came to nothing.
    failure: Arc<Mutex<Option<String>>>,
}

impl Archives {
    /// Those of a data directory.
    #[must_use]
    pub fn of(directory: &Path) -> Self {
        Self { folder: directory.join(ARCHIVE_FOLDER), failure: Arc::default() }
    }

    /// Why the last try came to nothing.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, failure: Option<String>) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    /// Reads all that are in the folder, by name; none without a folder.
    ///
    /// # Errors
    /// One can't be read.
    pub fn read(&self) -> io::Result<Vec<Archive>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "ndjson") {
                paths.push(path);
            }
        }
        paths.sort();
        paths.iter().map(|path| read(path)).collect()
    }

    /// Writes an archive as a whole; on disk when this returns. One of that name is of a try that
    /// came to nothing, and is replaced.
    fn write(&self, name: &str, text: &str) -> io::Result<()> {
        bootstrap::prepare_directory(&self.folder).map_err(io::Error::other)?;
        let (path, made) = (self.folder.join(name), self.folder.join(format!("{name}.new")));
        let written = Self::write_new(&made, text).and_then(|()| fs::rename(&made, &path));
        if written.is_err() {
            let _ = fs::remove_file(&made);
        }
        written?;
        File::open(&self.folder)?.sync_all()
    }

    fn write_new(path: &Path, text: &str) -> io::Result<()> {
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }
}

/// Reads an archive.
///
/// # Errors
/// It can't be read. What is no text is told as lines that can't be read, later.
pub fn read(path: &Path) -> io::Result<Archive> {
    let text = String::from_utf8_lossy(&fs::read(path)?).into_owned();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Archive { name, text })
}

/// The task.
#[derive(Debug)]
pub struct Retention {
    /// Where records are.
    pub store: Arc<Store>,
    /// The single writer.
    pub trader: TraderHandle,
    /// Says after how many days.
    pub settings: SettingsHandle,
    /// Where archives go.
    pub archives: Archives,
    /// Wall time.
    pub clock: Clock,
}

impl Retention {
    /// Looks at the journal at start, once a day, and when the settings change, until `end`.
    pub async fn run(self, end: CancellationToken) {
        let mut changed = self.settings.changed();
        let mut days = 0;
        loop {
            let result = self.archive_all(&end).await;
            self.archives.note(result.as_ref().err().map(Failure::told));
            let pause = match result {
                Ok(0) => EVERY,
                Ok(records) => {
                    tracing::info!(records, "content of old audit records was archived");
                    EVERY
                }
                Err(error) => {
                    tracing::warn!(%error, "old audit records keep their content for now");
                    RETRY
                }
            };
            let wait = tokio::time::sleep(pause);
            tokio::pin!(wait);
            loop {
                let now = self.settings.current().audit.retention_days;
                if std::mem::replace(&mut days, now) != now {
                    break;
                }
                tokio::select! {
                    () = end.cancelled() => return,
                    () = &mut wait => break,
                    more = changed.changed() => if more.is_err() { return },
                }
            }
        }
    }

    /// Archives all that is old enough, a portion at a time; says how many records that were.
    async fn archive_all(&self, end: &CancellationToken) -> Result<u64, Failure> {
        let prunings = self.store.prunings().await?;
        let mut after = prunings.iter().map(|pruning| pruning.last).max().unwrap_or(0);
        let mut records = 0;
        loop {
            let days = self.settings.current().audit.retention_days;
            if days == 0 || end.is_cancelled() {
                return Ok(records);
            }
            let age = i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(DAY);
            let before = Timestamp::from_micros(self.clock.now().micros().saturating_sub(age));
            let found = self.store.prunable(after, before, PORTION, keeps).await?;
            after = found.looked_at;
            records += found.records.len() as u64;
            if !found.records.is_empty() {
                self.archive(found.records).await?;
            }
            if found.done {
                return Ok(records);
            }
        }
    }

    /// Archives these records: the file first, so that content is never nowhere.
    async fn archive(&self, records: Vec<ArchivedRecord>) -> Result<(), Failure> {
        let name = format!("audit-{:012}.ndjson", records.first().map_or(0, |r| r.sequence));
        let text = archive_text(&records)?;
        let record = pruning_record(self.clock.now(), &records, &name, &text);
        let archives = self.archives.clone();
        let written = tokio::task::spawn_blocking(move || archives.write(&name, &text)).await;
        written.map_err(io::Error::other)??;
        let change =
            Change { records: record.into_iter().collect(), prune: records, ..Change::default() };
        let answer = self.trader.change(change).await;
        answer.map(|_| ()).map_err(|failure| Failure::Refused(format!("{failure:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_start_and_an_inquiry_need_stays_whole() {
        for kind in [
            "setup_done",
            "user_created",
            "password_changed",
            "role_changed",
            "stop",
            "close_all",
            "resume",
            "halted_by_file",
            "halted_by_crashes",
            "row_set_aside",
            "movement_requested",
            "audit_pruned",
            "keys_rotated",
            "brand_new",
        ] {
            assert!(keeps(kind), "{kind}");
        }
        for kind in [
            "login",
            "login_failed",
            "logout",
            "refresh_reused",
            "daemon_started",
            "alert_raised",
            "strategy_toggled",
            "settings_changed",
            "session_revoked",
            "api_token_created",
        ] {
            assert!(!keeps(kind), "{kind}");
        }
    }

    #[test]
    fn an_archive_is_private_whole_and_replaces_one_of_a_try_that_failed() {
        use std::os::unix::fs::MetadataExt as _;
        let dir = tempfile::tempdir().expect("temporary directory");
        let archives = Archives::of(dir.path());
        assert!(archives.read().expect("none yet").is_empty());
        archives.write("audit-1.ndjson", "a longer one of a try that failed\n").expect("writes");
        archives.write("audit-1.ndjson", "one\n").expect("replaces");
        archives.write("audit-0.ndjson", "zero\n").expect("writes");
        std::fs::write(archives.folder.join("audit-2.ndjson.new"), "half").expect("a torn one");
        let found: Vec<_> = archives.read().expect("reads").into_iter().map(|a| a.text).collect();
        assert_eq!(found, ["zero\n", "one\n"]);
        let mode = |path: &Path| fs::metadata(path).expect("is there").mode() & 0o777;
        assert_eq!(mode(&archives.folder), 0o700);
        assert_eq!(mode(&archives.folder.join("audit-1.ndjson")), 0o600);
    }
}
