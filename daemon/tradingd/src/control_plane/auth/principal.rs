//! Who asks: put into the extensions of every request that the guard lets through with a token.

use super::grant::Grant;
use super::ports::Clock;
use super::table::Table;
use super::{AuthError, roles};
use crate::trader::Permit;
use domain::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tradingd_proto::METHODS;
use tradingd_proto::v1::{Permission, Role};

/// How often a waiting stream looks whether its session was refreshed or is over.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// An authenticated user.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The login name.
    pub user: String,
    /// Where the request comes from, for the audit: an IP address.
    pub source: String,
    /// What they may do, as of this request.
    pub role: Role,
    /// The session; empty for API tokens.
    pub session_id: String,
    /// The API token, if the request came with one.
    pub token: Option<Arc<Grant>>,
    /// When the person logged in, or the token was made.
    pub logged_in_at: Timestamp,
    /// When they last proved who they are, by login or step-up; never for API tokens.
    pub proven_at: Option<Timestamp>,
    /// When the access token ends.
    pub expires_at: Timestamp,
    /// How long a proof counts as fresh.
    pub(super) fresh_for: Duration,
    /// True when real money is traded.
    pub(super) live: bool,
    pub(super) ended: CancellationToken,
    pub(super) table: Arc<Table>,
    pub(super) clock: Clock,
}

impl Principal {
    /// The principal of a request, if it has one.
    #[must_use]
    pub fn of<T>(request: &tonic::Request<T>) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    /// The name for the audit and for request ids: the user's, and for an API token also its id.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.token {
            None => self.user.clone(),
            Some(token) => format!("{}#{}", self.user, token.id),
        }
    }

    /// For what needs a fresh proof of who asks in some cases only, e.g. loosening a limit. Methods
    /// that always need it say so with the option `step_up`, which the guard checks.
    ///
    /// # Errors
    /// PERMISSION_DENIED with reason STEP_UP_NEEDED; an API token never passes.
    pub fn require_fresh(&self) -> Result<(), tonic::Status> {
        self.fresh().map_err(|error| crate::control_plane::guard::status(&error))
    }

    /// As [`Self::require_fresh`], but only when real money is traded: on paper nobody is asked.
    ///
    /// # Errors
    /// As there.
    pub fn require_fresh_if_live(&self) -> Result<(), tonic::Status> {
        if self.live { self.require_fresh() } else { Ok(()) }
    }

    pub(super) fn fresh(&self) -> Result<(), AuthError> {
        let Some(proven_at) = self.proven_at else { return Err(AuthError::TokenNotPerson) };
        let age = self.clock.now().micros() - proven_at.micros();
        let fresh = age <= i64::try_from(self.fresh_for.as_micros()).unwrap_or(i64::MAX);
        if fresh { Ok(()) } else { Err(AuthError::ProofOld(self.fresh_for.as_secs())) }
    }

    /// What they may do at this moment; `None` when they are out.
    #[must_use]
    pub fn role_now(&self) -> Option<Role> {
        let now = self.clock.now();
        match &self.token {
            // The local socket has neither; the system vouches for it as long as it is open.
            None if self.session_id.is_empty() => Some(self.role),
            None => self.table.session(&self.session_id, now).map(|(_, user)| user.role),
            Some(token) => {
                self.table.token(&token.id, now).map(|(token, user)| token.role(user.role))
            }
        }
    }

    /// Tells at any later time whether they may still call the method: a command that waited in a
    /// queue is not carried out for somebody who was put out meanwhile.
    #[must_use]
    pub fn permit(&self, method: &str) -> Permit {
        let rule = METHODS.iter().find(|rule| rule.path == method);
        let permission = rule.and_then(|rule| Permission::try_from(rule.permission).ok());
        let (who, permission) = (self.clone(), permission.unwrap_or_default());
        Permit::new(move || who.role_now().is_some_and(|role| roles::allows(role, permission)))
    }

    /// Returns when the session or token has ended: by logout, revocation or a lower role (at once),
    /// or because nobody
    /// refreshed it in time. Streams must end then. The end of the access token alone does not
    /// count; it only means that the next request needs a fresh one.
    pub async fn session_ended(&self) {
        loop {
            let now = self.clock.now();
            let end = match &self.token {
                None => self.table.session(&self.session_id, now).map(|(s, _)| s.expires_at),
                Some(token) => self.table.token(&token.id, now).map(|(t, _)| t.grant.expires_at),
            };
            let Some(end) = end else { return };
            let left = u64::try_from(end.micros() - now.micros()).unwrap_or(0);
            let pause = Duration::from_micros(left).min(LOOK_EVERY);
            tokio::select! {
                () = self.ended.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
