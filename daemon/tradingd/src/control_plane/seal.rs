//! Secrets at rest: sealed texts that only this data directory's key opens.
//!
//! XChaCha20-Poly1305 with a random 192-bit nonce (draft-irtf-cfrg-xchacha). The label (what the
//! secret is, and whose) is bound to the text, so that a sealed secret can't be moved to another
//! place. The key is a file of its own beside the database; a copy of the database alone opens
//! nothing.

use super::auth::random;
use crate::settings::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Begins every sealed text, so that another scheme can come later.
const VERSION: &str = "s1.";
const NONCE: usize = 24;

/// A sealed text that can't be opened: damaged, of another place, or sealed with another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed secret can't be opened; it is damaged or belongs to another data directory")]
pub struct SealError;

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Seal {
    cipher: XChaCha20Poly1305,
    fingerprints: [u8; 32],
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(***)")
    }
}

impl Seal {
    /// Uses the key of `bootstrap::seal_key`. Each purpose has a key of its own derived from it.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&hmac(key, &[b"seal"]).into()),
            fingerprints: hmac(key, &[b"fingerprint"]),
        }
    }

    /// The sealed form of a secret. `label` says what it is, e.g. `totp/ann`; the same must be given
    /// to open it.
    ///
    /// # Panics
    /// The secret is longer than 256 GiB, which can't be.
    #[must_use]
    pub fn seal(&self, label: &str, secret: &[u8]) -> String {
        let nonce = random::<NONCE>();
        let payload = Payload { msg: secret, aad: label.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("Invariant: a secret in memory is short enough for the cipher");
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The secret of a sealed text.
    ///
    /// # Errors
    /// See [`SealError`].
    pub fn open(&self, label: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let text = sealed.strip_prefix(VERSION).ok_or(SealError)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or(SealError)?;
        let payload = Payload { msg: sealed, aad: label.as_bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError)
    }

    /// As [`Self::open`], for secrets that are text.
    ///
    /// # Errors
    /// See [`SealError`].
    pub fn open_text(&self, label: &str, sealed: &str) -> Result<Secret, SealError> {
        let bytes = self.open(label, sealed)?;
        String::from_utf8(bytes).map(Secret::new).map_err(|_| SealError)
    }

    /// Stands in for a secret where only sameness matters, e.g. in the hash of a request that holds
    /// one: nobody without the key can try out secrets against it.
    #[must_use]
    pub fn fingerprint(&self, label: &str, secret: &[u8]) -> String {
        let length = (label.len() as u64).to_be_bytes();
        URL_SAFE_NO_PAD.encode(hmac(&self.fingerprints, &[&length, label.as_bytes(), secret]))
    }
}

/// HMAC-SHA-256 over the parts one after the other (RFC 2104).
#[must_use]
pub fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(key)
        .expect("Invariant: HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_label_and_key_only() {
        let seal = Seal::new(&[7; 32]);
        let sealed = seal.seal("totp/ann", b"the secret");
        assert_eq!(seal.open("totp/ann", &sealed).as_deref(), Ok(&b"the secret"[..]));
        let text = seal.open_text("totp/ann", &sealed).expect("text");
        assert_eq!(text.reveal(), "the secret");
        assert_ne!(sealed, seal.seal("totp/ann", b"the secret"), "each seal is another");
        assert_eq!(seal.open("totp/bob", &sealed), Err(SealError));
        assert_eq!(Seal::new(&[8; 32]).open("totp/ann", &sealed), Err(SealError));
        assert!(!format!("{seal:?}{sealed}").contains("secret"));
    }

    #[test]
    fn damaged_texts_are_refused() {
        let seal = Seal::new(&[7; 32]);
        let sealed = seal.seal("a", b"the secret");
        for index in 0..sealed.len() {
            let mut damaged = sealed.clone().into_bytes();
            damaged[index] = if damaged[index] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).expect("ASCII");
            assert_eq!(seal.open("a", &damaged), Err(SealError), "{index}");
            assert_eq!(seal.open("a", &sealed[..index]), Err(SealError), "{index}");
        }
    }

    #[test]
    fn fingerprints_tell_secrets_apart_and_need_the_key() {
        let (seal, other) = (Seal::new(&[7; 32]), Seal::new(&[8; 32]));
        let print = seal.fingerprint("password", b"x");
        assert_eq!(print, seal.fingerprint("password", b"x"));
        for differs in [
            seal.fingerprint("password", b"y"),
            seal.fingerprint("passwor", b"dx"),
            other.fingerprint("password", b"x"),
        ] {
            assert_ne!(print, differs);
        }
    }

    #[test]
    fn the_mac_is_the_one_of_the_standard() {
        // RFC 4231, test case 2 has a short key; padded with zeros it is the same HMAC.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = hmac(&key, &[b"what do ya want ", b"for nothing?"]);
        let hex: String = mac.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
