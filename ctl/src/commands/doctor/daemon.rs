//! What the daemon can tell: version, login, clock, health, freshness, venue.

use super::{Check, Verdict, audit, rising, transport};
use crate::client::bearer_header;
use crate::commands::{Context, status};
use crate::output::{format, words};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use tonic::Request;
use tradingd_proto::v1::auth_service_client::AuthServiceClient;
use tradingd_proto::v1::event_service_client::EventServiceClient;
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::system_service_client::SystemServiceClient;
use tradingd_proto::v1::{
    ComponentHealth, GetStatusResponse, GetVersionRequest, GetVersionResponse, ListSettingsRequest,
    MarketSource, SubscribeRequest, WhoAmIRequest,
};

/// Protocol this botctl speaks.
const PROTOCOL: &str = "tradingd.v1";
/// A clock that differs by more needs a look, or is wrong.
const CLOCK: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// A snapshot of a large account may exceed tonic's usual 4 MiB.
const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// What was found, and where the daemon says its data lie.
#[derive(Debug, Default)]
pub struct Asked {
    /// The checks so far.
    pub checks: Vec<Check>,
    /// The daemon's data folder, as its settings name it.
    pub data_dir: Option<PathBuf>,
}

/// Asks the daemon; without it, or without a login, the rest is left out.
pub async fn checks(context: &Context<'_>) -> Asked {
    let mut asked = Asked::default();
    let version = reach(context, &mut asked.checks).await;
    asked.checks.push(transport::check(context, version.as_ref()).await);
    if version.is_none() || !login(context, &mut asked.checks).await {
        return asked;
    }
    asked.checks.push(clock(context).await);
    match status::fetch(context).await {
        Ok(answer) => state(&answer, &mut asked.checks),
        Err(failure) => {
            asked.checks.push(Check::new(
                "status",
                Verdict::Fail,
                failure.message(),
                "see the daemon's log",
            ));
        }
    }
    asked.checks.push(audit::check(context).await);
    asked.data_dir = data_dir(context).await;
    asked
}

/// What the daemon says of itself; `None` when it can't be reached.
async fn reach(context: &Context<'_>, checks: &mut Vec<Check>) -> Option<GetVersionResponse> {
    let addr = context.client.addr().url();
    let version = context
        .client
        .public(GetVersionRequest {}, async |c, r| SystemServiceClient::new(c).get_version(r).await)
        .await;
    let version = match version {
        Ok(version) => version,
        Err(failure) => {
            let todo = "start tradingd, or name the right --addr";
            checks.push(Check::new("address", Verdict::Fail, failure.message(), todo));
            return None;
        }
    };
    checks.push(Check::pass("address", format!("{addr} answers")));
    let own = env!("CARGO_PKG_VERSION");
    let detail =
        format!("daemon {} ({}), botctl {own} ({PROTOCOL})", version.version, version.protocol);
    let (verdict, todo) = match (version.protocol == PROTOCOL, version.version == own) {
        (false, _) => (Verdict::Fail, "use the botctl that came with the daemon"),
        (true, false) => (Verdict::Warn, "bring both to one version when it suits"),
        (true, true) => (Verdict::Pass, ""),
    };
    checks.push(Check::new("version", verdict, detail, todo));
    Some(version)
}

async fn login(context: &Context<'_>, checks: &mut Vec<Check>) -> bool {
    let answer = context
        .client
        .read(WhoAmIRequest {}, async |c, r| AuthServiceClient::new(c).who_am_i(r).await)
        .await;
    match answer {
        Ok(answer) => {
            let ends = format::ago(answer.access_expires_at.as_ref(), Some(&format::now()));
            let role = words::role(answer.role);
            let detail = format!("{} ({role}), the access token ends {ends}", answer.user);
            checks.push(Check::pass("login", detail));
            true
        }
        Err(failure) => {
            let todo = "run botctl login --user NAME; checks of the daemon's state were left out";
            checks.push(Check::new("login", Verdict::Warn, failure.message(), todo));
            false
        }
    }
}

/// Compares the clocks by the first message of a stream, which carries the daemon's time.
async fn clock(context: &Context<'_>) -> Check {
    let asked = tokio::time::timeout(context.client.timeout(), server_time(context)).await;
    let Ok(Some((theirs, before, after))) = asked else {
        return Check::new("clock", Verdict::Warn, "the daemon did not tell its time", "try again");
    };
    let trip = after.duration_since(before).unwrap_or_default();
    compare(theirs, before + trip / 2, trip)
}

/// The daemon's time, and our own before and after.
async fn server_time(context: &Context<'_>) -> Option<(SystemTime, SystemTime, SystemTime)> {
    let mut request = Request::new(SubscribeRequest::default());
    let token = context.client.bearer().await.ok()??;
    request.metadata_mut().insert("authorization", bearer_header(&token).ok()?);
    let service = EventServiceClient::new(context.client.channel());
    let mut service = service.max_decoding_message_size(LARGEST_MESSAGE);
    let before = SystemTime::now();
    let mut stream = service.subscribe(request).await.ok()?.into_inner();
    let message = stream.message().await.ok()??;
    let after = SystemTime::now();
    Some((SystemTime::try_from(message.at?).ok()?, before, after))
}

fn compare(theirs: SystemTime, ours: SystemTime, trip: Duration) -> Check {
    let (apart, word) = match theirs.duration_since(ours) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(e) => (e.duration(), "behind"),
    };
    // Half of the way there and back is what cannot be known.
    let certain = apart.saturating_sub(trip / 2);
    let detail = format!(
        "the daemon's is {} {word} this one (give or take {})",
        format::span(apart),
        format::span(trip / 2)
    );
    let todo = "switch time synchronisation on, on both machines: timedatectl set-ntp true";
    Check::new("clock", rising(&certain, &CLOCK.0, &CLOCK.1), detail, todo)
}

