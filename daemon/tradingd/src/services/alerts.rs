//! Alerts: lists from the store, acknowledgements through the single writer.

use super::requests::{self, status};
use super::{Shared, not_found, page, store_error};
use crate::alerts::{Code, Severity, detail};
use crate::control_plane::errors::{self, Reason};
use crate::convert;
use crate::trader::{Change, Failure, RequestContext};
use domain::Timestamp;
use storage::{Acknowledged, Alert as Stored, AlertFilter, AlertState as State, AlertWrite};
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1::*;

/// An alert on the wire.
#[must_use]
pub fn wire(alert: &Stored) -> Alert {
    let seen = alert.acknowledged.as_ref();
    Alert {
        id: alert.id,
        severity: Severity::of(alert.severity).wire().into(),
        code: alert.code.clone(),
        cause: alert.cause.clone(),
        title: alert.title.clone(),
        text: alert.text.clone(),
        hint: alert.hint.clone(),
        state: match alert.state {
            State::Open => AlertState::Open,
            State::Acknowledged => AlertState::Acknowledged,
            State::Resolved => AlertState::Resolved,
        }
        .into(),
        first_at: Some(convert::time(alert.first_at)),
        last_at: Some(convert::time(alert.last_at)),
        count: alert.count,
        symbol: alert.symbol.clone(),
        strategy: alert.strategy.clone(),
        acknowledged_by: seen.map(|s| s.by.clone()).unwrap_or_default(),
        acknowledged_at: seen.map(|s| convert::time(s.at)),
        acknowledge_note: seen.map(|s| s.note.clone()).unwrap_or_default(),
        resolved_at: alert.resolved_at.map(convert::time),
        escalations: alert.escalations,
    }
}

#[async_trait]
impl alert_service_server::AlertService for Shared {
    async fn list_alerts(
        &self,
        request: Request<ListAlertsRequest>,
    ) -> Result<Response<ListAlertsResponse>, Status> {
        let request = request.into_inner();
        let states = request.states().map(state).collect::<Result<Vec<_>, _>>()?;
        let min_severity = u8::try_from(request.min_severity).ok().filter(|n| *n <= 3);
        let filter = AlertFilter {
            states,
            min_severity: min_severity.ok_or_else(|| {
                errors::invalid([("min_severity", "must be one of the severities")])
            })?,
            since: request.since.as_ref().and_then(convert::from_time),
        };
        let page = page(request.page_size, request.page_token, 50)?;
        let found = self.store.alerts(&filter, &page).await.map_err(store_error)?;
        Ok(Response::new(ListAlertsResponse {
            alerts: found.items.iter().map(wire).collect(),
            next_page_token: found.next.unwrap_or_default(),
            total: found.total.unwrap_or_default(),
            as_of_sequence: found.as_of_sequence,
        }))
    }

    async fn get_alert(
        &self,
        request: Request<GetAlertRequest>,
    ) -> Result<Response<GetAlertResponse>, Status> {
        let alert = find(self, request.into_inner().id).await?;
        Ok(Response::new(GetAlertResponse { alert: Some(wire(&alert)) }))
    }

    async fn ack_alert(
        &self,
        request: Request<AckAlertRequest>,
    ) -> Result<Response<AckAlertResponse>, Status> {
        let body = AckAlertRequest { request_id: String::new(), ..request.get_ref().clone() };
        let id = request.get_ref().request_id.clone();
        let note = requests::reason(&body.note, false)?;
        if !body.plan_id.is_empty() {
            return Err(errors::invalid([("plan_id", "must be empty, this needs no plan")]));
        }
        let method = "/tradingd.v1.AlertService/AckAlert";
        let mut context = requests::context(&request, method, &id, &body)?;
        context.dry_run = body.dry_run;
        let (mut response, replayed) = acknowledge(self, body.id, note, context).await?;
        if let Some(effect) = &mut response.effect {
            effect.replayed = replayed;
        }
        Ok(Response::new(response))
    }
}

fn state(state: AlertState) -> Result<State, Status> {
    match state {
        AlertState::Open => Ok(State::Open),
        AlertState::Acknowledged => Ok(State::Acknowledged),
        AlertState::Resolved => Ok(State::Resolved),
        AlertState::Unspecified => {
            Err(errors::invalid([("states", "must be open, acknowledged or resolved")]))
        }
    }
}

async fn find(shared: &Shared, id: u64) -> Result<Stored, Status> {
    let found = shared.store.alert(id).await.map_err(store_error)?;
    found.ok_or_else(|| not_found(&format!("there is no alert {id}")))
}

/// Says that a person has seen an alert. The bool says whether it was answered before.
///
/// # Errors
/// There is no such alert, it is not open, or it could not be stored.
pub async fn acknowledge(
    shared: &Shared,
    id: u64,
    note: String,
    context: RequestContext,
) -> Result<(AckAlertResponse, bool), Status> {
    let mut alert = find(shared, id).await?;
    let before = alert.state;
    let resolves = Code::ends_by_person(&alert.code);
    let at = crate::control_plane::auth::Clock::system().now();
    let seen = Acknowledged { by: context.principal.clone(), at, note };
    (alert.state, alert.resolved_at) = after(resolves, at);
    alert.acknowledged = Some(seen.clone());
    if context.dry_run {
        if before != State::Open {
            return Err(not_open(id));
        }
        return Ok((planned(shared, &alert), false));
    }
    let record = context.record("alert_acknowledged", detail(&alert));
    // A change beside the engine has the next number, unless rows come between; the answer of the
    // writer has the right one.
    let response = AckAlertResponse {
        alert: Some(wire(&alert)),
        effect: Some(Effect { sequence: 0, replayed: false }),
        plan: None,
    };
    let change = Change {
        alerts: vec![AlertWrite::Acknowledge { id, seen, resolves }],
        records: vec![record],
        request: Some((context, response.encode_to_vec())),
        ..Change::default()
    };
    let answer = shared.trader.change(change).await.map_err(|failure| match failure {
        Failure::Conflict(storage::Error::UnknownAlert(id)) => {
            not_found(&format!("there is no alert {id}"))
        }
        Failure::Conflict(storage::Error::AlertNotOpen(id)) => not_open(id),
        other => status(other),
    })?;
    let mut response = AckAlertResponse::decode(answer.bytes.as_slice()).map_err(|error| {
        tracing::error!(%error, "a stored answer can't be read");
        errors::refuse(Reason::Internal, "the stored answer can't be read")
    })?;
    response.effect = Some(Effect { sequence: answer.sequence, replayed: answer.replayed });
    Ok((response, answer.replayed))
}

const fn after(resolves: bool, at: Timestamp) -> (State, Option<Timestamp>) {
    if resolves { (State::Resolved, Some(at)) } else { (State::Acknowledged, None) }
}

fn not_open(id: u64) -> Status {
    let text = format!("alert {id} is not open: it was acknowledged, or is over");
    errors::precondition(Reason::AlertNotOpen, &format!("alerts/{id}"), text)
}

fn planned(shared: &Shared, alert: &Stored) -> AckAlertResponse {
    let change = PlannedChange {
        what: format!("alert {}", alert.id),
        before: State::Open.token().to_owned(),
        after: alert.state.token().to_owned(),
    };
    let plan = Plan {
        changes: vec![change],
        as_of_sequence: shared.store.last_sequence(),
        ..Plan::default()
    };
    AckAlertResponse { alert: None, effect: None, plan: Some(plan) }
}
