//! Who asks: put into the extensions of every request that the guard lets through with a token.

use super::ports::Clock;
use super::table::Table;
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
    /// When the access token ends.
    pub expires_at: Timestamp,
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
