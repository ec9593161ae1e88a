//! `selftest`: whether the control plane of a paper daemon really works, from the first answer to the
//! proof of the audit.
//!
//! It only rehearses: stop, close-all and a setting are planned and never carried out, and the last
//! check is that nothing has changed. A daemon that trades live is refused before anything is asked.

use super::doctor::{self, Check, Verdict};
use super::{Context, export, status, wait};
use crate::cli::SelftestArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{format, words};
use crate::progress;
use std::time::{Duration, Instant};
use tradingd_proto::v1::audit_service_client::AuditServiceClient;
use tradingd_proto::v1::emergency_service_client::EmergencyServiceClient;
use tradingd_proto::v1::event_service_client::EventServiceClient;
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::*;

/// The setting whose change is rehearsed: it moves no order, whatever its value.
const SETTING: &str = "alerts.dedupe_seconds";
/// Why, in what is planned.
const REASON: &str = "botctl selftest";

/// Runs every check and prints the table.
pub async fn selftest(context: &Context<'_>, args: SelftestArgs) -> Result<Exit, Failure> {
    let before = status::fetch(context).await?;
    only_on_paper(&before)?;
    let settings = version(context).await?;
    let sign = progress::bar("selftest", Some(7));
    let mut checks = vec![answers(&before)];
    let mut step = |check: Check| {
        checks.push(check);
        sign.at(checks.len() as u64);
    };
    sign.say("plans");
    step(judged("stop plan", stop_plan(context).await));
    step(judged("close-all plan", close_plan(context).await));
    step(judged("settings plan", settings_plan(context).await));
    sign.say("the event stream");
    step(judged("event stream", stream(context, args.wait).await));
    sign.say("the audit");
    step(match audit(context).await {
        Err(failure) if failure.exit() == Exit::Denied => {
            Check::skip("audit", "only an admin may verify it")
        }
        found => judged("audit", found.map_err(said).flatten()),
    });
    let after = status::fetch(context).await?;
    step(judged("unchanged", unchanged(&before, &after, settings, version(context).await?)));
    drop(sign);
    doctor::told(context, &checks)
}

/// # Errors
/// Real money is traded there.
fn only_on_paper(status: &GetStatusResponse) -> Result<(), Failure> {
    match status.mode() {
        TradingMode::Paper => Ok(()),
        _ => Err(Failure::refused("selftest is for paper daemons, and this one is not")
            .with_hint("for a live daemon: botctl doctor, and plans with --dry-run")),
    }
}

/// What a check found, or why it failed.
type Found = Result<String, String>;

fn judged(name: &str, found: Found) -> Check {
    match found {
        Ok(detail) => Check::pass(name, detail),
        Err(detail) => Check::new(name, Verdict::Fail, detail, "see the daemon's log"),
    }
}

fn said(failure: Failure) -> String {
    failure.message().to_owned()
}

fn answers(status: &GetStatusResponse) -> Check {
    let state = status.trading_state.clone().unwrap_or_default();
    let detail = format!(
        "{} {}, {} positions, record {}",
        words::mode(status.mode),
        words::trading_state(state.state),
        status.open_positions,
        status.sequence
    );
    let dead: Vec<&str> =
        status.components.iter().filter(|c| !c.serving).map(|c| c.name.as_str()).collect();
    match dead.as_slice() {
        [] => Check::pass("status", detail),
        dead => {
            let detail = format!("{detail}; not serving: {}", dead.join(", "));
            Check::new("status", Verdict::Warn, detail, "see botctl doctor")
        }
    }
}

async fn stop_plan(context: &Context<'_>) -> Found {
    let request =
        StopRequest { reason: REASON.to_owned(), dry_run: true, ..StopRequest::default() };
    let rpc = async |c, r| EmergencyServiceClient::new(c).stop(r).await;
    let answer = context.client.mutate(request, rpc).await.map_err(said)?;
    halting(&answer.plan.ok_or("the answer holds no plan")?)
}

/// A plan of a stop halts, unless trading is halted already.
fn halting(plan: &Plan) -> Found {
    if plan.plan_id.is_empty() {
        return Err("the plan has no id".to_owned());
    }
    match plan.changes.iter().find(|change| change.what == "trading") {
        Some(change) if change.after == "halted" => {
            Ok(format!("trading would go from {} to halted", change.before))
        }
        Some(change) => Err(format!("trading would be {}, not halted", change.after)),
        None => Ok("nothing would change: trading is halted already".to_owned()),
    }
}

async fn close_plan(context: &Context<'_>) -> Found {
    let request =
        CloseAllRequest { reason: REASON.to_owned(), dry_run: true, ..CloseAllRequest::default() };
    let rpc = async |c, r| EmergencyServiceClient::new(c).close_all(r).await;
    let answer = context.client.mutate(request, rpc).await.map_err(said)?;
    closing(&answer.plan.ok_or("the answer holds no plan")?)
}

/// A plan of a close-all sells what is held.
fn closing(plan: &Plan) -> Found {
    let held = plan.exposure_before != "0" && !plan.exposure_before.is_empty();
    if held && plan.orders.is_empty() {
        return Err(format!("{} is held and nothing would be sold", plan.exposure_before));
    }
    if plan.orders.iter().any(|order| order.side() != OrderSide::Sell) {
        return Err("something would be bought".to_owned());
    }
    halting(plan)?;
    Ok(format!(
        "{} orders, exposure {} -> {}, cost about {}",
        plan.orders.len(),
        format::fixed(&plan.exposure_before, 2),
        format::fixed(&plan.exposure_after, 2),
        format::fixed(&plan.cost, 2),
    ))
}

