//! The principal of the local socket, which the system vouches for instead of a token.

use super::ports::{AuthSnapshot, Clock};
use super::principal::Principal;
use super::table::Table;
use domain::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tradingd_proto::v1::Role;

/// Its name in the audit.
pub const LOCAL: &str = "local";

impl Principal {
    /// Whoever sits at the daemon's machine as its user. It has no session, so no stream stays open.
    #[must_use]
    pub fn local() -> Self {
        Self {
            user: LOCAL.to_owned(),
            source: "socket".to_owned(),
            role: Role::Operator,
            session_id: String::new(),
            token: None,
            logged_in_at: Timestamp::ZERO,
            proven_at: None,
            expires_at: Timestamp::ZERO,
            fresh_for: Duration::ZERO,
            live: false,
            ended: CancellationToken::new(),
            table: Arc::new(Table::new(AuthSnapshot::default())),
            clock: Clock::system(),
        }
    }
}
