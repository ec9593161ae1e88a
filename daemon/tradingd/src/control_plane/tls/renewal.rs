//! Keeps the certificate fresh: an own one is made anew when it has less than 30 days left, the
//! operator's files are read again when they have changed.

use super::authority::Authority;
use super::{Current, TlsError, files, fingerprint};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

/// An own certificate with less time left is replaced.
const LEFT: Duration = Duration::from_secs(30 * 86_400);
/// How often certificates are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(600);

/// Where certificates come from.
#[derive(Debug)]
pub enum Source {
    /// The daemon's own authority.
    Own {
        /// It.
        authority: Box<Authority>,
        /// What the certificate is for.
        names: Vec<String>,
    },
    /// The operator's files.
    Files {
        /// The chain.
        certificate: PathBuf,
        /// Its key.
        key: PathBuf,
    },
}

impl Source {
    /// A certificate that can be used now, and when it must be replaced; `None` for files, whose
    /// life is their owner's business.
    pub(super) fn issue(
        &self,
        now: SystemTime,
    ) -> Result<(CertifiedKey, Option<SystemTime>), TlsError> {
        match self {
            Self::Own { authority, names } => {
                let (key, until) = authority.issue(names, now)?;
                Ok((key, Some(until - LEFT)))
            }
            Self::Files { certificate, key } => {
                let chain = files::certificates(certificate)?;
                let key = files::certified(chain, files::key(key)?);
                let unusable = |source| TlsError::Unusable { path: certificate.clone(), source };
                Ok((key.map_err(unusable)?, None))
            }
        }
    }

    /// What clients should pin: the own authority, or the last certificate of the chain.
    pub(super) fn fingerprint(&self, key: &CertifiedKey) -> String {
        match self {
            Self::Own { authority, .. } => fingerprint(authority.certificate()),
            Self::Files { .. } => key.cert.last().map(|c| fingerprint(c)).unwrap_or_default(),
        }
    }
}

/// When the two files were written last.
type Stamps = Option<(SystemTime, SystemTime)>;

/// Replaces certificates in time.
#[derive(Debug)]
pub struct Renewal {
    source: Source,
    current: Arc<Current>,
    replace_at: Option<SystemTime>,
    stamps: Stamps,
}

impl Renewal {
    pub(super) fn new(
        source: Source,
        current: Arc<Current>,
        replace_at: Option<SystemTime>,
    ) -> Self {
        let stamps = stamps(&source);
        Self { source, current, replace_at, stamps }
    }

    /// Looks now and again until `shutdown`.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                _ = looks.tick() => {
                    self.look(SystemTime::now());
                }
            }
        }
    }

    /// Replaces the certificate when it is time; true when it did. One that can't be had is tried
    /// again at the next look, and the old one stays.
    pub(super) fn look(&mut self, now: SystemTime) -> bool {
        let found = stamps(&self.source);
        let due = self.replace_at.is_some_and(|at| now >= at) || found != self.stamps;
        if !due {
            return false;
        }
        match self.source.issue(now) {
            Ok((key, replace_at)) => {
                self.current.set(key);
                (self.replace_at, self.stamps) = (replace_at, found);
                tracing::info!("the certificate was replaced");
                true
            }
            Err(error) => {
                tracing::error!(%error, "the certificate can't be replaced; the old one stays");
                false
            }
        }
    }
}

fn stamps(source: &Source) -> Stamps {
    let written = |path: &Path| std::fs::metadata(path).and_then(|m| m.modified()).ok();
    match source {
        Source::Own { .. } => None,
        Source::Files { certificate, key } => Some((written(certificate)?, written(key)?)),
    }
}
