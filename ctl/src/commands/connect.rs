//! Whom to trust before the first call: the file that was named, the pin, or a person's word.

use super::secret;
use crate::cli::Verb;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::session::Store;
use crate::target::Target;
use crate::trust::{self, Roots};
use std::time::Duration;

/// Why a daemon could not be reached, when the reason is a certificate that it wants to see: it then
/// closes the connection, and what is seen of that depends on the moment.
pub async fn explained(failure: Failure, target: &Target, patience: Duration) -> Failure {
    if failure.exit() != Exit::Unreachable || target.addr.encrypted().is_none() {
        return failure;
    }
    match trust::shown(&target.addr, patience).await {
        Ok(shown) if shown.asks && target.identity.is_none() => Failure::untrusted(format!(
            "the daemon at {} asks for a client certificate",
            target.addr.url()
        ))
        .with_hint("pass --cert FILE and --key FILE"),
        Ok(shown) if shown.asks => Failure::untrusted(format!(
            "the daemon at {} does not take the client certificate: {}",
            target.addr.url(),
            failure.message()
        ))
        .with_hint("check who signed it, what it is for, and when it ends"),
        _ => failure,
    }
}

/// The authorities for a daemon; `None` without TLS.
///
/// # Errors
/// It is not known yet and nobody vouches for it, or it is another one than before.
pub async fn roots(
    target: &Target,
    patience: Duration,
    verb: &Verb,
    out: &Output,
) -> Result<Option<Roots>, Failure> {
    let addr = &target.addr;
    if addr.encrypted().is_none() {
        return match &target.ca_fingerprint {
            Some(_) => Err(Failure::usage(format!("{} speaks no TLS to be checked", addr.url()))
                .with_hint("use https:// in the address")),
            None => Ok(None),
        };
    }
    if let Some(path) = &target.ca {
        return trust::from_file(path).map(Some);
    }
    let store = Store::for_address(addr)?;
    let logs_in = matches!(verb, Verb::Login(_) | Verb::Setup(_));
    if let Some((roots, pinned)) = trust::pinned(&store)? {
        match &target.ca_fingerprint {
            None => return Ok(Some(roots)),
            Some(wanted) if *wanted == pinned => return Ok(Some(roots)),
            Some(_) if logs_in => {}
            Some(wanted) => {
                return Err(Failure::untrusted(format!(
                    "for {} the authority {pinned} is pinned, not {wanted}",
                    addr.url()
                ))
                .with_hint("pin the other one with botctl login --ca-fingerprint"));
            }
        }
    }
    if target.ca_fingerprint.is_none() && !logs_in {
        return Err(Failure::untrusted(format!("{} is not known yet", addr.url())).with_hint(
            "run botctl login --user NAME, which pins its authority; or pass --ca FILE",
        ));
    }
    let authority = trust::shown(addr, patience).await?.authority;
    let shown = trust::fingerprint(&authority);
    match &target.ca_fingerprint {
        Some(wanted) if *wanted != shown => {
            return Err(Failure::untrusted(format!(
                "THE DAEMON AT {} IS NOT THE ONE THAT IS MEANT: its authority is {shown}, not {wanted}",
                addr.url()
            )));
        }
        Some(_) => {}
        None => secret::confirm(
            &format!(
                "{} is not known yet. Its authority is\n  {shown}\n\
                 Compare this with what the daemon printed at its start, or with\n  \
                 botctl --socket DIR/control.sock version\non its machine. Is it the same?",
                addr.url()
            ),
            "pass --ca-fingerprint sha256:…, or --ca FILE",
        )?,
    }
    let roots = trust::pem(&authority);
    if logs_in {
        store.save_pin(&roots.0)?;
        out.say(&format!("pinned {shown} for {}", addr.url()));
    }
    Ok(Some(roots))
}
