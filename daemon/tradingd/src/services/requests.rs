//! What all mutations share: who asks, the request id, the body's hash, and failures as statuses.

use super::Shared;
use crate::control_plane::auth::{Principal, roles};
use crate::control_plane::errors::{self, Reason};
use crate::trader::{Answer, Ask, Denial, Failure, RequestContext};
use domain::Decimal;
use sha2::{Digest, Sha256};
use tonic::{Request, Status};
use tradingd_proto::prost::Message;

/// Longest request id and reason.
const LONGEST_ID: usize = 64;
const LONGEST_REASON: usize = 500;

/// Checks the request id and makes the context of a mutation. `body` is the request without its id.
pub fn context<T>(
    request: &Request<T>,
    method: &'static str,
    request_id: &str,
    body: &impl Message,
) -> Result<RequestContext, Status> {
    let fine = !request_id.is_empty()
        && request_id.len() <= LONGEST_ID
        && request_id.bytes().all(|b| b.is_ascii_graphic());
    if !fine {
        let rule =
            format!("must be 1 to {LONGEST_ID} visible ASCII characters, got {request_id:?}");
        return Err(errors::invalid([("request_id", rule)]));
    }
    who(request, method, request_id, body)
}

/// The context of a mutation that can be planned first. A request for a plan needs no request id, as
/// it changes nothing.
pub fn planned<T: Planned>(
    request: &Request<T>,
    method: &'static str,
) -> Result<RequestContext, Status> {
    let message = request.get_ref();
    let (id, bare) = (message.id(), message.bare());
    let plan_id = message.plan();
    if plan_id.len() > LONGEST_ID || !plan_id.bytes().all(|b| b.is_ascii_graphic()) {
        let rule = format!("must be the id of a plan, got {plan_id:?}");
        return Err(errors::invalid([("plan_id", rule)]));
    }
    if message.dry() {
        if !plan_id.is_empty() {
            let rule = "must be empty with dry_run: a plan is made anew or carried out, not both";
            return Err(errors::invalid([("plan_id", rule)]));
        }
        return Ok(RequestContext { dry_run: true, ..who(request, method, "", &bare)? });
    }
    Ok(RequestContext { plan_id: plan_id.to_owned(), ..context(request, method, id, &bare)? })
}

/// A mutation of the engine's world: what it asks for, apart from its id and what concerns plans.
pub trait Planned: Message + Clone {
    /// The request id.
    fn id(&self) -> &str;
    /// True when only a plan is wanted.
    fn dry(&self) -> bool;
    /// The plan to carry out; empty for none.
    fn plan(&self) -> &str;
    /// What is asked for alone: the same wish has the same, whatever plan it names.
    fn bare(&self) -> Self;
}

macro_rules! planned {
    ($($request:ident),*) => { $(
        impl Planned for tradingd_proto::v1::$request {
            fn id(&self) -> &str {
                &self.request_id
            }
            fn dry(&self) -> bool {
                self.dry_run
            }
            fn plan(&self) -> &str {
                &self.plan_id
            }
            fn bare(&self) -> Self {
                let (request_id, plan_id) = (String::new(), String::new());
                Self { request_id, plan_id, dry_run: false, ..self.clone() }
            }
        }
    )* };
}

planned!(
    StopRequest,
    CloseAllRequest,
    ResumeRequest,
    SetStrategyEnabledRequest,
    ClosePositionRequest,
    SetProtectionRequest,
    CancelOrderRequest,
    RecordMovementRequest
);

fn who<T>(
    request: &Request<T>,
    method: &'static str,
    request_id: &str,
    body: &impl Message,
) -> Result<RequestContext, Status> {
    let principal = Principal::of(request)
        .ok_or_else(|| errors::refuse(Reason::TokenMissing, "this needs a token"))?;
    Ok(RequestContext {
        permit: principal.permit(method),
        principal: principal.label(),
        role: roles::name(principal.role).to_owned(),
        source: principal.source,
        request_id: request_id.to_owned(),
        method,
        body_hash: Sha256::digest(body.encode_to_vec()).to_vec(),
        reason: String::new(),
        dry_run: false,
        plan_id: String::new(),
    })
}

