//! The daemon's own certificate authority: made once, kept in the data directory, pinned by clients.
//!
//! It signs nothing but the daemon's own certificate. Losing its key costs a new pin at every client.

use super::files::{self, FileProblem};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: Duration = Duration::from_secs(86_400);
/// Clients whose clocks are behind still accept what was signed a moment ago.
const BEFORE: Duration = DAY;
/// Life of the daemon's certificate; with [`BEFORE`] and rounding to whole days 397 days at most.
const LIFE: Duration = Duration::from_secs(395 * 86_400);
/// Life of the authority.
const AUTHORITY_LIFE: Duration = Duration::from_secs(3_650 * 86_400);

/// The own authority can't be made or used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// One of its files.
    #[error(transparent)]
    File(#[from] FileProblem),
    /// A name can't stand in a certificate, or the library failed.
    #[error("the daemon's certificate can't be made: {0}")]
    Made(#[from] rcgen::Error),
    /// What was made can't be used, which is a bug.
    #[error("the daemon's certificate can't be used: {0}")]
    Used(#[from] rustls::Error),
    /// Files of two authorities.
    #[error(
        "{} and {} don't belong together; restore both, or remove both to get a new authority (clients must pin it again)",
        certificate.display(),
        key.display()
    )]
    Mismatch {
        /// The certificate.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
    },
}

/// An authority with its key.
pub struct Authority {
    folder: PathBuf,
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Authority {
    /// The authority in a folder: `ca.pem` and `ca.key`, made when neither is there.
    ///
    /// # Errors
    /// A file can't be read or written, is open to others, or belongs to another authority.
    pub fn load_or_make(folder: &Path, now: SystemTime) -> Result<Self, AuthorityError> {
        let (certificate, key) = (folder.join("ca.pem"), folder.join("ca.key"));
        if !certificate.exists() && !key.exists() {
            return Self::make(folder, now);
        }
        let pair = String::from_utf8(files::read_private(&key)?).unwrap_or_default();
        let problem = || FileProblem::Content { path: key.clone(), what: "a private key" };
        let pair = KeyPair::from_pem(&pair).map_err(|_| problem())?;
        let found = files::certificates(&certificate)?.remove(0);
        let own = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der()));
        if files::certified(vec![found.clone()], own).is_err() {
            return Err(AuthorityError::Mismatch { certificate, key });
        }
        let issuer = Issuer::new(authority_params(&pair, now), pair);
        Ok(Self { folder: folder.to_owned(), certificate: found, issuer })
    }

    fn make(folder: &Path, now: SystemTime) -> Result<Self, AuthorityError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|source: io::Error| FileProblem::Io { path: folder.to_owned(), source })?;
        let pair = KeyPair::generate()?;
        let params = authority_params(&pair, now);
        let certificate = params.self_signed(&pair)?;
        // The key first: an authority without its key could never sign again.
        files::write(&folder.join("ca.key"), pair.serialize_pem().as_bytes(), 0o600)?;
        files::write(&folder.join("ca.pem"), certificate.pem().as_bytes(), 0o644)?;
        let certificate = certificate.der().clone();
        Ok(Self { folder: folder.to_owned(), certificate, issuer: Issuer::new(params, pair) })
    }

    /// The certificate that clients pin.
    #[must_use]
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// A fresh key and certificate of the daemon for these names, and when it ends. They are also
    /// left in the folder for tools; a disk that is full does not keep the daemon from serving.
    ///
    /// # Errors
    /// A name can't stand in a certificate.
    pub fn issue(
        &self,
        names: &[String],
        now: SystemTime,
    ) -> Result<(CertifiedKey, SystemTime), AuthorityError> {
        let pair = KeyPair::generate()?;
        let mut params = CertificateParams::new(names.to_vec())?;
        let until = now + LIFE;
        let epoch = rcgen::date_time_ymd(1970, 1, 1);
        params.not_before = epoch + since_epoch(now - BEFORE);
        params.not_after = epoch + since_epoch(until);
        params.distinguished_name = name("tradingd");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&pair, &self.issuer)?;
        let written =
            files::write(&self.folder.join("server.key"), pair.serialize_pem().as_bytes(), 0o600)
                .and_then(|()| {
                    files::write(
                        &self.folder.join("server.pem"),
                        certificate.pem().as_bytes(),
                        0o644,
                    )
                });
        if let Err(error) = written {
            tracing::warn!(%error, "the daemon's certificate is not left in its folder");
        }
        let chain = vec![certificate.der().clone(), self.certificate.clone()];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der()));
        Ok((files::certified(chain, key)?, until))
    }
}

/// What an authority with this key says of itself; its name tells it from other daemons'.
fn authority_params(pair: &KeyPair, now: SystemTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    let id = Sha256::digest(pair.public_key_raw());
    let id: String = id.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    params.distinguished_name = name(&format!("tradingd authority {id}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_epoch(now - BEFORE);
    params.not_after = epoch + since_epoch(now + AUTHORITY_LIFE);
    params
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

/// Whole seconds since 1970.
fn since_epoch(at: SystemTime) -> Duration {
    Duration::from_secs(at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}
