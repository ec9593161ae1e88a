//! What the daemon tells clients of the protocol it speaks, and which clients are too old for it.

use super::errors::{Reason, refuse_with};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tonic::Status;
use tradingd_proto::{OLDEST_CLIENT, PROTOCOL_VERSION};

/// What a client says of itself, e.g. `botctl/0.1.0`.
pub const CLIENT: &str = "x-tradingd-client";
/// Says which protocol answered, on every answer.
pub const PROTOCOL: HeaderName = HeaderName::from_static("x-tradingd-protocol");

/// What this daemon can do beyond the methods themselves, by names that never change.
pub const CAPABILITIES: &[&str] = &[
    "deadlines",
    "grpc-web",
    "health",
    "idempotency",
    "local-socket",
    "mutual-tls",
    "reflection",
    "resume-stream",
    "status-details",
    "tls",
];

/// Adds the protocol's version to an answer.
pub fn sign(headers: &mut HeaderMap) {
    headers.insert(PROTOCOL, HeaderValue::from_static(PROTOCOL_VERSION));
}

/// Refuses a client of ours that is too old to be understood. Others say nothing, or what they
/// want.
///
/// # Errors
/// FAILED_PRECONDITION with what is needed.
pub fn check(headers: &HeaderMap) -> Result<(), Status> {
    let told = headers.get(CLIENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(("botctl", version)) = told.split_once('/') else { return Ok(()) };
    match (numbers(version), numbers(OLDEST_CLIENT)) {
        (Some(theirs), Some(oldest)) if theirs < oldest => Err(refuse_with(
            Reason::VersionUnsupported,
            format!("botctl {version} is too old for this daemon, which needs {OLDEST_CLIENT}"),
            &[("minimum_client", OLDEST_CLIENT), ("protocol_version", PROTOCOL_VERSION)],
        )),
        _ => Ok(()),
    }
}

/// `1.2.3` as numbers; what follows a hyphen does not count.
fn numbers(version: &str) -> Option<(u32, u32, u32)> {
    let mut parts = version.split('-').next()?.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clients_of_ours_that_are_too_old_are_refused() {
        let refused = |told: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CLIENT, told.parse().expect("text"));
            check(&headers).is_err()
        };
        for told in ["botctl/0.0.9", "botctl/0.0.0-rc.1"] {
            assert!(refused(told), "{told}");
        }
        let same = format!("botctl/{OLDEST_CLIENT}");
        for told in [same.as_str(), "botctl/99.0.0", "botctl/x", "botctl", "web/0.0.1", "", "/"] {
            assert!(!refused(told), "{told}");
        }
        assert!(check(&HeaderMap::new()).is_ok());
        assert!(numbers(PROTOCOL_VERSION.trim()).is_none(), "the protocol counts in two numbers");
    }

    #[test]
    fn capabilities_are_sorted_and_told_once() {
        assert!(CAPABILITIES.windows(2).all(|pair| pair[0] < pair[1]), "{CAPABILITIES:?}");
    }

    /// Whoever adds a method or takes one away decides here about the version, too.
    #[test]
    fn the_version_belongs_to_this_many_methods() {
        assert_eq!((PROTOCOL_VERSION, tradingd_proto::METHODS.len()), ("1.2", 83));
    }
}
