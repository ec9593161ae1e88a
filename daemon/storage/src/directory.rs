//! The data directory: private to its owner, used by one process at a time.
//!
//! Makes files and locks; knows nothing of their content.

use crate::Error;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Name of the database in the data directory.
pub const DATABASE_FILE: &str = "tradingd.db";
/// Name of the lock in the data directory.
pub const LOCK_FILE: &str = "tradingd.lock";

/// Name of the file whose space is kept for the moment when the disk is full.
pub const RESERVE_FILE: &str = "tradingd.reserve";

/// A data directory held by this process until it is dropped.
#[derive(Debug)]
pub(crate) struct DataDirectory {
    path: PathBuf,
    /// The system lets go of the lock when this file is closed, also after a crash.
    _lock: File,
}

impl DataDirectory {
    /// Makes the directory (0700) and an empty database file (0600) where they are missing.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let fail = |path: &Path| {
            let dir = path.to_owned();
            move |source| Error::Directory { dir, source }
        };
        if !path.is_dir() {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true).mode(0o700).create(path).map_err(fail(path))?;
        }
        let lock = take_lock(path)?;
        let database = path.join(DATABASE_FILE);
        let file = private_file(&database).map_err(fail(&database))?;
        // SQLite gives its side files the same permissions.
        file.set_permissions(Permissions::from_mode(0o600)).map_err(fail(&database))?;
        // The name itself must survive a power cut, too.
        File::open(path).and_then(|d| d.sync_all()).map_err(fail(path))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Fills the reserve up to `bytes`; false when there is no room for it.
    pub(crate) fn fill_reserve(&self, bytes: usize) -> bool {
        let path = self.path.join(RESERVE_FILE);
        let have = path.metadata().map_or(0, |m| m.len());
        if have >= bytes as u64 {
            return true;
        }
        // Random, because a file system may store zeros or repetition in no space at all.
        let mut block = vec![0; bytes];
        let filled = getrandom::fill(&mut block).map_err(|e| std::io::Error::other(e.to_string()));
        let filled = filled.and_then(|()| private_file(&path)?.write_all(&block));
        if let Err(error) = filled {
            tracing::warn!(%error, file = %path.display(), "no room for the reserve");
            let _ = fs::remove_file(&path);
            return false;
        }
        true
    }

    /// Gives the reserve's space back to the disk; false when there was none.
    pub(crate) fn release_reserve(&self) -> Result<bool, Error> {
        let path = self.path.join(RESERVE_FILE);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(Error::Directory { dir: path, source }),
        }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path.join(DATABASE_FILE)
    }
}

fn private_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Holds a data directory that must be there, for as long as the file lives.
pub(crate) fn lock(dir: &Path) -> Result<File, Error> {
    let database = dir.join(DATABASE_FILE);
    if let Err(source) = fs::metadata(&database) {
        return Err(Error::Directory { dir: database, source });
    }
    take_lock(dir)
}

fn take_lock(dir: &Path) -> Result<File, Error> {
    let path = dir.join(LOCK_FILE);
    let fail = |source| Error::Directory { dir: path.clone(), source };
    let mut file = private_file(&path).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let known =
                file.read_to_string(&mut text).is_ok() && text.trim().parse::<u32>().is_ok();
            let holder = if known { format!(" (pid {})", text.trim()) } else { String::new() };
            return Err(Error::Locked { dir: dir.to_owned(), holder });
        }
        Err(TryLockError::Error(source)) => return Err(fail(source)),
    }
    file.set_len(0).map_err(fail)?;
    file.rewind().map_err(fail)?;
    writeln!(file, "{}", std::process::id()).map_err(fail)?;
    Ok(file)
}