async fn list(context: &Context<'_>, prefix: &str) -> Result<ListSettingsResponse, Failure> {
    let request = ListSettingsRequest { prefix: prefix.to_owned() };
    let rpc = async |c, r| SettingsServiceClient::new(c).list_settings(r).await;
    context.client.read(request, rpc).await
}

async fn version(context: &Context<'_>) -> Result<u64, Failure> {
    Ok(list(context, SETTING).await?.version)
}

async fn settings_plan(context: &Context<'_>) -> Found {
    let known = list(context, SETTING).await.map_err(said)?;
    let row = known.settings.iter().find(|row| row.key == SETTING);
    let now = &row.ok_or_else(|| format!("there is no setting {SETTING}"))?.value;
    let value = if now == "60" { "61" } else { "60" };
    let request = UpdateSettingsRequest {
        assignments: vec![SettingAssignment { key: SETTING.to_owned(), value: value.to_owned() }],
        reason: REASON.to_owned(),
        request_id: crate::random::request_id().map_err(said)?,
        dry_run: true,
        ..UpdateSettingsRequest::default()
    };
    let rpc = async |c, r| SettingsServiceClient::new(c).update_settings(r).await;
    let answer = context.client.mutate(request, rpc).await.map_err(said)?;
    let plan = answer.plan.ok_or("the answer holds no plan")?;
    let wanted =
        PlannedChange { what: SETTING.to_owned(), before: now.clone(), after: value.to_owned() };
    match plan.changes.as_slice() {
        [only] if *only == wanted => Ok(format!("{SETTING} would go from {now} to {value}")),
        other => Err(format!("{} settings would change, or others than asked for", other.len())),
    }
}

/// A snapshot, and after it at least one message more.
async fn stream(context: &Context<'_>, patience: Duration) -> Found {
    let begun = Instant::now();
    let heard = tokio::time::timeout(patience, async {
        let mut stream =
            export::open(context, SubscribeRequest::default(), async |channel, request| {
                let mut service = EventServiceClient::new(channel)
                    .max_decoding_message_size(wait::LARGEST_MESSAGE);
                service.subscribe(request).await
            })
            .await?;
        let mut names = Vec::new();
        while names.len() < 2 {
            match stream.message().await.map_err(|status| context.client.failure(&status))? {
                Some(message) => names.push(kind(&message)),
                None => return Err(Failure::internal("the daemon ended the stream")),
            }
        }
        Ok(names)
    })
    .await;
    match heard {
        Err(_) => Err(format!("no message came after the snapshot within {patience:?}")),
        Ok(Err(failure)) => Err(said(failure)),
        Ok(Ok(names)) if names[0] != "snapshot" => {
            Err(format!("it begins with a {}, not with a snapshot", names[0]))
        }
        Ok(Ok(names)) => {
            Ok(format!("a snapshot, then a {}, in {}", names[1], format::span(begun.elapsed())))
        }
    }
}

fn kind(message: &SubscribeResponse) -> &'static str {
    use subscribe_response::Payload;
    match &message.payload {
        Some(Payload::Snapshot(_)) => "snapshot",
        Some(Payload::Heartbeat(_)) => "heartbeat",
        Some(Payload::Mark(_)) => "mark",
        Some(Payload::ResyncRequired(_)) => "call to start anew",
        _ => "record",
    }
}

/// The whole chain up to its newest record, and the newest record itself.
async fn audit(context: &Context<'_>) -> Result<Found, Failure> {
    let rpc = async |c, r| AuditServiceClient::new(c).get_audit_state(r).await;
    let state = context.client.read(GetAuditStateRequest {}, rpc).await?;
    let opened = export::open(context, VerifyChainRequest::default(), async |channel, request| {
        AuditServiceClient::new(channel).verify_chain(request).await
    });
    let mut parts = opened.await?;
    while let Some(part) =
        parts.message().await.map_err(|status| context.client.failure(&status))?
    {
        if part.done {
            return Ok(proven(&part, &state));
        }
    }
    Ok(Err("the daemon ended the verification before its verdict".to_owned()))
}

fn proven(verdict: &VerifyChainResponse, state: &GetAuditStateResponse) -> Found {
    if verdict.found > 0 {
        return Err(format!("{} findings; see botctl audit verify", verdict.found));
    }
    if verdict.last_sequence < state.sequence {
        let (to, known) = (verdict.last_sequence, state.sequence);
        return Err(format!("verified up to record {to}, but there are {known}"));
    }
    let count = format::count(verdict.records_done);
    Ok(format!("{count} records up to {} are as they were written", verdict.last_sequence))
}

/// Rehearsals change nothing. What the market does meanwhile is not theirs.
fn unchanged(
    before: &GetStatusResponse,
    after: &GetStatusResponse,
    settings_before: u64,
    settings_after: u64,
) -> Found {
    let epoch = |status: &GetStatusResponse| status.trading_state.as_ref().map_or(0, |s| s.epoch);
    if epoch(before) != epoch(after) {
        return Err("trading was halted meanwhile, by a plan or by somebody".to_owned());
    }
    if settings_before != settings_after {
        return Err("settings were changed meanwhile, by a plan or by somebody".to_owned());
    }
    Ok(format!("no stop, and settings version {settings_after} as before"))
}

#[cfg(test)]
#[path = "selftest_tests.rs"]
mod tests;
