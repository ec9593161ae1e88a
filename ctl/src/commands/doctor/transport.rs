//! How the way to the daemon is protected: judged by a handshake at its port and by what it says of
//! itself, not by how the address is written.

use super::{Check, Verdict};
use crate::commands::Context;
use crate::trust;
use tradingd_proto::v1::GetVersionResponse;

/// What was seen at the port.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    /// TLS, with an authority of this fingerprint.
    Tls(String),
    /// No TLS was tried.
    Plain,
    /// A handshake was tried and failed.
    Nothing(String),
}

/// Looks at the port. `version` is what the daemon said over the connection that botctl trusts.
pub async fn check(context: &Context<'_>, version: Option<&GetVersionResponse>) -> Check {
    let addr = context.client.addr();
    let seen = match addr.encrypted() {
        None => Seen::Plain,
        Some(_) => match trust::shown(addr, context.client.timeout()).await {
            Ok(shown) => Seen::Tls(trust::fingerprint(&shown.authority)),
            Err(failure) => Seen::Nothing(failure.message().to_owned()),
        },
    };
    judge(&seen, version.map(|v| v.ca_fingerprint.as_str()), addr.is_loopback())
}

/// `told` is the authority that the daemon names over the trusted connection, empty for none; `None`
/// when there is no such connection.
fn judge(seen: &Seen, told: Option<&str>, loopback: bool) -> Check {
    let fail = |detail: String, todo| Check::new("transport", Verdict::Fail, detail, todo);
    match (seen, told) {
        (Seen::Tls(shown), Some(told)) if shown == told => {
            Check::pass("transport", format!("TLS, checked against the authority {shown}"))
        }
        (Seen::Tls(shown), Some(told)) => {
            let told = if told.is_empty() { "none" } else { told };
            let detail = format!("the port shows the authority {shown}, the daemon names {told}");
            fail(
                detail,
                "somebody may sit in between: compare with the daemon's log on its machine",
            )
        }
        (Seen::Tls(shown), None) => {
            let detail = format!("the port speaks TLS, but its authority {shown} is not trusted");
            fail(detail, "compare it with the daemon's log, then: botctl login --ca-fingerprint")
        }
        (Seen::Nothing(why), _) => fail(why.clone(), "check that the port speaks TLS"),
        (Seen::Plain, None) => Check::skip("transport", "nothing answers, so nothing was sent"),
        (Seen::Plain, Some(told)) if !told.is_empty() => {
            let detail = "plain HTTP, although the daemon speaks TLS: something takes it off";
            let todo = "use https and the daemon's own port, or a tunnel that you know";
            Check::new("transport", Verdict::Warn, detail, todo)
        }
        (Seen::Plain, Some(_)) if loopback => {
            Check::pass("transport", "plain HTTP that stays on this machine")
        }
        (Seen::Plain, Some(_)) => fail(
            "plain HTTP over a network: passwords and tokens can be read".to_owned(),
            "use https, or a tunnel: ssh -L 8000:127.0.0.1:8000 HOST",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_counts_and_not_the_address() {
        use Verdict::{Fail, Pass, Skip, Warn};
        let tls = |print: &str| Seen::Tls(print.to_owned());
        for (seen, told, loopback, wanted) in [
            (tls("sha256:a"), Some("sha256:a"), false, Pass),
            (tls("sha256:b"), Some("sha256:a"), false, Fail),
            (tls("sha256:b"), Some("sha256:a"), true, Fail),
            (tls("sha256:b"), Some(""), true, Fail),
            (tls("sha256:b"), None, false, Fail),
            (Seen::Nothing("no answer".to_owned()), None, false, Fail),
            (Seen::Plain, None, false, Skip),
            (Seen::Plain, Some("sha256:a"), true, Warn),
            (Seen::Plain, Some(""), true, Pass),
            (Seen::Plain, Some(""), false, Fail),
        ] {
            let check = judge(&seen, told, loopback);
            assert_eq!(check.verdict, wanted, "{seen:?} {told:?} {loopback}: {check:?}");
            assert_eq!(check.todo.is_empty(), check.verdict < Warn, "{check:?}");
        }
    }
}
