//! Users, sessions and tokens: who may come in, and for how long.
//!
//! What they may do is in `roles` and the protocol; the HTTP side is the guard's. Nothing here knows
//! about trading.

mod change;
mod entry;
mod failures;
mod grant;
mod keys;
mod local;
mod password;
mod ports;
mod principal;
mod refresh;
pub mod roles;
mod sessions;
mod setup;
mod table;
mod throttle;
mod token;
mod tokens;
mod totp;
mod users;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod token_tests;

pub use change::{Asked, Reply};
pub use entry::{Credentials, Origin};
pub use grant::Grant;
pub use password::{HashError, Passwords};
pub use ports::{AuthSnapshot, Clock, ControlWriter, WriteError, random};
pub use principal::Principal;
pub use setup::SetupSecret;
pub use token::{TokenError, Tokens};
pub use tokens::Wanted;

use crate::control_plane::seal::Seal;
use crate::settings::{AuthSettings, Secret, SettingsHandle};
use domain::Timestamp;
use failures::Failures;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use storage::ControlRecord;
use table::{Session, Table, User};
use throttle::{Logins, Throttle};
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
    /// Give one, or another.
    #[error("this user needs a one-time code: it is missing, wrong or was used")]
    TotpNeeded,
    /// The proof is too old: so many seconds are allowed.
    #[error(
        "this needs your password or one-time code again, the last time is more than {0} s ago"
    )]
    ProofOld(u64),
    /// Log in as a person.
    #[error("an API token can't do this, a person must log in for it")]
    TokenNotPerson,
    /// Use another token.
    #[error("the API token's limits forbid this: {0}")]
    Scope(&'static str),
    /// Ask somebody who may: the role needed, and the caller's.
    #[error("this needs the role {0}, you are {name}", name = roles::name(*.1))]
    RoleTooLow(&'static str, Role),
    /// Make somebody else admin first.
    #[error("this is the last admin; make another one first")]
    LastAdmin,
    /// Take another name.
    #[error("{0} exists already")]
    Exists(String),
    /// There is no such thing: kind and name.
    #[error("there is no {0} {1:?}")]
    NotFound(&'static str, String),
    /// Look at the present state.
    #[error("{0}")]
    State(&'static str),
    /// Make a new plan.
    #[error("what it would change is not what the plan shows any more; make a new one")]
    PlanStale,
    /// Take a new id.
    #[error("request_id was used for another request; take a new one")]
    RequestIdReused,
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
    /// Lives and limits, read at each use.
    pub settings: SettingsHandle,
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
    /// Where the keys are, for rotating them.
    pub data_dir: PathBuf,
}

/// Users, sessions and tokens.
pub struct Auth {
    parts: AuthParts,
    writer: Arc<dyn ControlWriter>,
    table: Arc<Table>,
    setup: Option<SetupSecret>,
    logins: Logins,
    per_setup: Throttle,
    failures: Failures,
    /// Held while users or sessions change, so that two can't change the same one.
    changes: tokio::sync::Mutex<()>,
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
            logins: Logins::new(parts.settings.clone()),
            per_setup: Throttle::default(),
            failures: Failures::default(),
            changes: tokio::sync::Mutex::default(),
            parts,
            writer,
            table,
            setup,
        }
    }

    /// Lives and limits as they are now.
    fn rules(&self) -> AuthSettings {
        self.parts.settings.current().auth.clone()
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
    pub fn authenticate(
        &self,
        authorization: Option<&str>,
        from: Option<IpAddr>,
    ) -> Result<Principal, AuthError> {
        let text = authorization.ok_or(AuthError::TokenMissing)?;
        let (scheme, token) = text.split_once(' ').ok_or(AuthError::TokenInvalid)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(AuthError::TokenInvalid);
        }
        if token.starts_with(grant::PREFIX) {
            return self.authenticate_token(token, from);
        }
        let now = self.parts.clock.now();
        let claims = self.parts.tokens.check(token, now).map_err(|error| match error {
            TokenError::Invalid => AuthError::TokenInvalid,
            TokenError::Expired => AuthError::TokenExpired,
        })?;
        let admitted = self.table.admitted(&claims.sid, now).ok_or(AuthError::SessionEnded)?;
        if admitted.user != claims.sub {
            return Err(AuthError::TokenInvalid);
        }
        Ok(Principal {
            user: admitted.user,
            source: String::new(),
            role: admitted.role,
            session_id: claims.sid.clone(),
            logged_in_at: admitted.logged_in_at,
            token: None,
            proven_at: Some(admitted.proven_at),
            fresh_for: self.rules().step_up,
            live: self.parts.live,
            expires_at: Timestamp::from_micros(claims.exp.saturating_mul(1_000_000)),
            ended: admitted.ended,
            table: Arc::clone(&self.table),
            clock: self.parts.clock.clone(),
        })
    }

    /// True when logins of this user need a one-time code.
    #[must_use]
    pub fn needs_code(&self, user: &str) -> bool {
        self.table.user(user).is_some_and(|user| user.totp_confirmed)
    }

    /// Stands in for a password in the hash of a request, which is stored.
    #[must_use]
    pub fn fingerprint(&self, password: &str) -> String {
        self.parts.seal.fingerprint("password", password.as_bytes())
    }

    /// Tokens of a session.
    fn opened(
        &self,
        session: &Session,
        user: &User,
        refresh: Secret,
        now: Timestamp,
    ) -> Result<Opened, AuthError> {
        let life = self.rules().access;
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

/// An audit record of somebody who is not logged in yet.
fn record(
    at: Timestamp,
    kind: &str,
    principal: &str,
    source: &str,
    detail: serde_json::Value,
) -> ControlRecord {
    ControlRecord {
        principal: printable(principal),
        source: source.to_owned(),
        ..ControlRecord::system(at, kind, detail)
    }
}

/// An audit record of somebody who is.
fn record_of(
    at: Timestamp,
    kind: &str,
    who: &Principal,
    detail: serde_json::Value,
) -> ControlRecord {
    let role = roles::name(who.role).to_owned();
    let principal = who.label();
    ControlRecord { role, principal, ..record(at, kind, "", &who.source, detail) }
}

/// What a stranger sent, fit for logs and audit.
fn printable(text: &str) -> String {
    cut(text, 64)
}

/// The same up to so many characters.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// A write that failed, as the caller may know it.
fn unavailable(error: &WriteError) -> AuthError {
    tracing::warn!(%error, "login not stored");
    AuthError::Unavailable
}
