//! The data directory's secrets: the key that signs access tokens, and the first-run token.
//!
//! Files that others can read are refused rather than repaired: a key that was readable may have
//! been read. The database is the store's own business.

use crate::control_plane::auth::{SetupSecret, random};
use domain::Timestamp;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Length of the signing key.
const KEY_LENGTH: usize = 32;
/// The signing key before, with its end.
const PREVIOUS: &str = "jwt.previous";

/// The data directory can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// What was to be read or written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others may have read it.
    #[error(
        "{} must be a file of its owner with mode 0600, got mode {mode:04o}; remove it to get a new key (all sessions end) or restore its mode if you know that nobody read it",
        path.display()
    )]
    KeyMode {
        /// The key file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// Damaged, or not made by us.
    #[error(
        "{} must hold 32 random bytes, {why}; remove it to get a new key (all sessions end)",
        path.display()
    )]
    KeyContent {
        /// The key file.
        path: PathBuf,
        /// What is wrong.
        why: &'static str,
    },
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> BootstrapError {
    let path = path.to_owned();
    move |source| BootstrapError::Io { path, source }
}

/// Makes the data directory with mode 0700 when it is not there.
///
/// # Errors
/// It can't be made, or is no directory.
pub fn prepare_directory(dir: &Path) -> Result<(), BootstrapError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700).create(dir).map_err(io_error(dir))
}

/// The key in `DIR/keys/jwt.key`, made on the first start.
///
/// # Errors
/// The file can't be read or made, is no plain file, is open to others, or holds no random key.
pub fn signing_key(dir: &Path) -> Result<[u8; KEY_LENGTH], BootstrapError> {
    key(dir, "jwt.key")
}

/// The signing key before the present one with the time until which its tokens hold, while they do.
///
/// # Errors
/// The file is there and can't be read, is open to others or damaged.
pub fn previous_key(
    dir: &Path,
    now: Timestamp,
) -> Result<Option<([u8; KEY_LENGTH], Timestamp)>, BootstrapError> {
    let path = dir.join("keys").join(PREVIOUS);
    if !check_private(&path)? {
        return Ok(None);
    }
    let bytes = fs::read(&path).map_err(io_error(&path))?;
    let found = bytes.split_first_chunk::<KEY_LENGTH>();
    let Some((key, until)) =
        found.and_then(|(k, rest)| Some((*k, <[u8; 8]>::try_from(rest).ok()?)))
    else {
        return Err(BootstrapError::KeyContent { path, why: "its length differs" });
    };
    let until = Timestamp::from_micros(i64::from_be_bytes(until));
    if now < until {
        return Ok(Some((key, until)));
    }
    fs::remove_file(&path).map_err(io_error(&path))?;
    Ok(None)
}

/// Makes a new signing key and keeps the present one for tokens that hold until `until`. At every
/// moment the folder holds the old key or the new one, whole; and before the new one signs anything,
/// the old one is kept.
///
/// # Errors
/// A file can't be read or written; the present key stays.
pub fn rotate_signing_key(
    dir: &Path,
    until: Timestamp,
) -> Result<[u8; KEY_LENGTH], BootstrapError> {
    let old = signing_key(dir)?;
    let folder = dir.join("keys");
    let mut kept = old.to_vec();
    kept.extend(until.micros().to_be_bytes());
    write_private(&folder.join(PREVIOUS), &kept)?;
    let key = random::<KEY_LENGTH>();
    write_private(&folder.join("jwt.key"), &key)?;
    Ok(key)
}

/// The key in `DIR/keys/seal.key` that secrets at rest are sealed with, made on the first start.
/// It stays when the signing key is changed, or nothing sealed could be read any more.
///
/// # Errors
/// As [`signing_key`].
pub fn seal_key(dir: &Path) -> Result<[u8; KEY_LENGTH], BootstrapError> {
    key(dir, "seal.key")
}

