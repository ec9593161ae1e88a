//! The data directory is its owner's alone, or the daemon does not start.
//!
//! What others could read may have been read, and what they could write may have been swapped; so it
//! is refused, never mended.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Folders in the data directory that hold secrets.
const FOLDERS: [&str; 2] = ["keys", "tls"];
/// Files that the daemon opens by name and that no link may stand for.
const FILES: [&str; 6] = [
    "tradingd.db",
    "tradingd.db-wal",
    "tradingd.db-shm",
    "tradingd.lock",
    "tradingd.reserve",
    "bootstrap-token",
];

/// Others could get at it.
#[derive(Debug, thiserror::Error)]
pub enum Unsafe {
    /// It can be read or written by others.
    #[error(
        "{} must be accessible to its owner only, got mode {mode:04o}; run: chmod 700 {}",
        path.display(), path.display()
    )]
    Mode {
        /// The directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It belongs to somebody else.
    #[error("{} belongs to user {owner}, the daemon runs as {own}", path.display())]
    Owner {
        /// The directory.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who asks.
        own: u32,
    },
    /// A link or something else stands where a file or folder of ours should.
    #[error("{} must be a plain {what}, not a link; put the {what} itself there", path.display())]
    Link {
        /// What was looked at.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
    },
}

/// Looks at a data directory that exists; a missing one is fine, the daemon makes it.
///
/// # Errors
/// See [`Unsafe`].
pub fn check(directory: &Path) -> Result<(), Unsafe> {
    let Ok(found) = fs::metadata(directory) else { return Ok(()) };
    owned(directory, &found)?;
    private(directory, &found)?;
    for name in FOLDERS {
        let path = directory.join(name);
        let Ok(found) = fs::symlink_metadata(&path) else { continue };
        if !found.is_dir() {
            return Err(Unsafe::Link { path, what: "folder" });
        }
        private(&path, &found)?;
    }
    for name in FILES {
        let path = directory.join(name);
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(Unsafe::Link { path, what: "file" });
        }
    }
    Ok(())
}

fn private(path: &Path, found: &fs::Metadata) -> Result<(), Unsafe> {
    let mode = found.mode() & 0o7777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(Unsafe::Mode { path: path.to_owned(), mode }) }
}

/// Root may run on somebody's directory, for a rescue.
fn owned(path: &Path, found: &fs::Metadata) -> Result<(), Unsafe> {
    let (owner, own) = (found.uid(), rustix::process::geteuid().as_raw());
    if own == 0 || owner == own {
        return Ok(());
    }
    Err(Unsafe::Owner { path: path.to_owned(), owner, own })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("chmod");
    }

    /// A directory as the daemon makes it.
    fn private_dir() -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("dir");
        chmod(dir.path(), 0o700);
        dir
    }

    #[test]
    fn sec_36_directories_that_others_can_reach_are_refused() {
        let dir = private_dir();
        assert!(check(dir.path()).is_ok());
        assert!(check(&dir.path().join("missing")).is_ok());
        fs::create_dir(dir.path().join("keys")).expect("made");
        chmod(&dir.path().join("keys"), 0o700);
        for (path, what) in [(dir.path().to_owned(), "."), (dir.path().join("keys"), "keys")] {
            for mode in [0o750, 0o705, 0o755, 0o770, 0o777, 0o701] {
                chmod(&dir.path().join("keys"), 0o700);
                chmod(dir.path(), 0o700);
                chmod(&path, mode);
                let error = check(dir.path()).expect_err(what).to_string();
                assert!(error.contains(&format!("got mode {mode:04o}; run: chmod 700")), "{error}");
            }
            chmod(&path, 0o700);
        }
        assert!(check(dir.path()).is_ok());
    }

    #[test]
    fn sec_36_links_in_the_place_of_files_are_refused() {
        for name in FOLDERS.iter().chain(&FILES) {
            let (dir, elsewhere) = (private_dir(), private_dir());
            symlink(elsewhere.path(), dir.path().join(name)).expect("linked");
            assert!(matches!(check(dir.path()), Err(Unsafe::Link { .. })), "{name}");
        }
    }
}