fn state(answer: &GetStatusResponse, checks: &mut Vec<Check>) {
    for component in &answer.components {
        checks.push(health(component));
    }
    checks.push(trading(answer));
    checks.push(freshness(answer));
    checks.push(venue(answer));
    checks.push(Check::pass(
        "journal",
        format!("{} records, store {}", format::count(answer.sequence), answer.store_id),
    ));
}

fn health(component: &ComponentHealth) -> Check {
    let age = format::proto_span(component.age.as_ref());
    let detail = match component.detail.as_str() {
        "" => format!("last sign of life {age} ago"),
        detail => format!("{detail}, last sign of life {age} ago"),
    };
    let verdict = if component.serving { Verdict::Pass } else { Verdict::Fail };
    Check::new(&format!("health: {}", component.name), verdict, detail, "see the daemon's log")
}

fn trading(answer: &GetStatusResponse) -> Check {
    let state = answer.trading_state.clone().unwrap_or_default();
    let word = words::trading_state(state.state);
    let blocks = answer.entry_blocks.join(", ");
    if blocks.is_empty() {
        return Check::pass("trading state", word);
    }
    let detail = format!("{word}; entries are denied by {blocks}");
    Check::new("trading state", Verdict::Warn, detail, "look with botctl emergency and botctl risk")
}

fn freshness(answer: &GetStatusResponse) -> Check {
    let age = format::proto_span(answer.data_age.as_ref());
    if answer.source_finished {
        return Check::pass("data", "the replay is at its end");
    }
    let serving = answer.components.iter().filter(|c| c.name == "data").all(|c| c.serving);
    let verdict = if serving { Verdict::Pass } else { Verdict::Fail };
    let todo = "see the daemon's log and the way to the data source";
    Check::new("data", verdict, format!("{}, the last row {age} ago", answer.source_detail), todo)
}

/// A venue is only needed where its data or its orders are used.
fn venue(answer: &GetStatusResponse) -> Check {
    let mode = words::mode(answer.mode);
    if answer.source() != MarketSource::Live {
        return Check::skip("venue", format!("mode {mode}, data from {}", answer.source_detail));
    }
    let serving = answer.components.iter().filter(|c| c.name == "data").all(|c| c.serving);
    let verdict = if serving { Verdict::Pass } else { Verdict::Fail };
    let detail = format!("mode {mode}, live data from {}", answer.source_detail);
    Check::new("venue", verdict, detail, "see whether the venue or the network is down")
}

async fn data_dir(context: &Context<'_>) -> Option<PathBuf> {
    let request = ListSettingsRequest { prefix: "data_dir".to_owned() };
    let answer = context
        .client
        .read(request, async |c, r| SettingsServiceClient::new(c).list_settings(r).await)
        .await
        .ok()?;
    let setting = answer.settings.into_iter().find(|s| s.key == "data_dir" && !s.secret)?;
    Some(PathBuf::from(setting.value)).filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_types::Timestamp;
    use tradingd_proto::v1::{TradingMode, TradingState, TradingStateInfo};

    #[test]
    fn clocks_are_compared_with_what_the_way_took() {
        let ours = SystemTime::try_from(Timestamp { seconds: 1_000, nanos: 0 }).expect("a time");
        let check = |theirs: i64, nanos: i32, trip: u64| {
            let theirs =
                SystemTime::try_from(Timestamp { seconds: theirs, nanos }).expect("a time");
            compare(theirs, ours, Duration::from_millis(trip))
        };
        assert_eq!(check(1_000, 300_000_000, 2).verdict, Verdict::Pass);
        assert_eq!(check(1_001, 500_000_000, 2).verdict, Verdict::Warn);
        assert_eq!(
            check(998, 0, 2).detail,
            "the daemon's is 2s behind this one (give or take 1ms)"
        );
        assert_eq!(check(1_002, 0, 4_000).verdict, Verdict::Pass, "it may be the way alone");
        assert_eq!(check(900, 0, 2).verdict, Verdict::Fail);
    }

    #[test]
    fn a_halted_daemon_without_data_is_told() {
        let component = |name: &str, serving| ComponentHealth {
            name: name.to_owned(),
            serving,
            ..Default::default()
        };
        let answer = GetStatusResponse {
            mode: TradingMode::Paper.into(),
            source: MarketSource::Live.into(),
            components: vec![component("engine", true), component("data", false)],
            trading_state: Some(TradingStateInfo {
                state: TradingState::Halted.into(),
                ..Default::default()
            }),
            entry_blocks: vec!["trading_state".to_owned()],
            ..Default::default()
        };
        let verdicts = |answer: &GetStatusResponse| {
            let mut checks = Vec::new();
            state(answer, &mut checks);
            checks.into_iter().map(|c| (c.name, c.verdict.token())).collect::<Vec<_>>()
        };
        let named =
            |pairs: [(&str, &'static str); 6]| pairs.map(|(n, v)| (n.to_owned(), v)).to_vec();
        assert_eq!(
            verdicts(&answer),
            named([
                ("health: engine", "pass"),
                ("health: data", "fail"),
                ("trading state", "warn"),
                ("data", "fail"),
                ("venue", "fail"),
                ("journal", "pass"),
            ])
        );
        let replay = GetStatusResponse {
            source: MarketSource::Replay.into(),
            source_finished: true,
            ..Default::default()
        };
        let found = verdicts(&replay);
        assert!(found.contains(&("venue".to_owned(), "skip")), "{found:?}");
        assert!(found.contains(&("data".to_owned(), "pass")), "{found:?}");
    }
}