fn key(dir: &Path, name: &str) -> Result<[u8; KEY_LENGTH], BootstrapError> {
    let folder = dir.join("keys");
    prepare_directory(&folder)?;
    let path = folder.join(name);
    if check_private(&path)? {
        return read_key(path);
    }
    let key = random::<KEY_LENGTH>();
    write_private(&path, &key)?;
    Ok(key)
}

/// True when the file is there and its owner's alone.
fn check_private(path: &Path) -> Result<bool, BootstrapError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => {
            let mode = metadata.mode() & 0o7777;
            if !metadata.is_file() || mode & 0o077 != 0 {
                return Err(BootstrapError::KeyMode { path: path.to_owned(), mode });
            }
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(io_error(path)(error)),
    }
}

fn read_key(path: PathBuf) -> Result<[u8; KEY_LENGTH], BootstrapError> {
    let mut bytes = Vec::new();
    File::open(&path)
        .and_then(|file| file.take(KEY_LENGTH as u64 + 1).read_to_end(&mut bytes))
        .map_err(io_error(&path))?;
    let Ok(key) = <[u8; KEY_LENGTH]>::try_from(bytes) else {
        return Err(BootstrapError::KeyContent { path, why: "its length differs" });
    };
    // 32 random bytes of printable characters only are a typed secret: chance 10^-14.
    if key.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) {
        return Err(BootstrapError::KeyContent { path, why: "it looks like a typed text" });
    }
    let mut kinds = key;
    kinds.sort_unstable();
    if kinds.windows(2).filter(|pair| pair[0] != pair[1]).count() < 12 {
        return Err(BootstrapError::KeyContent { path, why: "its bytes repeat" });
    }
    Ok(key)
}

/// Writes the first-run token to its file, mode 0600, replacing an older one.
///
/// # Errors
/// The file can't be written.
pub fn write_setup_token(setup: &SetupSecret) -> Result<(), BootstrapError> {
    let Some(secret) = setup.reveal() else { return Ok(()) };
    write_private(setup.file(), secret.reveal().as_bytes())
}

/// Where the first-run token is told.
#[must_use]
pub fn setup_token_file(dir: &Path) -> PathBuf {
    dir.join("bootstrap-token")
}

/// Removes a first-run token that an earlier start left behind.
///
/// # Errors
/// It is there and can't be removed.
pub fn remove_setup_token(dir: &Path) -> Result<(), BootstrapError> {
    let path = setup_token_file(dir);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(&path)(error)),
        _ => Ok(()),
    }
}

/// The link that opens the page on its set-up form. The secret is in the fragment, which browsers
/// keep to themselves.
#[must_use]
pub fn setup_link(scheme: &str, listen: SocketAddr, setup: &SetupSecret) -> Option<String> {
    let secret = setup.reveal()?;
    Some(format!("{scheme}://{listen}/#setup={}", secret.reveal()))
}

