//! Who asks: put into the extensions of every request that the guard lets through with a token.

use super::ports::Clock;
use super::table::Table;
use crate::control_plane::errors::{Reason, refuse_with};
use domain::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tradingd_proto::v1::Role;

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
    /// The session.
    pub session_id: String,
    /// When the person logged in.
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

    /// For what needs a fresh proof of who asks in some cases only, e.g. loosening a limit. Methods
    /// that always need it say so with the option `step_up`, which the guard checks.
    ///
    /// # Errors
    /// PERMISSION_DENIED with reason STEP_UP_NEEDED; an API token never passes.
    pub fn require_fresh(&self) -> Result<(), tonic::Status> {
        let Some(proven_at) = self.proven_at else {
            let text = "an API token can't do this, a person must log in for it";
            return Err(refuse_with(Reason::StepUpNeeded, text, &[("by", "login")]));
        };
        let age = self.clock.now().micros() - proven_at.micros();
        if age <= i64::try_from(self.fresh_for.as_micros()).unwrap_or(i64::MAX) {
            return Ok(());
        }
        let seconds = self.fresh_for.as_secs().to_string();
        let text = format!(
            "this needs your password or one-time code again, the last time is more than {seconds} s ago"
        );
        let facts = [("by", "step_up"), ("fresh_seconds", seconds.as_str())];
        Err(refuse_with(Reason::StepUpNeeded, text, &facts))
    }

    /// As [`Self::require_fresh`], but only when real money is traded: on paper nobody is asked.
    ///
    /// # Errors
    /// As there.
    pub fn require_fresh_if_live(&self) -> Result<(), tonic::Status> {
        if self.live { self.require_fresh() } else { Ok(()) }
    }

    /// Returns when the session has ended: by logout or revocation (at once), or because nobody
    /// refreshed it in time. Streams must end then. The end of the access token alone does not
    /// count; it only means that the next request needs a fresh one.
    pub async fn session_ended(&self) {
        loop {
            let now = self.clock.now();
            let Some((session, _)) = self.table.session(&self.session_id, now) else { return };
            let left = u64::try_from(session.expires_at.micros() - now.micros()).unwrap_or(0);
            let pause = Duration::from_micros(left).min(LOOK_EVERY);
            tokio::select! {
                () = self.ended.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
