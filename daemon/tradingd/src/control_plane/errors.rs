//! Errors as clients get them: a gRPC code, a message for people, and typed details for programs.
//!
//! Every error names its reason as a token that never changes; messages may. Never put a secret, a
//! path or a database message into an error.

use std::collections::HashMap;
use std::time::Duration;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

/// Domain of all reasons.
pub const DOMAIN: &str = "tradingd";

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $token:literal => $code:ident;)*) => {
        /// Why a request was refused, for programs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The token on the wire.
            #[must_use]
            pub const fn token(self) -> &'static str {
                match self { $(Self::$name => $token,)* }
            }

            /// The gRPC code that it comes with.
            #[must_use]
            pub const fn code(self) -> Code {
                match self { $(Self::$name => Code::$code,)* }
            }
        }
    };
}

reasons! {
    /// No token was sent.
    TokenMissing = "TOKEN_MISSING" => Unauthenticated;
    /// The token is not one of ours, or damaged.
    TokenInvalid = "TOKEN_INVALID" => Unauthenticated;
    /// The access token is over; refresh it.
    TokenExpired = "TOKEN_EXPIRED" => Unauthenticated;
    /// The session was ended; log in again.
    SessionEnded = "SESSION_ENDED" => Unauthenticated;
    /// Name or password is wrong.
    CredentialsWrong = "CREDENTIALS_WRONG" => Unauthenticated;
    /// The one-time secret is wrong, used or over.
    SetupTokenWrong = "SETUP_TOKEN_WRONG" => Unauthenticated;
    /// The role may not do this.
    RoleTooLow = "ROLE_TOO_LOW" => PermissionDenied;
    /// The last proof of password or one-time code is too long ago, or the caller is an API token.
    StepUpNeeded = "STEP_UP_NEEDED" => PermissionDenied;
    /// An API token may not call this method, from this address, or for this symbol.
    TokenScope = "TOKEN_SCOPE" => PermissionDenied;
    /// The login needs a one-time code, or the code is wrong.
    TotpNeeded = "TOTP_NEEDED" => Unauthenticated;
    /// Somebody must be left who may administrate.
    LastAdmin = "LAST_ADMIN" => FailedPrecondition;
    /// There is one already.
    AlreadyExists = "ALREADY_EXISTS" => AlreadyExists;
    /// The state of what is named forbids it.
    StateForbids = "STATE_FORBIDS" => FailedPrecondition;
    /// There is no such method, or no rule for it.
    MethodUnknown = "METHOD_UNKNOWN" => PermissionDenied;
    /// Only from this machine.
    NotLoopback = "NOT_LOOPBACK" => PermissionDenied;
    /// The request came from another site.
    ForeignOrigin = "FOREIGN_ORIGIN" => PermissionDenied;
    /// There is an admin already.
    SetupDone = "SETUP_DONE" => FailedPrecondition;
    /// Too many failures; wait.
    Throttled = "THROTTLED" => ResourceExhausted;
    /// Too many of something at once.
    Busy = "BUSY" => ResourceExhausted;
    /// A field is missing, malformed or out of range.
    FieldInvalid = "FIELD_INVALID" => InvalidArgument;
    /// The page token is not of this list.
    PageTokenInvalid = "PAGE_TOKEN_INVALID" => InvalidArgument;
    /// There is no such thing.
    NotFound = "NOT_FOUND" => NotFound;
    /// It was changed meanwhile.
    VersionStale = "VERSION_STALE" => Aborted;
    /// Settings that are only read when the daemon starts.
    SettingNeedsRestart = "SETTING_NEEDS_RESTART" => FailedPrecondition;
    /// The request id was used for another request.
    RequestIdReused = "REQUEST_ID_REUSED" => AlreadyExists;
    /// The plan does not fit the world any more, is over, or never was.
    PlanStale = "PLAN_STALE" => Aborted;
    /// The plan was made for another request.
    PlanMismatch = "PLAN_MISMATCH" => FailedPrecondition;
    /// Nothing is halted.
    NotHalted = "NOT_HALTED" => FailedPrecondition;
    /// A newer stop stands.
    NewerStop = "NEWER_STOP" => Aborted;
    /// Positions are open and `force` is not set.
    PositionsOpen = "POSITIONS_OPEN" => FailedPrecondition;
    /// The trading state forbids it.
    TradingState = "TRADING_STATE" => FailedPrecondition;
    /// The outcome of some orders is not known yet.
    OrdersUnknown = "ORDERS_UNKNOWN" => FailedPrecondition;
    /// An exit of the position is at work already.
    ExitAtWork = "EXIT_AT_WORK" => FailedPrecondition;
    /// The order protects a position.
    OrderProtects = "ORDER_PROTECTS" => FailedPrecondition;
    /// Money of a live account is moved at the venue.
    NotSimulated = "NOT_SIMULATED" => FailedPrecondition;
    /// The exchange does not move that much of that asset.
    MovementRefused = "MOVEMENT_REFUSED" => FailedPrecondition;
    /// The alert was acknowledged or is over.
    AlertNotOpen = "ALERT_NOT_OPEN" => FailedPrecondition;
    /// It could not be made durable; nothing was changed.
    StorageUnavailable = "STORAGE_UNAVAILABLE" => Unavailable;
    /// The stop holds in memory but could not be made durable.
    StoppedNotDurable = "STOPPED_NOT_DURABLE" => DataLoss;
    /// The engine does not answer.
    EngineUnavailable = "ENGINE_UNAVAILABLE" => Unavailable;
    /// The daemon is ending.
    ShuttingDown = "SHUTTING_DOWN" => Unavailable;
    /// The request is longer than it may be.
    MessageTooLarge = "MESSAGE_TOO_LARGE" => ResourceExhausted;
    /// The caller's time was over before it was begun; nothing was done.
    DeadlineOver = "DEADLINE_OVER" => DeadlineExceeded;
    /// Client and daemon are too far apart.
    VersionUnsupported = "VERSION_UNSUPPORTED" => FailedPrecondition;
    /// Not over the local socket.
    NotOverSocket = "NOT_OVER_SOCKET" => PermissionDenied;
    /// A bug of ours.
    Internal = "INTERNAL" => Internal;
}

