//! Certificates and keys in files: PEM in, rustls' types out, and private files that are private.

use rustix::fs::{Mode, OFlags};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Nobody's chain or key is longer.
const LONGEST: u64 = 1024 * 1024;

/// A file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FileProblem {
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A key that others can read, or a link.
    #[error(
        "{} must be a plain file that only its owner can read (chmod 600), got mode {mode:04o}",
        path.display()
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It holds something else.
    #[error("{} must hold {what} in PEM form", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> FileProblem {
    let path = path.to_owned();
    move |source| FileProblem::Io { path, source }
}

/// Reads a file that must be private: no link, and nothing for group and others. The opened file is
/// looked at, so that nobody can swap it in between.
///
/// # Errors
/// See [`FileProblem`].
pub fn read_private(path: &Path) -> Result<Vec<u8>, FileProblem> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let opened = rustix::fs::open(path, flags, Mode::empty());
    let file = match opened {
        Ok(file) => File::from(file),
        Err(rustix::io::Errno::LOOP) => {
            let mode = fs::symlink_metadata(path).map_or(0, |m| m.mode() & 0o7777);
            return Err(FileProblem::Open { path: path.to_owned(), mode });
        }
        Err(error) => return Err(io_error(path)(error.into())),
    };
    let metadata = file.metadata().map_err(io_error(path))?;
    let mode = metadata.mode() & 0o7777;
    if !metadata.is_file() || mode & 0o077 != 0 {
        return Err(FileProblem::Open { path: path.to_owned(), mode });
    }
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).map_err(io_error(path))?;
    Ok(bytes)
}

/// All certificates of a file, at least one.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, FileProblem> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST).read_to_end(&mut bytes))
        .map_err(io_error(path))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(FileProblem::Content { path: path.to_owned(), what: "certificates" }),
    }
}

/// The private key of a file that must be private.
pub(super) fn key(path: &Path) -> Result<PrivateKeyDer<'static>, FileProblem> {
    let bytes = read_private(path)?;
    PrivateKeyDer::from_pem_slice(&bytes)
        .map_err(|_| FileProblem::Content { path: path.to_owned(), what: "a private key" })
}

/// Chain and key, which must belong together.
pub(super) fn certified(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<CertifiedKey, rustls::Error> {
    let provider = rustls::crypto::ring::default_provider();
    CertifiedKey::from_der(chain, key, &provider)
}

/// Writes a file whole or not at all, with this mode.
pub(super) fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), FileProblem> {
    let part = path.with_extension("part");
    let _ = fs::remove_file(&part);
    let write = || -> io::Result<()> {
        let mut file =
            fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&part)?;
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
