//! What logins need from the rest of the daemon: a writer, a reader, a clock, random bytes.
//!
//! All changes go through the journal's single writer, so a login is durable before it is answered.

use crate::trader::{Answer, RequestContext};
use domain::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
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

/// Wall time that never goes back, so that a step of the system clock revives no token.
#[derive(Clone)]
pub struct Clock {
    read: Arc<dyn Fn() -> i64 + Send + Sync>,
    latest: Arc<AtomicI64>,
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
        Self { read: Arc::new(read), latest: Arc::new(AtomicI64::new(i64::MIN)) }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let read = (self.read)();
        Timestamp::from_micros(self.latest.fetch_max(read, Ordering::AcqRel).max(read))
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
