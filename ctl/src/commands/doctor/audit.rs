//! Whether the audit's chain is anchored outside of the database, and how long ago.

use super::{Check, Verdict, rising};
use crate::commands::Context;
use crate::exit::Exit;
use crate::output::format;
use std::time::{Duration, SystemTime};
use tradingd_proto::v1::audit_service_client::AuditServiceClient;
use tradingd_proto::v1::{GetAuditStateRequest, GetAuditStateResponse};

/// Records that wait longer than this for their anchor need a look, or are wrong: an anchor is written
/// every minute.
const AGE: (Duration, Duration) = (Duration::from_secs(300), Duration::from_secs(3_600));
const NAME: &str = "audit";

/// Asks for the state of the audit.
pub async fn check(context: &Context<'_>) -> Check {
    let rpc = async |c, r| AuditServiceClient::new(c).get_audit_state(r).await;
    match context.client.read(GetAuditStateRequest {}, rpc).await {
        Ok(state) => judge(&state, SystemTime::now()),
        Err(failure) if failure.exit() == Exit::Denied => {
            Check::skip(NAME, "needs an operator's login")
        }
        Err(failure) => Check::new(NAME, Verdict::Fail, failure.message(), "see the daemon's log"),
    }
}

fn judge(state: &GetAuditStateResponse, now: SystemTime) -> Check {
    let records = format::count(state.sequence);
    if !state.anchor_failure.is_empty() {
        let detail = format!("the last anchor was not written: {}", state.anchor_failure);
        let todo = "make room or mend audit.anchor_copy; see the daemon's log";
        return Check::new(NAME, Verdict::Fail, detail, todo);
    }
    let waiting = state.sequence.saturating_sub(state.anchored_sequence);
    if waiting == 0 {
        return Check::pass(NAME, format!("{records} records, all of them anchored"));
    }
    let todo = "see whether the daemon is busy or its disk full, then: botctl audit verify";
    let written = state.anchored_at.and_then(|at| SystemTime::try_from(at).ok());
    let Some(written) = written.filter(|_| state.anchored_sequence > 0) else {
        let detail = format!("{records} records, none of them anchored yet");
        return Check::new(NAME, Verdict::Warn, detail, todo);
    };
    let age = now.duration_since(written).unwrap_or_default();
    let detail = format!(
        "{records} records, {} since the anchor of {} ago",
        format::count(waiting),
        format::span(age)
    );
    Check::new(NAME, rising(&age, &AGE.0, &AGE.1), detail, todo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_types::Timestamp;

    #[test]
    fn old_missing_and_failing_anchors_are_told() {
        let time = |seconds| Timestamp { seconds, nanos: 0 };
        let now = SystemTime::try_from(time(1_000_000)).expect("a time");
        let state = |sequence, anchored_sequence, at, failure: &str| GetAuditStateResponse {
            sequence,
            anchored_sequence,
            anchored_at: Some(time(at)),
            anchor_failure: failure.to_owned(),
            ..Default::default()
        };
        for (state, wanted) in [
            (state(10, 10, 5, ""), Verdict::Pass),
            (state(10, 9, 999_900, ""), Verdict::Pass),
            (state(10, 9, 999_000, ""), Verdict::Warn),
            (state(10, 9, 900_000, ""), Verdict::Fail),
            (state(10, 0, 0, ""), Verdict::Warn),
            (state(10, 10, 999_999, "the disk is full"), Verdict::Fail),
        ] {
            assert_eq!(judge(&state, now).verdict, wanted, "{state:?}");
        }
    }
}
