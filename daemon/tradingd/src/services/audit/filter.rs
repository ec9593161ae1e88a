//! What a caller may see of the audit, and what it asks for of that.

use super::super::exports::span;
use super::super::{Shared, store_error, symbol_filter};
use crate::audit::kinds;
use crate::control_plane::auth::Principal;
use crate::control_plane::errors::{self, Reason};
use tonic::{Request, Status};
use tradingd_proto::v1;

/// Longest text of a filter.
const LONGEST: usize = 200;

/// Who asks.
pub fn principal<T>(request: &Request<T>) -> Result<Principal, Status> {
    let principal = Principal::of(request);
    principal.ok_or_else(|| errors::refuse(Reason::TokenMissing, "this needs a token"))
}

/// The filter of a request, narrowed to the caller's own records unless it is an admin.
pub async fn of<T>(
    shared: &Shared,
    request: &Request<T>,
    wanted: Option<&v1::AuditFilter>,
) -> Result<storage::AuditFilter, Status> {
    let caller = principal(request)?;
    let wanted = wanted.cloned().unwrap_or_default();
    let (since, until) = span(wanted.since.as_ref(), wanted.until.as_ref())?;
    let name = text("principal", &wanted.principal)?;
    Ok(storage::AuditFilter {
        kinds: kinds_of(shared, &wanted).await?,
        principal: own(caller.role, caller.user, name)?,
        source: text("source", &wanted.source)?,
        request_id: text("request_id", &wanted.request_id)?,
        symbol: symbol_filter(&wanted.symbol)?.map(|symbol| symbol.to_string()),
        since,
        until,
        text: text("text", &wanted.text)?,
    })
}

/// Whose records a caller gets: an admin whose it wants, everybody else its own.
fn own(role: v1::Role, user: String, wanted: Option<String>) -> Result<Option<String>, Status> {
    match (role, wanted) {
        (v1::Role::Admin, wanted) => Ok(wanted),
        (_, Some(other)) if other != user => {
            let text = "only an admin sees what others did; leave principal empty";
            Err(errors::refuse(Reason::RoleTooLow, text))
        }
        _ => Ok(Some(user)),
    }
}

fn text(field: &str, value: &str) -> Result<Option<String>, Status> {
    if value.chars().count() > LONGEST {
        let rule = format!("must be at most {LONGEST} characters");
        return Err(errors::invalid([(field, rule)]));
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// The kinds there are that mean what is asked for; `None` for all.
async fn kinds_of(
    shared: &Shared,
    wanted: &v1::AuditFilter,
) -> Result<Option<Vec<String>>, Status> {
    let fail = |field: &str, number: i32| {
        errors::invalid([(field.to_owned(), format!("must be one of the enum, got {number}"))])
    };
    let mut types = Vec::new();
    for number in &wanted.types {
        let known = v1::AuditType::try_from(*number).ok();
        types.push(known.filter(|t| *t as i32 != 0).ok_or_else(|| fail("types", *number))?);
    }
    let least = v1::AuditSeverity::try_from(wanted.min_severity)
        .map_err(|_| fail("min_severity", wanted.min_severity))?;
    if types.is_empty() && least <= v1::AuditSeverity::Info {
        return Ok(None);
    }
    let mut kinds = shared.store.audit_kinds().await.map_err(store_error)?;
    kinds.retain(|kind| {
        let meaning = kinds::of_kind(kind);
        meaning.severity >= least && (types.is_empty() || types.contains(&meaning.r#type))
    });
    Ok(Some(kinds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use v1::Role;

    #[test]
    fn operators_see_their_own_records_and_admins_all() {
        for (role, wanted, seen) in [
            (Role::Admin, None, Ok(None)),
            (Role::Admin, Some("bob"), Ok(Some("bob"))),
            (Role::Operator, None, Ok(Some("anna"))),
            (Role::Operator, Some("anna"), Ok(Some("anna"))),
            (Role::Operator, Some("bob"), Err(())),
            (Role::Viewer, None, Ok(Some("anna"))),
            (Role::Unspecified, Some("admin"), Err(())),
        ] {
            let found = own(role, "anna".to_owned(), wanted.map(str::to_owned));
            let found = found.map_err(|status| {
                assert_eq!(status.code(), tonic::Code::PermissionDenied);
            });
            assert_eq!(found.as_ref().map(Option::as_deref), seen.as_ref().copied(), "{role:?}");
        }
    }
}