/// A refusal with its reason.
#[must_use]
pub fn refuse(reason: Reason, message: impl Into<String>) -> Status {
    Status::with_error_details(reason.code(), message, details(reason, &[]))
}

/// A refusal with facts for programs, e.g. the version that is current.
#[must_use]
pub fn refuse_with(
    reason: Reason,
    message: impl Into<String>,
    metadata: &[(&str, &str)],
) -> Status {
    Status::with_error_details(reason.code(), message, details(reason, metadata))
}

/// Fields that are wrong, each with its rule.
#[must_use]
pub fn invalid<F: Into<String>, D: Into<String>>(
    violations: impl IntoIterator<Item = (F, D)>,
) -> Status {
    let violations: Vec<FieldViolation> = violations
        .into_iter()
        .map(|(field, rule)| FieldViolation::new(field.into(), rule.into()))
        .collect();
    let message = violations
        .iter()
        .map(|v| format!("{} {}", v.field, v.description))
        .collect::<Vec<_>>()
        .join("; ");
    let mut details = details(Reason::FieldInvalid, &[]);
    details.set_bad_request(violations);
    Status::with_error_details(Reason::FieldInvalid.code(), message, details)
}

/// A state that forbids the request; `subject` is what is in that state, e.g. `strategies/rsi`.
#[must_use]
pub fn precondition(reason: Reason, subject: &str, message: impl Into<String>) -> Status {
    let message = message.into();
    let mut details = details(reason, &[]);
    details.add_precondition_failure_violation(reason.token(), subject, message.as_str());
    Status::with_error_details(reason.code(), message, details)
}

/// Too much; try again after this time.
#[must_use]
pub fn wait(reason: Reason, message: impl Into<String>, after: Duration) -> Status {
    let mut details = details(reason, &[]);
    details.set_retry_info(Some(after));
    Status::with_error_details(reason.code(), message, details)
}

fn details(reason: Reason, metadata: &[(&str, &str)]) -> ErrorDetails {
    let metadata: HashMap<String, String> =
        metadata.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    ErrorDetails::with_error_info(reason.token(), DOMAIN, metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_unique_and_reach_the_client() {
        let mut tokens: Vec<_> = Reason::ALL.iter().map(|r| r.token()).collect();
        tokens.sort_unstable();
        tokens.dedup();
        assert_eq!(tokens.len(), Reason::ALL.len());

        let status = refuse_with(Reason::VersionStale, "changed meanwhile", &[("version", "7")]);
        assert_eq!(status.code(), Code::Aborted);
        let info = status.get_details_error_info().expect("error info");
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("VERSION_STALE", DOMAIN));
        assert_eq!(info.metadata.get("version").map(String::as_str), Some("7"));
    }

    #[test]
    fn each_shape_carries_its_details() {
        let status = invalid([("user", "must be 1 to 64 characters"), ("password", "is short")]);
        assert_eq!(status.message(), "user must be 1 to 64 characters; password is short");
        let bad = status.get_details_bad_request().expect("bad request");
        assert_eq!(bad.field_violations.len(), 2);
        let status = wait(Reason::Throttled, "wait", Duration::from_secs(3));
        let retry = status.get_details_retry_info().expect("retry info");
        assert_eq!(retry.retry_delay, Some(Duration::from_secs(3)));
        let status = precondition(Reason::NotHalted, "trading_state", "nothing is halted");
        let failure = status.get_details_precondition_failure().expect("precondition");
        assert_eq!(failure.violations[0].subject, "trading_state");
    }
}