/// Writes a file that only its owner may read: whole or not at all.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), BootstrapError> {
    let part = path.with_extension("part");
    let _ = fs::remove_file(&part);
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    };
    write().map_err(io_error(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("exists").mode() & 0o777
    }

    #[test]
    fn the_key_is_made_once_and_private() {
        let temporary = tempfile::tempdir().expect("temporary directory");
        let dir = temporary.path().join("data");
        let key = signing_key(&dir).expect("made");
        assert_eq!(signing_key(&dir).expect("read"), key);
        assert_eq!((mode(&dir), mode(&dir.join("keys/jwt.key"))), (0o700, 0o600));
        assert!(!dir.join("keys/jwt.part").exists());
    }

    #[test]
    fn sec_09_keys_that_others_can_read_are_refused() {
        let dir = tempfile::tempdir().expect("temporary directory");
        signing_key(dir.path()).expect("made");
        let path = dir.path().join("keys/jwt.key");
        for wide in [0o640, 0o604, 0o644, 0o660, 0o777] {
            fs::set_permissions(&path, fs::Permissions::from_mode(wide)).expect("chmod");
            let error = signing_key(dir.path()).expect_err("refused").to_string();
            assert!(error.contains(&format!("got mode {wide:04o}")), "{error}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("chmod");
        signing_key(dir.path()).expect("narrower is fine");
        let elsewhere = dir.path().join("elsewhere");
        fs::rename(&path, &elsewhere).expect("moved");
        symlink(&elsewhere, &path).expect("linked");
        assert!(matches!(signing_key(dir.path()), Err(BootstrapError::KeyMode { .. })));
    }

    #[test]
    fn sec_09_keys_that_are_not_random_are_refused() {
        let dir = tempfile::tempdir().expect("temporary directory");
        prepare_directory(&dir.path().join("keys")).expect("made");
        let path = dir.path().join("keys/jwt.key");
        for bad in
            [&b"super-secret"[..], &[0; 32], &[0xff; 33], b"a text of exactly 32 characters!", b""]
        {
            let _ = fs::remove_file(&path);
            write_private(&path, bad).expect("written");
            let error = signing_key(dir.path()).expect_err("refused");
            assert!(matches!(error, BootstrapError::KeyContent { .. }), "{error}");
        }
    }

    #[test]
    fn a_rotated_key_is_kept_until_its_tokens_are_over() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let old = signing_key(dir.path()).expect("made");
        let at = Timestamp::from_micros;
        assert_eq!(previous_key(dir.path(), at(5)).expect("none"), None);
        let new = rotate_signing_key(dir.path(), at(10)).expect("rotated");
        assert_ne!(old, new);
        assert_eq!(signing_key(dir.path()).expect("read"), new);
        assert_eq!(previous_key(dir.path(), at(9)).expect("kept"), Some((old, at(10))));
        assert_eq!(mode(&dir.path().join("keys/jwt.previous")), 0o600);
        assert_eq!(previous_key(dir.path(), at(10)).expect("over"), None);
        assert!(!dir.path().join("keys/jwt.previous").exists());
    }

    /// What a kill leaves at each step: the temporary file, the kept key, both.
    #[test]
    fn sec_43_a_rotation_cut_at_any_step_leaves_a_key() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let old = signing_key(dir.path()).expect("made");
        let keys = dir.path().join("keys");
        let mut kept = old.to_vec();
        kept.extend(10_i64.to_be_bytes());
        let steps: [&dyn Fn(); 4] = [
            &|| fs::write(keys.join("jwt.part"), &kept[..7]).expect("half a file"),
            &|| write_private(&keys.join(PREVIOUS), &kept).expect("the old one is kept"),
            &|| fs::write(keys.join("jwt.part"), [1; 3]).expect("half a file"),
            &|| {},
        ];
        for (n, step) in steps.iter().enumerate() {
            step();
            assert_eq!(signing_key(dir.path()).expect("a key"), old, "step {n}");
            let previous = previous_key(dir.path(), Timestamp::from_micros(5)).expect("readable");
            assert!(previous.is_none_or(|(key, _)| key == old), "step {n}");
        }
        let new = rotate_signing_key(dir.path(), Timestamp::from_micros(10)).expect("again");
        assert_eq!(signing_key(dir.path()).expect("a key"), new);
    }

    #[test]
    fn the_first_run_token_is_private_and_goes_when_used() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let path = setup_token_file(dir.path());
        fs::write(&path, "an older one").expect("written");
        let now = domain::Timestamp::ZERO;
        let setup = SetupSecret::generate(now, path.clone());
        write_setup_token(&setup).expect("written");
        let told = fs::read_to_string(&path).expect("readable");
        assert!(setup.accepts(&told, now) && !setup.accepts("an older one", now));
        assert_eq!(mode(&path), 0o600);
        let link =
            setup_link("http", SocketAddr::from(([127, 0, 0, 1], 8000)), &setup).expect("fresh");
        assert_eq!(link, format!("http://127.0.0.1:8000/#setup={told}"));
        setup.consume();
        assert!(!path.exists() && !setup.accepts(&told, now));
        remove_setup_token(dir.path()).expect("nothing to remove");
    }
}
