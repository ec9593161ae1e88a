//! The stored login: one file per daemon address, readable by its owner only.
//!
//! Refresh tokens rotate and each works once, so that two processes that renew at the same time could
//! end the session. Whoever writes therefore holds the lock file and reads the session again after
//! getting it. No network here; `client.rs` renews.

use crate::address::Address;
use crate::failure::Failure;
use prost_types::Duration as ProtoDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tradingd_proto::v1::Tokens;

/// An access token is renewed when it has less than this many seconds to live.
const RENEW_BEFORE_SECONDS: u64 = 5;
/// Pause between two tries for the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// What is kept of a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Address of the daemon, to tell the files apart by eye.
    pub addr: String,
    /// Name of the user.
    pub user: String,
    /// Works once, then it is replaced.
    pub refresh_token: String,
    /// Goes with every call.
    pub access_token: String,
    /// End of the access token, seconds since 1970 by this machine's clock.
    pub access_expires_at: u64,
}

impl Session {
    /// A session from fresh tokens.
    #[must_use]
    pub fn new(addr: String, user: String, tokens: &Tokens) -> Self {
        let lifetime = tokens.access_expires_in.as_ref().map_or(0, whole_seconds);
        Self {
            addr,
            user,
            refresh_token: tokens.refresh_token.clone(),
            access_token: tokens.access_token.clone(),
            access_expires_at: now_seconds().saturating_add(lifetime),
        }
    }

    /// True while the access token can still be used.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        !self.access_token.is_empty()
            && now_seconds().saturating_add(RENEW_BEFORE_SECONDS) < self.access_expires_at
    }
}

fn whole_seconds(duration: &ProtoDuration) -> u64 {
    u64::try_from(duration.seconds).unwrap_or(0)
}

fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// The session file of one daemon.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    name: String,
}

/// Holds the lock of a session file until dropped.
#[derive(Debug)]
pub struct Locked {
    _file: File,
}

impl Store {
    /// The store for an address: `$XDG_STATE_HOME/botctl`, else `~/.local/state/botctl`.
    ///
    /// # Errors
    /// When neither variable names a folder.
    pub fn for_address(addr: &Address) -> Result<Self, Failure> {
        let absolute = |name: &str| {
            std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
        };
        let base = absolute("XDG_STATE_HOME")
            .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
            .ok_or_else(|| {
                Failure::usage("no place for the session: neither XDG_STATE_HOME nor HOME is set")
                    .with_hint("set one of them, or pass an access token in BOTCTL_TOKEN")
            })?;
        Ok(Self::in_folder(base.join("botctl"), addr))
    }

    /// The store for an address in a folder.
    #[must_use]
    pub fn in_folder(folder: PathBuf, addr: &Address) -> Self {
        let digest = Sha256::digest(addr.url().as_bytes());
        let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { folder, name: format!("session-{name}") }
    }

    fn file(&self) -> PathBuf {
        self.folder.join(format!("{}.json", self.name))
    }

    fn pin_file(&self) -> PathBuf {
        self.folder.join(format!("{}.pem", self.name.replacen("session", "ca", 1)))
    }

