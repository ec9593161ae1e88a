//! Whom botctl believes to be the daemon: the authority in a file, the one that was pinned at the
//! first login, or one with a given fingerprint.
//!
//! A daemon that shows another authority than the pinned one is refused; nothing is ever trusted
//! again by itself.

use crate::address::Address;
use crate::failure::Failure;
use crate::session::Store;
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, SignatureScheme};
use sha2::{Digest as _, Sha256};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;

/// Certificates that are trusted to have signed the daemon's, in PEM form.
#[derive(Debug, Clone)]
pub struct Roots(pub Vec<u8>);

/// The authority in a file.
///
/// # Errors
/// It can't be read, or holds no certificate.
pub fn from_file(path: &Path) -> Result<Roots, Failure> {
    let bytes =
        std::fs::read(path).map_err(|e| Failure::usage(format!("--ca {}: {e}", path.display())))?;
    match CertificateDer::pem_slice_iter(&bytes).next() {
        Some(Ok(_)) => Ok(Roots(bytes)),
        _ => Err(Failure::usage(format!("--ca {}: holds no certificate (PEM)", path.display()))),
    }
}

/// The authority that was pinned for this daemon, with its fingerprint.
///
/// # Errors
/// The pin can't be read.
pub fn pinned(store: &Store) -> Result<Option<(Roots, String)>, Failure> {
    let Some(bytes) = store.load_pin()? else { return Ok(None) };
    match CertificateDer::from_pem_slice(&bytes) {
        Ok(certificate) => Ok(Some((Roots(bytes), fingerprint(&certificate)))),
        Err(_) => Err(Failure::internal("the pinned authority is damaged")
            .with_hint("pin it again: botctl login --ca-fingerprint sha256:…")),
    }
}

/// SHA-256 of a certificate, as the daemon prints it.
#[must_use]
pub fn fingerprint(der: &[u8]) -> String {
    let digest = Sha256::digest(der);
    digest.iter().fold(String::from("sha256:"), |text, byte| text + &format!("{byte:02x}"))
}

/// The same certificate in PEM form.
#[must_use]
pub fn pem(der: &[u8]) -> Roots {
    let lines: Vec<String> = base64(der)
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let text = lines.join("\n");
    Roots(format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n").into_bytes())
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let letter = LETTERS[(group >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

/// What a daemon shows in a handshake.
#[derive(Debug)]
pub struct Shown {
    /// The last certificate of its chain.
    pub authority: CertificateDer<'static>,
    /// True when it wants to see a certificate of ours.
    pub asks: bool,
}

/// What a daemon shows, above all its authority. Nothing is sent to it but
/// the handshake, and nothing of it is believed yet.
///
/// # Errors
/// It can't be reached, or speaks no TLS.
pub async fn shown(addr: &Address, patience: Duration) -> Result<Shown, Failure> {
    let (host, port) =
        addr.encrypted().ok_or_else(|| Failure::internal("no TLS at this address"))?;
    let unreachable = |why: String| {
        Failure::unreachable(format!("cannot reach the daemon at {}: {why}", addr.url()))
            .with_hint("check that tradingd runs with TLS, and --addr or BOTCTL_ADDR")
    };
    let provider = Arc::new(ring::default_provider());
    let recorder = Arc::new(Recorder { chain: Mutex::default(), provider: Arc::clone(&provider) });
    let asked = Arc::new(Asked(AtomicBool::new(false)));
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| Failure::internal(format!("TLS: {e}")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&recorder) as Arc<dyn ServerCertVerifier>)
        .with_client_cert_resolver(Arc::clone(&asked) as Arc<dyn ResolvesClientCert>);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| Failure::usage(format!("{host:?} can't be a daemon's name")))?;
    let shake = async {
        let stream = TcpStream::connect((host, port)).await?;
        tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await
    };
    let shaken = tokio::time::timeout(patience, shake).await;
    let chain = recorder.chain.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (chain, shaken) {
        // A daemon that wants a certificate may end the handshake after it has shown its own.
        (Some(authority), _) => Ok(Shown { authority, asks: asked.0.load(Ordering::Relaxed) }),
        (None, Ok(Err(error))) => Err(unreachable(error.to_string())),
        (None, _) => Err(unreachable(format!("no answer within {patience:?}"))),
    }
}

/// Takes note of being asked for a certificate, and has none.
#[derive(Debug)]
struct Asked(AtomicBool);

impl ResolvesClientCert for Asked {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Takes note of the chain and believes it; used for nothing but [`shown`].
#[derive(Debug)]
struct Recorder {
    chain: Mutex<Option<CertificateDer<'static>>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        first: &CertificateDer<'_>,
        rest: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let last = rest.last().unwrap_or(first).clone().into_owned();
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_survive_the_way_to_pem_and_back() {
        for length in [0, 1, 2, 3, 47, 48, 49, 1000] {
            let der: Vec<u8> = (0..length).map(|n| (n * 7 % 251) as u8).collect();
            let back = CertificateDer::from_pem_slice(&pem(&der).0).expect("a certificate");
            assert_eq!(back.as_ref(), der.as_slice(), "{length}");
        }
    }

    #[test]
    fn fingerprints_are_what_openssl_prints_without_colons() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(fingerprint(b""), empty);
    }
}
