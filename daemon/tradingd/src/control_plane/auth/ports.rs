//! What logins need from the rest of the daemon: a writer, a reader, a clock, random bytes.
//!
//! All changes go through the journal's single writer, so a login is durable before it is answered.

use crate::trader::{Answer, RequestContext};
use domain::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use storage::{ApiToken, AuthWrite, ControlRecord, RefreshMatch, Session, User};

/// Why a change could not be made durable; nothing was changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The name is taken.
    #[error("user exists already")]
    UserExists,
    /// The refresh token was used meanwhile, or its session has ended.
    #[error("refresh token is not the current one")]
    RefreshNotCurrent,
    /// The id was used for another request.
    #[error("request id was used for another request")]
    RequestIdReused,
    /// Whoever asked may not do so any more.
    #[error("not permitted any more")]
    NotPermitted,
    /// The store or its writer does not work at the moment.
    #[error("store is not available: {0}")]
    Unavailable(String),
}

/// The durable side of users and sessions.
#[async_trait::async_trait]
pub trait ControlWriter: Send + Sync {
    /// Makes changes and audit records durable together, with the encoded response of the request
    /// that asked for them, if one did. A request that was answered before changes nothing.
    ///
    /// # Errors
    /// Nothing was changed.
    async fn write(
        &self,
        writes: Vec<AuthWrite>,
        records: Vec<ControlRecord>,
        request: Option<(RequestContext, Vec<u8>)>,
    ) -> Result<Answer, WriteError>;

    /// The answer that a request got before.
    ///
    /// # Errors
    /// The id was used for another request, or the store can't be read.
    async fn answered(&self, context: &RequestContext) -> Result<Option<Answer>, WriteError>;

    /// The session that a refresh token's hash belongs or belonged to.
    ///
    /// # Errors
    /// The store can't be read.
    async fn session_by_refresh_hash(&self, hash: &str)
    -> Result<Option<RefreshMatch>, WriteError>;
}

/// Users and sessions as stored when the daemon starts.
#[derive(Debug, Clone, Default)]
pub struct AuthSnapshot {
    /// All users.
    pub users: Vec<User>,
    /// Sessions that have not ended.
    pub sessions: Vec<Session>,
    /// API tokens that hold.
    pub tokens: Vec<ApiToken>,
}

/// The system clock was set back, not slowed down, when it is behind by more microseconds than this.
const SET_BACK: i64 = 2_000_000;

/// Wall time that never goes back, so that a step of the system clock revives no token, and never
/// stands still, so that such a step makes no token last and nobody wait until the day comes again.
#[derive(Clone)]
pub struct Clock {
    read: Arc<dyn Fn() -> i64 + Send + Sync>,
    latest: Arc<Mutex<Latest>>,
}

/// The newest time that was told, and when that was.
#[derive(Debug)]
struct Latest {
    micros: i64,
    told: Instant,
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
        })
    }

    /// A clock that reads microseconds since the epoch from a function.
    pub fn from_fn(read: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        let latest = Latest { micros: i64::MIN, told: Instant::now() };
        Self { read: Arc::new(read), latest: Arc::new(Mutex::new(latest)) }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let read = (self.read)();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if read >= latest.micros {
            *latest = Latest { micros: read, told: Instant::now() };
        } else if latest.micros.saturating_sub(read) > SET_BACK {
            let passed = i64::try_from(latest.told.elapsed().as_micros()).unwrap_or(i64::MAX);
            latest.micros = latest.micros.saturating_add(passed);
            latest.told = Instant::now();
        }
        Timestamp::from_micros(latest.micros)
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({:?})", self.latest)
    }
}

/// Random bytes of the operating system.
///
/// # Panics
/// The operating system has none to give; nothing that needs them may go on then.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("Invariant: the operating system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn sec_19_a_clock_that_is_set_back_neither_goes_back_nor_stands_still() {
        let wall = Arc::new(AtomicI64::new(1_000_000_000));
        let read = Arc::clone(&wall);
        let clock = Clock::from_fn(move || read.load(Ordering::SeqCst));
        let before = clock.now();
        for back in [1, SET_BACK] {
            wall.store(1_000_000_000 - back, Ordering::SeqCst);
            assert_eq!(clock.now(), before, "a clock that is slowed down is waited for");
        }
        wall.store(0, Ordering::SeqCst);
        let mut last = before;
        let begun = Instant::now();
        while last.micros() < before.micros() + 1_000 {
            let now = clock.now();
            assert!(now >= last);
            last = now;
            assert!(begun.elapsed().as_secs() < 60, "it goes on: {last:?}");
        }
        let most = i64::try_from(begun.elapsed().as_micros()).expect("small") + 1_000_000;
        assert!(last.micros() - before.micros() <= most, "and no faster than time does");
        wall.store(2_000_000_000, Ordering::SeqCst);
        assert_eq!(clock.now().micros(), 2_000_000_000, "it follows again");
    }
}