/// A reason within its length; `required` refuses an empty one.
pub fn reason(text: &str, required: bool) -> Result<String, Status> {
    let text = text.trim();
    if required && text.is_empty() {
        return Err(errors::invalid([("reason", "must say why, 1 to 500 characters")]));
    }
    if text.chars().count() > LONGEST_REASON {
        let rule = format!("must be at most {LONGEST_REASON} characters");
        return Err(errors::invalid([("reason", rule)]));
    }
    if text.chars().any(char::is_control) {
        return Err(errors::invalid([("reason", "must be one line without control characters")]));
    }
    Ok(text.to_owned())
}

/// The highest amount that a request may name; far from where exact arithmetic would end.
pub const MOST: i64 = 1_000_000_000_000;
/// Most places after the point.
const PLACES: u32 = 12;

/// A decimal above 0 to `most`.
pub fn amount(field: &str, text: &str, most: i64) -> Result<Decimal, Status> {
    // Signs, exponents and separators are not the protocol's.
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number = text.parse::<Decimal>().ok().filter(|_| plain).map(|n| n.normalize());
    let fine = |number: &Decimal| {
        *number > Decimal::ZERO && *number <= Decimal::from(most) && number.scale() <= PLACES
    };
    number.filter(fine).ok_or_else(|| {
        let rule = format!(
            "must be a decimal above 0 to {most} with at most {PLACES} places, got {text:?}"
        );
        errors::invalid([(field, rule)])
    })
}

/// Carries out a command and decodes the answer. The bool says whether it was answered before.
pub async fn run<R: Message + Default>(
    shared: &Shared,
    ask: impl Into<Ask>,
    context: RequestContext,
) -> Result<(R, bool), Status> {
    let Answer { bytes, replayed, .. } =
        shared.trader.command(ask, context).await.map_err(status)?;
    let response = R::decode(bytes.as_slice()).map_err(|error| {
        tracing::error!(%error, "a stored answer can't be read");
        errors::refuse(Reason::Internal, "the stored answer can't be read")
    })?;
    Ok((response, replayed))
}

/// A failure on the wire.
pub fn status(failure: Failure) -> Status {
    match failure {
        Failure::Refused(refusal) => denied(Denial::of(&refusal)),
        Failure::Denied(denial) => denied(denial),
        Failure::Settings(refused) => super::settings::refusal(refused),
        Failure::RequestIdReused => errors::refuse(
            Reason::RequestIdReused,
            "request_id was used for another request; take a new one",
        ),
        Failure::NotPermitted => errors::refuse(
            Reason::SessionEnded,
            "you were logged out or your role was lowered before it was carried out",
        ),
        Failure::NotDurable { stopped: true, message } => errors::refuse(
            Reason::StoppedNotDurable,
            format!("trading is stopped, but that is not durable: {message}"),
        ),
        Failure::NotDurable { stopped: false, message } => errors::refuse(
            Reason::StorageUnavailable,
            format!("nothing was done, it could not be recorded: {message}"),
        ),
        // Whoever can meet one knows which; this is for those that can't.
        Failure::Conflict(error) => {
            tracing::error!(%error, "a change met another one");
            errors::refuse(Reason::Internal, "it could not be stored beside what is there")
        }
        Failure::TooLate => errors::refuse(
            Reason::DeadlineOver,
            "its time was over before it was begun; nothing was done",
        ),
        Failure::Gone => errors::refuse(Reason::ShuttingDown, "the daemon is ending"),
    }
}

fn denied(denial: Denial) -> Status {
    match denial.field {
        Some(field) => errors::invalid([field]),
        None => errors::refuse(denial.reason, denial.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_plain_decimals_within_their_bounds() {
        for text in ["1", "0.000000000001", "100", "61000.50", "1000000000000"] {
            assert!(amount("quantity", text, MOST).is_ok(), "{text}");
        }
        let long = "9".repeat(40);
        for text in [
            "",
            "0",
            "0.0",
            "-1",
            "+1",
            "1e5",
            "1_000",
            "1,5",
            "NaN",
            "inf",
            " 1",
            "0.0000000000001",
            "1000000000001",
            &long,
        ] {
            let status = amount("stop.price", text, MOST).expect_err(text);
            let told = status.message().starts_with("stop.price must be a decimal above 0 to");
            assert!(told && status.message().ends_with(&format!("got {text:?}")), "{status:?}");
        }
        assert!(amount("part_pct", "100.01", 100).is_err());
    }
}
