//! Encryption of the port: which certificate, who may connect, and the handshake's rules.
//!
//! The daemon's own authority is made here (`authority.rs`) and renewed while it runs
//! (`renewal.rs`); connections are the business of `http/connections.rs`.

pub mod authority;
mod files;
pub mod renewal;
#[cfg(test)]
mod tests;

pub use files::{FileProblem, read_private};

use crate::settings::Settings;
use authority::{Authority, AuthorityError};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;
use tokio_rustls::TlsAcceptor;

/// Folder of the daemon's own authority in the data directory.
pub const FOLDER: &str = "tls";

/// TLS can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be used.
    #[error(transparent)]
    File(#[from] FileProblem),
    /// The own authority can't be made or used.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// Certificate and key don't fit each other or the library.
    #[error("{}: {source}", path.display())]
    Unusable {
        /// The certificate's file.
        path: PathBuf,
        /// What the library said.
        source: rustls::Error,
    },
    /// The authority of the clients' certificates can't be used.
    #[error("tls.client_ca {}: {why}", path.display())]
    ClientCa {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A bug of ours.
    #[error("TLS: {0}")]
    Library(#[from] rustls::Error),
}

/// The certificate that is shown at present; renewal replaces it for later handshakes.
#[derive(Debug)]
pub struct Current(RwLock<Arc<CertifiedKey>>);

impl Current {
    fn new(key: CertifiedKey) -> Self {
        Self(RwLock::new(Arc::new(key)))
    }

    fn get(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, key: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.get())
    }
}

/// Encryption that is ready to be used.
pub struct Tls {
    /// Does the handshakes.
    pub acceptor: TlsAcceptor,
    /// SHA-256 of the authority that clients should pin, as `sha256:…`.
    pub fingerprint: String,
    /// Replaces the certificate in time.
    pub renewal: renewal::Renewal,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

impl Tls {
    /// What the settings ask for; `None` when the port speaks no TLS.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn prepare(settings: &Settings, listen: SocketAddr) -> Result<Option<Self>, TlsError> {
        if !settings.uses_tls() {
            return Ok(None);
        }
        let source = match (&settings.tls.certificate, &settings.tls.key) {
            (Some(certificate), Some(key)) => {
                renewal::Source::Files { certificate: certificate.clone(), key: key.clone() }
            }
            _ => {
                let folder = settings.data_dir.join(FOLDER);
                let authority = Authority::load_or_make(&folder, SystemTime::now())?;
                renewal::Source::Own {
                    authority: Box::new(authority),
                    names: names(settings, listen),
                }
            }
        };
        let (key, until) = source.issue(SystemTime::now())?;
        let fingerprint = source.fingerprint(&key);
        let current = Arc::new(Current::new(key));
        let config = config(Arc::clone(&current), settings.tls.client_ca.as_deref())?;
        let renewal = renewal::Renewal::new(source, current, until);
        Ok(Some(Self { acceptor: TlsAcceptor::from(Arc::new(config)), fingerprint, renewal }))
    }
}

/// SHA-256 of a certificate as people compare it.
#[must_use]
pub fn fingerprint(der: &[u8]) -> String {
    let digest = Sha256::digest(der);
    digest.iter().fold(String::from("sha256:"), |text, byte| text + &format!("{byte:02x}"))
}

/// TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1, with clients' certificates when an authority is named.
fn config(current: Arc<Current>, client_ca: Option<&Path>) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(ring::default_provider());
    let versions = [&rustls::version::TLS13, &rustls::version::TLS12];
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions)?;
    let builder = match client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let problem = |why: String| TlsError::ClientCa { path: path.to_owned(), why };
            let mut roots = rustls::RootCertStore::empty();
            for certificate in files::certificates(path)? {
                roots.add(certificate).map_err(|e| problem(e.to_string()))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().map_err(|e| problem(e.to_string()))?)
        }
    };
    let mut config = builder.with_cert_resolver(current);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// All names of the own certificate, without ports and doubles.
fn names(settings: &Settings, listen: SocketAddr) -> Vec<String> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
    if !listen.ip().is_unspecified() {
        names.push(listen.ip().to_canonical().to_string());
    }
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let given = settings.server.names.iter().chain(&settings.tls.names);
    names.extend(given.map(|name| super::http::names::without_port(name).to_owned()));
    if super::http::names::is_host(machine.trim()) {
        names.push(machine.trim().to_ascii_lowercase());
    }
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}
