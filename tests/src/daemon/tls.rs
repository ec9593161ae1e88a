//! Certificates as tests need them, also wrong ones, and a TLS client that hides nothing.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: Duration = Duration::from_secs(86_400);

/// When a certificate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Now.
    Present,
    /// It ended yesterday.
    Over,
}

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A daemon.
    Server,
    /// A client.
    Client,
}

/// An authority of a test's own.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate in a file.
    pub file: PathBuf,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("file", &self.file).finish_non_exhaustive()
    }
}

fn lasting(params: &mut CertificateParams, life: Life) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    let today = rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(now.as_secs());
    params.not_before = today - 30 * DAY;
    params.not_after = match life {
        Life::Present => today + 30 * DAY,
        Life::Over => today - DAY,
    };
}

fn private(path: &Path, text: &str) {
    let mut options = std::fs::OpenOptions::new();
    let file = options.create(true).truncate(true).write(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).expect("written");
}

impl Authority {
    /// A new one, whose certificate lies in this folder.
    ///
    /// # Panics
    /// It can't be made.
    #[must_use]
    pub fn new(folder: &Path, name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        lasting(&mut params, Life::Present);
        let certificate = params.self_signed(&key).expect("a certificate");
        let file = folder.join(format!("{name}.pem"));
        std::fs::write(&file, certificate.pem()).expect("written");
        Self { issuer: Issuer::new(params, key), file }
    }

    /// A certificate and its key in files of this folder.
    ///
    /// # Panics
    /// They can't be made.
    #[must_use]
    pub fn issue(&self, names: &[&str], usage: Use, life: Life) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().expect("a key");
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names.clone()).expect("names");
        params.extended_key_usages = vec![match usage {
            Use::Server => ExtendedKeyUsagePurpose::ServerAuth,
            Use::Client => ExtendedKeyUsagePurpose::ClientAuth,
        }];
        lasting(&mut params, life);
        let certificate = params.signed_by(&key, &self.issuer).expect("signed");
        let issuer = self.file.file_stem().unwrap_or_default().to_string_lossy();
        let stem = format!("{issuer}-{}-{usage:?}-{life:?}", names.join("-"));
        let folder = self.file.parent().expect("a folder");
        let files = (folder.join(format!("{stem}.pem")), folder.join(format!("{stem}.key")));
        let chain = std::fs::read_to_string(&self.file).expect("the authority's own");
        std::fs::write(&files.0, certificate.pem() + &chain).expect("written");
        private(&files.1, &key.serialize_pem());
        files
    }
}

/// How a test's client behaves.
#[derive(Debug, Clone, Copy)]
pub struct Client<'a> {
    /// Authority that it trusts.
    pub ca: &'a Path,
    /// The only version that it speaks.
    pub version: &'static rustls::SupportedProtocolVersion,
    /// What it proposes to speak inside.
    pub inside: &'a [&'a str],
    /// Certificate and key that it shows.
    pub identity: Option<(&'a Path, &'a Path)>,
}

impl<'a> Client<'a> {
    /// TLS 1.3 and HTTP/1.1.
    #[must_use]
    pub fn trusting(ca: &'a Path) -> Self {
        Self { ca, version: &rustls::version::TLS13, inside: &["http/1.1"], identity: None }
    }

    fn config(&self) -> rustls::ClientConfig {
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(self.ca).expect("a file") {
            roots.add(certificate.expect("a certificate")).expect("an authority");
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[self.version])
            .expect("a version")
            .with_root_certificates(roots);
        let mut config = match self.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = CertificateDer::pem_file_iter(certificate).expect("a file");
                let chain = chain.map(|c| c.expect("a certificate")).collect();
                let key = PrivateKeyDer::from_pem_file(key).expect("a key");
                builder.with_client_auth_cert(chain, key).expect("they fit")
            }
        };
        config.alpn_protocols = self.inside.iter().map(|p| p.as_bytes().to_vec()).collect();
        config
    }

    /// Sends bytes and reads to the end; the protocol that was agreed on, and what came.
    ///
    /// # Errors
    /// The handshake fails, or the connection breaks.
    ///
    /// # Panics
    /// A file of the test can't be used.
    pub fn talk(
        &self,
        address: SocketAddr,
        name: &str,
        bytes: &[u8],
    ) -> std::io::Result<(String, String)> {
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        let session = rustls::ClientConnection::new(Arc::new(self.config()), name)
            .map_err(std::io::Error::other)?;
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let mut tls = rustls::StreamOwned::new(session, stream);
        tls.write_all(bytes)?;
        let mut answer = Vec::new();
        match tls.read_to_end(&mut answer) {
            // Not every server says goodbye.
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof && !answer.is_empty() => {}
            ended => {
                ended?;
            }
        }
        let inside = tls.conn.alpn_protocol().unwrap_or_default();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((text(inside), text(&answer)))
    }

    /// `GET path` with this host and further headers.
    ///
    /// # Errors
    /// As [`Client::talk`].
    pub fn get(
        &self,
        address: SocketAddr,
        host: &str,
        path: &str,
        headers: &str,
    ) -> std::io::Result<String> {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n");
        Ok(self.talk(address, "localhost", request.as_bytes())?.1)
    }
}