    /// The authority that is pinned for this daemon, in PEM form.
    ///
    /// # Errors
    /// When it is there but cannot be read.
    pub fn load_pin(&self) -> Result<Option<Vec<u8>>, Failure> {
        let path = self.pin_file();
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(trouble("read", &path, &e)),
        }
    }

    /// Pins an authority for this daemon in place of an older one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_pin(&self, pem: &[u8]) -> Result<(), Failure> {
        let path = self.pin_file();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .map_err(|e| trouble("make", &self.folder, &e))?;
        let draft = path.with_extension(format!("{}.new", std::process::id()));
        write_private(&draft, pem)
            .and_then(|()| fs::rename(&draft, &path))
            .map_err(|e| trouble("write", &path, &e))
    }

    /// The stored session; `None` when nobody is logged in.
    ///
    /// # Errors
    /// When the file is there but cannot be read or is not a session.
    pub fn load(&self) -> Result<Option<Session>, Failure> {
        let path = self.file();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(trouble("read", &path, &e)),
        };
        serde_json::from_str(&text).map(Some).map_err(|e| {
            Failure::internal(format!("session file {}: {e}", path.display()))
                .with_hint("delete it and run botctl login --user NAME")
        })
    }

    /// Takes the lock, waiting for another botctl up to `patience`.
    ///
    /// # Errors
    /// When the other one does not finish, or the lock file cannot be made.
    pub async fn lock(&self, patience: Duration) -> Result<Locked, Failure> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .map_err(|e| trouble("make", &self.folder, &e))?;
        let path = self.folder.join(format!("{}.lock", self.name));
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|e| trouble("open", &path, &e))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Locked { _file: file }),
                Err(TryLockError::WouldBlock) if start.elapsed() < patience => {
                    tokio::time::sleep(LOCK_PAUSE).await;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Failure::unreachable(format!(
                        "another botctl holds {} for more than {} s",
                        path.display(),
                        patience.as_secs()
                    )));
                }
                Err(TryLockError::Error(e)) => return Err(trouble("lock", &path, &e)),
            }
        }
    }

    /// Replaces the session; a reader sees the old one or the new one, never half of it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, _held: &Locked, session: &Session) -> Result<(), Failure> {
        let path = self.file();
        let draft = self.folder.join(format!("{}.{}.new", self.name, std::process::id()));
        let text = serde_json::to_vec_pretty(session)
            .map_err(|e| Failure::internal(format!("session: {e}")))?;
        write_private(&draft, &text)
            .and_then(|()| fs::rename(&draft, &path))
            .map_err(|e| trouble("write", &path, &e))
    }

    /// Forgets the session; nothing happens when there is none.
    ///
    /// # Errors
    /// When the file is there but cannot be removed.
    pub fn remove(&self, _held: &Locked) -> Result<(), Failure> {
        let path = self.file();
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(trouble("remove", &path, &e)),
            _ => Ok(()),
        }
    }
}

/// Writes a new file that only its owner can read, down to the disk.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A draft left by a crash may have other rights: begin anew.
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn trouble(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::internal(format!("cannot {what} {}: {error}", path.display()))
        .with_hint("check the rights of the folder, or pass an access token in BOTCTL_TOKEN")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn session(access: &str, expires: u64) -> Session {
        Session {
            addr: "http://127.0.0.1:8000".to_owned(),
            user: "anna".to_owned(),
            refresh_token: "r1".to_owned(),
            access_token: access.to_owned(),
            access_expires_at: expires,
        }
    }

    fn store(folder: &Path, addr: &str) -> Store {
        Store::in_folder(folder.join("botctl"), &Address::parse(addr).expect("valid"))
    }

    #[tokio::test]
    async fn a_saved_session_is_private_and_comes_back() {
        let dir = tempfile::tempdir().expect("tempdir");
        let store = store(dir.path(), "127.0.0.1:8000");
        assert_eq!(store.load().expect("readable"), None);
        let held = store.lock(Duration::from_secs(1)).await.expect("free");
        store.save(&held, &session("a1", 10)).expect("written");
        store.save(&held, &session("a2", 20)).expect("written again");
        assert_eq!(store.load().expect("readable"), Some(session("a2", 20)));
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&store.file()), 0o600);
        assert_eq!(mode(&store.folder), 0o700);
        store.remove(&held).expect("removed");
        store.remove(&held).expect("removing twice is fine");
        assert_eq!(store.load().expect("readable"), None);
    }

    #[tokio::test]
    async fn the_lock_is_exclusive_and_ends_with_its_holder() {
        let dir = tempfile::tempdir().expect("tempdir");
        let store = store(dir.path(), "127.0.0.1:8000");
        let held = store.lock(Duration::from_secs(1)).await.expect("free");
        let error = store.lock(Duration::from_millis(1)).await.expect_err("held");
        assert_eq!(error.exit(), crate::exit::Exit::Unreachable);
        drop(held);
        store.lock(Duration::from_millis(1)).await.expect("free again");
    }

    #[test]
    fn each_address_has_its_own_file() {
        let dir = Path::new("/x");
        assert_ne!(store(dir, "127.0.0.1:8000").file(), store(dir, "127.0.0.1:8001").file());
        assert_eq!(store(dir, "127.0.0.1:8000").file(), store(dir, "http://127.0.0.1").file());
    }

    #[test]
    fn freshness_leaves_time_for_the_call() {
        assert!(session("a", now_seconds() + 60).is_fresh());
        assert!(!session("a", now_seconds() + 2).is_fresh());
        assert!(!session("", now_seconds() + 60).is_fresh());
    }
}
