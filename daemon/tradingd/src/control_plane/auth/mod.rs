//! Users, sessions and tokens: who may come in, and for how long.
//!
//! What they may do is in `roles` and the protocol; the HTTP side is the guard's. Nothing here knows
//! about trading.

mod entry;
mod local;
mod password;
mod ports;
mod principal;
mod refresh;
pub mod roles;
mod setup;
mod table;
mod throttle;
mod token;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod token_tests;

pub use password::{HashError, Passwords};
pub use ports::{AuthSnapshot, Clock, ControlWriter, WriteError, random};
pub use principal::Principal;
pub use setup::SetupSecret;
pub use token::{TokenError, Tokens};

use crate::control_plane::seal::Seal;
use crate::settings::{AuthSettings, Secret};
use domain::Timestamp;
use refresh::Rotations;
use std::sync::Arc;
use std::time::Duration;
use storage::ControlRecord;
use table::{Session, Table, User};
use throttle::Throttle;
use tradingd_proto::v1::Role;

/// Sessions of one user at the same time; a further login ends the oldest.
const SESSIONS_PER_USER: usize = 32;

/// Why a login or token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// Log in first.
    #[error("this needs an access token: authorization: Bearer …")]
    TokenMissing,
    /// See [`TokenError::Invalid`].
    #[error("token is not valid")]
    TokenInvalid,
    /// Refresh the token.
    #[error("access token is over")]
    TokenExpired,
    /// Log in again.
    #[error("session has ended")]
    SessionEnded,
    /// One message for both, so that names can't be guessed.
    #[error("user or password is wrong")]
    Credentials,
    /// Wrong, used or over.
    #[error("first-run token is wrong or over; restart the daemon for a new one")]
    SetupToken,
    /// Log in instead.
    #[error("there is an admin already")]
    SetupDone,
    /// Try again after this time.
    #[error("too many failed attempts")]
    Throttled(Duration),
    /// Try again in a moment.
    #[error("too many logins at once")]
    Busy,
    /// Fix these fields.
    #[error("{} {}", .0.0, .0.1)]
    Field((&'static str, &'static str)),
    /// It could not be made durable; nothing was changed.
    #[error("logins can't be stored at the moment")]
    Unavailable,
    /// A bug of ours; the log has more.
    #[error("internal error")]
    Internal,
}

impl From<HashError> for AuthError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Failed => Self::Internal,
        }
    }
}

/// A session that was opened or refreshed.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The login name.
    pub user: String,
    /// What they may do.
    pub role: Role,
    /// For the `authorization` header.
    pub access_token: Secret,
    /// Life of the access token.
    pub access_expires_in: Duration,
    /// For the next refresh; works once.
    pub refresh_token: Secret,
    /// Life of the refresh token.
    pub refresh_expires_in: Duration,
}

/// What logins are made of.
#[derive(Debug, Clone)]
pub struct AuthParts {
    /// Lives and limits.
    pub settings: AuthSettings,
    /// Makes and checks access tokens.
    pub tokens: Tokens,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Wall time.
    pub clock: Clock,
    /// Seals secrets at rest.
    pub seal: Seal,
    /// True when real money is traded.
    pub live: bool,
}

/// Users, sessions and tokens.
pub struct Auth {
    parts: AuthParts,
    writer: Arc<dyn ControlWriter>,
    table: Arc<Table>,
    setup: Option<SetupSecret>,
    per_user: Throttle,
    per_address: Throttle,
    per_setup: Throttle,
    /// Held while users or sessions change, so that two can't change the same one.
    changes: tokio::sync::Mutex<Rotations>,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth").field("table", &self.table).finish_non_exhaustive()
    }
}

impl Auth {
    /// What the store holds, ready to be asked. `setup` is the secret of this start; it is dropped
    /// when there is an admin already.
    #[must_use]
    pub fn new(
        parts: AuthParts,
        writer: Arc<dyn ControlWriter>,
        snapshot: AuthSnapshot,
        setup: Option<SetupSecret>,
    ) -> Self {
        let table = Arc::new(Table::new(snapshot));
        let setup = setup.filter(|_| !table.has_admin());
        Self {
            per_user: Throttle::new(parts.settings.failures_per_user),
            per_address: Throttle::new(parts.settings.failures_per_address),
            per_setup: Throttle::new(5),
            changes: tokio::sync::Mutex::default(),
            parts,
            writer,
            table,
            setup,
        }
    }

    /// The secret with which the first admin can be made; `None` when there is one.
    #[must_use]
    pub fn setup_secret(&self) -> Option<&SetupSecret> {
        if self.table.has_admin() { None } else { self.setup.as_ref() }
    }

    /// Who a request's `authorization` header belongs to.
    ///
    /// # Errors
    /// There is no token, it is not valid or over, or its session has ended.
    pub fn authenticate(&self, authorization: Option<&str>) -> Result<Principal, AuthError> {
        let text = authorization.ok_or(AuthError::TokenMissing)?;
        let (scheme, token) = text.split_once(' ').ok_or(AuthError::TokenInvalid)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(AuthError::TokenInvalid);
        }
        let now = self.parts.clock.now();
        let claims = self.parts.tokens.check(token, now).map_err(|error| match error {
            TokenError::Invalid => AuthError::TokenInvalid,
            TokenError::Expired => AuthError::TokenExpired,
        })?;
        let (session, user) =
            self.table.session(&claims.sid, now).ok_or(AuthError::SessionEnded)?;
        if user.name != claims.sub {
            return Err(AuthError::TokenInvalid);
        }
        Ok(Principal {
            user: user.name,
            source: String::new(),
            role: user.role,
            session_id: session.id,
            logged_in_at: session.logged_in_at,
            proven_at: Some(session.logged_in_at),
            fresh_for: self.parts.settings.step_up,
            live: self.parts.live,
            expires_at: Timestamp::from_micros(claims.exp.saturating_mul(1_000_000)),
            ended: session.ended,
            table: Arc::clone(&self.table),
            clock: self.parts.clock.clone(),
        })
    }

    /// Tokens of a session.
    fn opened(
        &self,
        session: &Session,
        user: &User,
        refresh: Secret,
        now: Timestamp,
    ) -> Result<Opened, AuthError> {
        let life = self.parts.settings.access;
        let seconds = i64::try_from(life.as_secs()).unwrap_or(i64::MAX);
        let role = roles::name(user.role);
        let access = self
            .parts
            .tokens
            .issue(&user.name, &session.id, role, now, seconds)
            .map_err(|_| AuthError::Internal)?;
        let left = u64::try_from(session.expires_at.micros() - now.micros()).unwrap_or(0);
        Ok(Opened {
            user: user.name.clone(),
            role: user.role,
            access_token: Secret::new(access),
            access_expires_in: life,
            refresh_token: refresh,
            refresh_expires_in: Duration::from_micros(left),
        })
    }
}

/// An audit record.
fn record(at: Timestamp, kind: &str, principal: &str, detail: serde_json::Value) -> ControlRecord {
    ControlRecord { principal: printable(principal), ..ControlRecord::system(at, kind, detail) }
}

/// What a stranger sent, fit for logs and audit.
fn printable(text: &str) -> String {
    text.chars().take(64).map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// A write that failed, as the caller may know it.
fn unavailable(error: &WriteError) -> AuthError {
    tracing::warn!(%error, "login not stored");
    AuthError::Unavailable
}
