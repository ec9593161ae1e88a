//! The one-time secret with which the first admin is made.
//!
//! Made anew at each start until an admin exists; valid for 15 minutes; used once.

use super::ports::random;
use super::token;
use crate::settings::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Life of the secret in microseconds.
const LIFE: i64 = 15 * 60 * 1_000_000;

/// The secret of this start.
#[derive(Debug)]
pub struct SetupSecret {
    secret: Mutex<Option<Secret>>,
    made_at: Timestamp,
    file: PathBuf,
}

impl SetupSecret {
    /// Makes a secret of 256 random bits that will be told through `file`.
    #[must_use]
    pub fn generate(now: Timestamp, file: PathBuf) -> Self {
        let secret = Secret::new(URL_SAFE_NO_PAD.encode(random::<32>()));
        Self { secret: Mutex::new(Some(secret)), made_at: now, file }
    }

    /// The file that holds it.
    #[must_use]
    pub const fn file(&self) -> &PathBuf {
        &self.file
    }

    /// The secret, to be written to its file and printed once; `None` when it was used.
    #[must_use]
    pub fn reveal(&self) -> Option<Secret> {
        self.secret.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// True when `given` is the secret and it still holds.
    #[must_use]
    pub fn accepts(&self, given: &str, now: Timestamp) -> bool {
        let fresh = now.micros() - self.made_at.micros() < LIFE;
        // Compared also when it is over, so that time tells nothing.
        let matches = self.reveal().is_some_and(|secret| token::equal(secret.reveal(), given));
        matches && fresh
    }

    /// Forgets the secret and removes its file.
    pub fn consume(&self) {
        self.secret.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Err(error) = std::fs::remove_file(&self.file)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(file = %self.file.display(), %error, "used first-run token not removed");
        }
    }
}
