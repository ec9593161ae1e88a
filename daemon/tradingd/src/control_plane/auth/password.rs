//! Passwords: which are taken, and how they are hashed.
//!
//! Hashing costs 46 MiB and some 50 ms; it runs on blocking threads, one at a time for
//! strangers and one for those who are known, so that a flood of logins takes neither the memory nor
//! the processors, nor the owner's turn.

use crate::settings::Secret;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Memory of one hash in KiB.
const MEMORY_KIB: u32 = 46 * 1024;
/// Passes over the memory.
const PASSES: u32 = 1;
/// Hashes of each lane at the same time.
const AT_ONCE: usize = 1;
/// Logins that may wait for a hash.
const WAITING: usize = 64;

/// Shortest password in characters.
pub const LEAST: usize = 12;
/// Longest password in characters.
pub const MOST: usize = 256;

/// Passwords and their stems that everyone tries first; compared in lower case, digits and signs
/// around the stem cut off.
const OBVIOUS: [&str; 34] = [
    "password",
    "passwort",
    "passw0rd",
    "p@ssword",
    "p@ssw0rd",
    "motdepasse",
    "contrasena",
    "changeme",
    "letmein",
    "welcome",
    "iloveyou",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "superman",
    "batman",
    "sunshine",
    "princess",
    "trustno",
    "qwerty",
    "qwertyuiop",
    "azerty",
    "asdfghjkl",
    "zxcvbnm",
    "admin",
    "administrator",
    "trader",
    "trading",
    "tradingd",
    "bitcoin",
    "ethereum",
    "binance",
    "satoshi",
];

/// Why a password is refused, to be read after its field; `None` when it is fine.
#[must_use]
pub fn weakness(password: &str, user: &str) -> Option<&'static str> {
    let length = password.chars().count();
    if !(LEAST..=MOST).contains(&length) {
        return Some("must be 12 to 256 characters");
    }
    let lower = password.to_lowercase();
    let user = user.to_lowercase();
    if lower == user || lower.replace(&user, "").chars().count() < 4 {
        return Some("must not be made of the user name");
    }
    if is_obvious(&lower) || is_common(&lower) {
        return Some("must not be one that everyone tries first");
    }
    None
}

/// The common ones that are long enough otherwise: from the frequency lists of zxcvbn (MIT) and of
/// Django (BSD), sorted.
static COMMON: &str = include_str!("../../../data/common_passwords.txt");

fn is_common(lower: &str) -> bool {
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    COMMON.lines().any(|common| common == lower || common == bare)
}

fn is_obvious(lower: &str) -> bool {
    let stem = lower.trim_matches(|c: char| !c.is_alphabetic());
    let mut kinds: Vec<char> = lower.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    if stem.is_empty() || kinds.len() < 5 {
        // Digits and signs only, or hardly any different characters.
        return is_run(lower) || kinds.len() < 5;
    }
    let bytes = stem.as_bytes();
    OBVIOUS.iter().any(|word| {
        // The word itself, or the word again and again.
        bytes.len() % word.len() == 0
            && bytes.chunks(word.len()).all(|part| part == word.as_bytes())
    }) || is_run(stem)
}

/// True when nearly every character follows the one before it, as in `123456789012` or `abcdefgh`.
fn is_run(text: &str) -> bool {
    let chars: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = chars.windows(2).filter(|w| w[0].abs_diff(w[1]) <= 1).count();
    chars.len() >= 2 && steps * 10 >= (chars.len() - 1) * 8
}

/// A hash could not be made or checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Too many logins wait already.
    #[error("too many logins at once")]
    Busy,
    /// The stored hash is damaged, or hashing failed.
    #[error("password hash can't be computed")]
    Failed,
}

/// Hashes and checks passwords, a bounded number at a time.
#[derive(Debug, Clone)]
pub struct Passwords {
    /// For those who come with an open session, from this machine, or from where they are logged in.
    known: Lane,
    /// For everybody else, so that a flood of strangers holds up nobody known.
    strangers: Lane,
    /// Hash of a password that nobody has, for users that don't exist.
    nobody: Arc<str>,
    /// The parameters of each hash that was computed to check a password.
    #[cfg(test)]
    pub(super) computed: Arc<std::sync::Mutex<Vec<String>>>,
}

#[derive(Debug, Clone)]
struct Lane {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Lane {
    fn new() -> Self {
        Self {
            running: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(Semaphore::new(WAITING)),
        }
    }
}

impl Passwords {
    /// Makes the hash that stands in for unknown users; blocks for one hash.
    ///
    /// # Errors
    /// Hashing does not work on this machine.
    pub fn new() -> Result<Self, HashError> {
        let secret = super::ports::random::<32>();
        let nobody = hash(&secret)?;
        Ok(Self {
            known: Lane::new(),
            strangers: Lane::new(),
            nobody: nobody.into(),
            #[cfg(test)]
            computed: Arc::default(),
        })
    }

