//! Access tokens (JWT, HS256) and refresh tokens (random).
//!
//! A token proves who asks; what they may do is looked up with every request, so a token carries no
//! power of its own. Only tokens made by this very store are taken, and only with exactly the
//! header and claims that are made here.

use super::ports::random;
use crate::control_plane::seal::hmac;
use crate::settings::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The `typ` of access tokens, RFC 9068.
const TYPE: &str = "at+jwt";
const ISSUER: &str = "tradingd";
/// Longest token that is looked at, bytes.
const LONGEST: usize = 2_048;
/// Tokens whose check is remembered.
const MOST_CHECKED: usize = 4_096;
/// Seconds that another machine's clock may be ahead.
const LEEWAY: i64 = 5;

/// What an access token says. All claims are required, and no others are taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Always `tradingd`.
    pub iss: String,
    /// The id of the store that the token is for.
    pub aud: String,
    /// The user.
    pub sub: String,
    /// The session.
    pub sid: String,
    /// The role when the token was made; not what decides.
    pub role: String,
    /// When it was made, seconds since the epoch.
    pub iat: i64,
    /// From when on it holds.
    pub nbf: i64,
    /// Until when it holds.
    pub exp: i64,
    /// A random id.
    pub jti: String,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not one of ours.
    #[error("access token is not valid")]
    Invalid,
    /// It was one of ours.
    #[error("access token is over")]
    Expired,
}

/// A signing key in its forms.
struct Key {
    raw: [u8; 32],
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Key {
    fn new(raw: [u8; 32]) -> Self {
        let (signing, checking) = (EncodingKey::from_secret(&raw), DecodingKey::from_secret(&raw));
        Self { raw, signing, checking }
    }
}

/// The key that signs, and the one before it until its last token is over.
struct Keys {
    current: Key,
    previous: Option<(Key, Timestamp)>,
}

/// A token whose signature was found right.
#[derive(Clone)]
struct Checked {
    claims: Arc<Claims>,
    /// When its key is no longer taken; `None` for the present one.
    key_until: Option<Timestamp>,
}

/// Makes and checks access tokens. Clones share their keys.
#[derive(Clone)]
pub struct Tokens {
    keys: Arc<RwLock<Keys>>,
    /// Claims of tokens that were checked already, by the token's SHA-256: checking a signature and
    /// reading JSON costs more than everything else about a short call.
    checked: Arc<Mutex<HashMap<[u8; 32], Checked>>>,
    audience: String,
    validation: Validation,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tokens {{ audience: {:?}, key: *** }}", self.audience)
    }
}

impl Tokens {
    /// Uses a key for tokens of the store `audience`.
    #[must_use]
    pub fn new(key: &[u8; 32], audience: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // The claims are checked below, typed and with our clock; the library checks signature
        // and algorithm.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self {
            keys: Arc::new(RwLock::new(Keys { current: Key::new(*key), previous: None })),
            checked: Arc::default(),
            audience: audience.to_owned(),
            validation,
        }
    }

    /// Takes tokens of an earlier key, too, until `until`.
    pub fn also(&self, key: [u8; 32], until: Timestamp) {
        self.keys.write().unwrap_or_else(PoisonError::into_inner).previous =
            Some((Key::new(key), until));
        self.forget();
    }

    /// Signs with `key` from now on; tokens of the present key are taken until `until`.
    pub fn rotate(&self, key: [u8; 32], until: Timestamp) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut keys.current, Key::new(key));
        keys.previous = Some((old, until));
        // Under the lock: nothing that was checked with the old keys may be remembered afterwards.
        self.forget();
    }

    /// Everything is checked anew.
    fn forget(&self) {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// A secret text that only this data directory can compute, with the present key and, while it
    /// still holds, the one before.
    #[must_use]
    pub fn derive(&self, parts: &[&[u8]]) -> Vec<Secret> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let previous = keys.previous.as_ref().map(|(key, _)| &key.raw);
        let all = std::iter::once(&keys.current.raw).chain(previous);
        all.map(|raw| Secret::new(URL_SAFE_NO_PAD.encode(hmac(raw, parts)))).collect()
    }

    /// A token for a session, valid from `now` for `seconds`.
    ///
    /// # Errors
    /// Signing failed, which is a bug.
    pub fn issue(
        &self,
        user: &str,
        session: &str,
        role: &str,
        now: Timestamp,
        seconds: i64,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let iat = now.micros().div_euclid(1_000_000);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: self.audience.clone(),
            sub: user.to_owned(),
            sid: session.to_owned(),
            role: role.to_owned(),
            iat,
            nbf: iat,
            exp: iat + seconds,
            jti: URL_SAFE_NO_PAD.encode(random::<16>()),
        };
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        jsonwebtoken::encode(&header(), &claims, &keys.current.signing)
    }

    /// The claims of a valid token.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn check(&self, token: &str, now: Timestamp) -> Result<Arc<Claims>, TokenError> {
        if token.len() > LONGEST {
            return Err(TokenError::Invalid);
        }
        let seconds = now.micros().div_euclid(1_000_000);
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let known = self.checked.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        if let Some(Checked { claims, key_until }) = known {
            if key_until.is_some_and(|until| now >= until) {
                return Err(TokenError::Invalid);
            }
            return if seconds >= claims.exp { Err(TokenError::Expired) } else { Ok(claims) };
        }
        let decode =
            |key: &Key| jsonwebtoken::decode::<Claims>(token, &key.checking, &self.validation).ok();
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let previous = keys.previous.as_ref().filter(|(_, until)| now < *until);
        let (data, key_until) = match decode(&keys.current) {
            Some(data) => (data, None),
            None => {
                let (key, until) = previous.ok_or(TokenError::Invalid)?;
                (decode(key).ok_or(TokenError::Invalid)?, Some(*until))
            }
        };
        let claims = data.claims;
        let ours = data.header == header()
            && claims.iss == ISSUER
            && claims.aud == self.audience
            && claims.iat <= claims.exp
            && claims.nbf <= seconds.saturating_add(LEEWAY)
            && claims.iat <= seconds.saturating_add(LEEWAY);
        if !ours {
            return Err(TokenError::Invalid);
        }
        if seconds >= claims.exp {
            return Err(TokenError::Expired);
        }
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        if checked.len() >= MOST_CHECKED {
            checked.clear();
        }
        let claims = Arc::new(claims);
        checked.insert(hash, Checked { claims: Arc::clone(&claims), key_until });
        drop(checked);
        drop(keys);
        Ok(claims)
    }
}

fn header() -> Header {
    Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::HS256) }
}

/// A new refresh token: 256 random bits as text.
#[must_use]
pub fn new_refresh() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// What is stored of a refresh token: its SHA-256 in hex.
#[must_use]
pub fn refresh_hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// True when two secrets are equal; takes the same time wherever they differ.
#[must_use]
pub fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a.as_bytes()), Sha256::digest(b.as_bytes()));
    let difference = a.iter().zip(b.iter()).fold(0_u8, |sum, (x, y)| sum | (x ^ y));
    std::hint::black_box(difference) == 0
}