    /// The PHC string of a password.
    ///
    /// # Errors
    /// See [`HashError`].
    pub async fn hash(&self, password: Secret) -> Result<String, HashError> {
        Self::blocking(&self.known, move || hash(password.reveal().as_bytes())).await?
    }

    /// True when `password` is the one of `stored`; for `None` it takes as long and is false.
    ///
    /// # Errors
    /// See [`HashError`].
    pub async fn verify(
        &self,
        password: Secret,
        stored: Option<String>,
    ) -> Result<bool, HashError> {
        self.check(&self.strangers, password, stored).await
    }

    /// As [`Self::verify`], in the lane that strangers can't fill.
    ///
    /// # Errors
    /// See [`HashError`].
    pub async fn verify_known(
        &self,
        password: Secret,
        stored: Option<String>,
    ) -> Result<bool, HashError> {
        self.check(&self.known, password, stored).await
    }

    async fn check(
        &self,
        lane: &Lane,
        password: Secret,
        stored: Option<String>,
    ) -> Result<bool, HashError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        #[cfg(test)]
        let computed = Arc::clone(&self.computed);
        let matches = Self::blocking(lane, move || {
            #[cfg(test)]
            computed.lock().expect("not poisoned").push(parameters(&stored));
            let parsed = PasswordHash::new(&stored).map_err(|_| HashError::Failed)?;
            Ok(hasher()?.verify_password(password.reveal().as_bytes(), &parsed).is_ok())
        })
        .await??;
        Ok(matches && known)
    }

    async fn blocking<T: Send + 'static>(
        lane: &Lane,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let place = Arc::clone(&lane.waiting).try_acquire_owned().map_err(|_| HashError::Busy)?;
        let turn =
            Arc::clone(&lane.running).acquire_owned().await.map_err(|_| HashError::Failed)?;
        // The permits go with the work: a caller that hangs up does not free them early.
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((place, turn));
            result
        });
        task.await.map_err(|_| HashError::Failed)
    }
}

/// Algorithm, version and costs of a PHC string, and the length of its salt and hash.
#[cfg(test)]
fn parameters(stored: &str) -> String {
    let parts: Vec<&str> = stored.split('$').collect();
    let lengths: Vec<usize> = parts.iter().skip(4).map(|part| part.len()).collect();
    format!("{} {lengths:?}", parts[..parts.len().min(4)].join("$"))
}

fn hasher() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| HashError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8]) -> Result<String, HashError> {
    let hash: PasswordHash = hasher()?.hash_password(password).map_err(|_| HashError::Failed)?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_04_weak_passwords_are_refused() {
        for password in [
            "short",
            "elevenchars",
            "password1234",
            "Password123!",
            "passwordpassword",
            "qwertyuiop123",
            "tradingd2026",
            "123456789012",
            "111111111111",
            "abcdefghijkl",
            "aaaabbbbaaaa",
            "margherita12",
            "Margherita!!",
        ] {
            assert!(weakness(password, "margherita").is_some(), "{password}");
        }
        let long = "ä".repeat(257);
        assert!(weakness(&long, "x").is_some());
    }

    #[test]
    fn sec_04_common_passwords_are_refused() {
        let mut count = 0;
        for common in COMMON.lines() {
            assert!(common.chars().count() >= LEAST && common == common.to_lowercase(), "{common}");
            let capital = common[..1].to_uppercase() + &common[1..];
            for form in
                [common.to_owned(), common.to_uppercase(), capital.clone(), format!("{capital}!")]
            {
                count += 1;
                assert!(weakness(&form, "anna").is_some(), "{form}");
            }
            // Whoever cuts it to what other places allow finds the length, too.
            for length in 1..LEAST {
                count += 1;
                assert!(weakness(&common[..length], "anna").is_some());
            }
        }
        assert!(count > 3_000, "{count} refused");
    }

    #[test]
    fn sec_04_long_and_foreign_passwords_are_taken() {
        for password in [
            "correct horse battery staple",
            "zwölf große Bären",
            "my password is a sentence",
            "a-73rd-byte-that-counts",
        ] {
            assert_eq!(weakness(password, "admin"), None, "{password}");
        }
        let phrase = "correct horse ".repeat(18);
        assert_eq!(weakness(&phrase, "admin"), None, "{} characters", phrase.len());
    }

    #[tokio::test]
    async fn sec_04_every_byte_counts_and_unknown_users_never_match() {
        let passwords = Passwords::new().expect("argon2 works");
        let long = format!("{}A", "x7".repeat(60));
        let other = format!("{}B", "x7".repeat(60));
        let stored = passwords.hash(Secret::new(long.clone())).await.expect("hash");
        assert!(stored.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{stored}");
        let verify = async |text: &str, stored: Option<&str>| {
            passwords.verify(Secret::new(text.to_owned()), stored.map(str::to_owned)).await
        };
        assert_eq!(verify(&long, Some(&stored)).await, Ok(true));
        assert_eq!(verify(&other, Some(&stored)).await, Ok(false));
        assert_eq!(verify(&long, None).await, Ok(false));
        assert_eq!(verify(&long, Some("damaged")).await, Err(HashError::Failed));
    }
}
