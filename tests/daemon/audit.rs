//! The audit: what operators did is found, exported, proven; hostile text stays text.

use std::collections::BTreeMap;
use tonic::Code;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::{Daemon, Launch, binary};

/// A daemon whose market is at its end, with its admin.
async fn quiet(folder: &std::path::Path) -> (Daemon, Api) {
    let daemon = Launch::on(folder).with(&["--speed", "max"]).start();
    let api = Api::first_admin(daemon.address).await;
    (daemon, api)
}

fn audit(
    api: &Api,
) -> audit_service_client::AuditServiceClient<tradingd_tests::daemon::client::Authorised> {
    audit_service_client::AuditServiceClient::new(api.channel())
}

async fn events(api: &Api, filter: AuditFilter) -> Vec<AuditEvent> {
    let request = ListEventsRequest { filter: Some(filter), ..Default::default() };
    audit(api).list_events(request).await.expect("a list").into_inner().events
}

async fn verdict(api: &Api) -> VerifyChainResponse {
    let answer = audit(api).verify_chain(VerifyChainRequest::default()).await.expect("a stream");
    let mut parts = answer.into_inner();
    loop {
        let part = parts.message().await.expect("a part").expect("a verdict at the end");
        if part.done {
            return part;
        }
    }
}

fn stop(id: &str, reason: &str) -> StopRequest {
    let (request_id, reason) = (id.to_owned(), reason.to_owned());
    StopRequest { request_id, reason, ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_did_is_found_by_each_filter() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = quiet(folder.path()).await;
    let off = SetStrategyEnabledRequest {
        strategy: "rsi".to_owned(),
        force: true,
        request_id: "off-1".to_owned(),
        ..Default::default()
    };
    api.strategies().set_strategy_enabled(off).await.expect("off");
    api.emergency().stop(stop("stop-1", "lunch")).await.expect("stopped");

    let found = events(&api, AuditFilter { request_id: "off-1".to_owned(), ..Default::default() });
    let found = found.await;
    let [toggle] = &found[..] else { panic!("one record: {found:?}") };
    assert_eq!((toggle.kind.as_str(), toggle.principal.as_str()), ("strategy_toggled", "admin"));
    assert_eq!(toggle.before, r#"{"enabled":true}"#);
    assert_eq!(toggle.after, r#"{"enabled":false}"#);
    assert_eq!((toggle.role.as_str(), toggle.source.as_str()), ("admin", "127.0.0.1"));
    assert_eq!(toggle.hash.len(), 64);

    for (filter, wanted) in [
        (
            AuditFilter { types: vec![AuditType::EmergencyStop.into()], ..Default::default() },
            "stop",
        ),
        (AuditFilter { text: "LUNCH".to_owned(), ..Default::default() }, "stop"),
        (AuditFilter { types: vec![AuditType::User.into()], ..Default::default() }, "setup_done"),
        (
            AuditFilter { types: vec![AuditType::Start.into()], ..Default::default() },
            "daemon_started",
        ),
    ] {
        let found = events(&api, filter.clone()).await;
        assert!(found.iter().any(|event| event.kind == wanted), "{filter:?}: {found:?}");
    }
    let critical =
        AuditFilter { min_severity: AuditSeverity::Critical.into(), ..Default::default() };
    let found = events(&api, critical).await;
    assert!(found.iter().all(|event| event.severity() == AuditSeverity::Critical));
    assert!(found.iter().any(|event| event.kind == "stop"));
    let since = toggle.at;
    let none = AuditFilter { until: since, request_id: "off-1".to_owned(), ..Default::default() };
    assert_eq!(events(&api, none).await, []);
    let one = AuditFilter { since, request_id: "off-1".to_owned(), ..Default::default() };
    assert_eq!(events(&api, one).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_each_record_once_and_wrong_wishes_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = quiet(folder.path()).await;
    api.emergency().stop(stop("s", "quiet")).await.expect("stopped");
    let last = audit(&api).get_audit_state(GetAuditStateRequest {}).await.expect("a state");
    let last = last.into_inner().sequence;
    let mut seen = std::collections::BTreeSet::new();
    let mut request = ListEventsRequest { page_size: 500, ..Default::default() };
    loop {
        let page = audit(&api).list_events(request.clone()).await.expect("a page").into_inner();
        for event in &page.events {
            assert!(seen.insert(event.sequence), "{} comes twice", event.sequence);
        }
        assert!(page.total.is_some_and(|total| total >= last));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert!((1..=last).all(|sequence| seen.contains(&sequence)));

    let at = |seconds| Some(tradingd_proto::prost_types::Timestamp { seconds, nanos: 0 });
    let filter = |filter| ListEventsRequest { filter: Some(filter), ..Default::default() };
    for request in [
        ListEventsRequest { page_size: 501, ..Default::default() },
        ListEventsRequest { page_token: "00".to_owned(), ..Default::default() },
        filter(AuditFilter { since: at(300_000_000_000), ..Default::default() }),
        filter(AuditFilter { until: at(i64::MIN), ..Default::default() }),
        filter(AuditFilter { since: at(5), until: at(5), ..Default::default() }),
        filter(AuditFilter { types: vec![0], ..Default::default() }),
        filter(AuditFilter { types: vec![999], ..Default::default() }),
        filter(AuditFilter { min_severity: 9, ..Default::default() }),
        filter(AuditFilter { text: "x".repeat(201), ..Default::default() }),
        filter(AuditFilter { symbol: "no pair".to_owned(), ..Default::default() }),
    ] {
        let status = audit(&api).list_events(request.clone()).await.expect_err("refused");
        assert_eq!(status.code(), Code::InvalidArgument, "{request:?}: {status:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_brings_what_comes() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = quiet(folder.path()).await;
    let types = vec![AuditType::EmergencyStop.into(), AuditType::Resume.into()];
    let filter = Some(AuditFilter { types, ..Default::default() });
    let request = TailEventsRequest { filter, after: None };
    let mut tail = audit(&api).tail_events(request).await.expect("a stream").into_inner();
    // The first heartbeat: from here on nothing is missed.
    assert!(tail.message().await.expect("open").is_some_and(|m| m.event.is_none()));
    api.emergency().stop(stop("tail-1", "watch")).await.expect("stopped");
    loop {
        let message = tail.message().await.expect("open").expect("goes on");
        if let Some(event) = message.event {
            assert_eq!((event.kind.as_str(), event.request_id.as_str()), ("stop", "tail-1"));
            break;
        }
    }
}

#[test]
fn sec_33_an_edited_anchor_is_found_by_both_verifications() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let copy = folder.path().join("copy.anchor");
    let setting = format!("audit.anchor_copy={}", copy.display());
    let data = folder.path().join("data");
    let daemon = Launch::on(&data).with(&["--set", &setting]).start();
    let botctl = Botctl::first_admin(daemon.address);
    let _ = botctl.done(&["stop"]);
    let _ = botctl.done(&["audit", "verify"]);
    let (ended, _) = daemon.terminate();
    assert_eq!(ended.code, 0, "{}", ended.err);
    // The first anchor is in the log, too; one for each record would drown the rest.
    let told = ended.err.lines().filter(|line| line.contains("audit anchor")).count();
    assert_eq!(told, 1, "{}", ended.err);

    let offline = |extra: &[&str]| {
        let mut command = std::process::Command::new(binary("tradingd"));
        let directory = data.to_str().expect("text");
        command.args(["audit", "verify", "--data-dir", directory]).args(extra);
        let output = command.output().expect("runs");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, text) = offline(&[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("nothing was changed"), "{text}");
    let (code, text) = offline(&["--anchor", copy.to_str().expect("text")]);
    assert_eq!(code, Some(0), "the copy proves it as well: {text}");

    let path = data.join("audit.anchor");
    let whole = std::fs::read_to_string(&path).expect("reads");
    std::fs::write(&path, whole.replacen("\"sequence\":", "\"sequence\":1", 1)).expect("writes");
    let (code, text) = offline(&[]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("line 1 of the anchor file"), "{text}");

    let daemon = Launch::on(&data).start();
    let botctl = botctl.moved_to(daemon.address);
    let _ = botctl.login();
    let ended = botctl.run(&["audit", "verify"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("line 1 of the anchor file"), "{ended:?}");
    let (code, _) = offline(&[]);
    assert_eq!(code, Some(1), "refused while a daemon runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_hold_every_row_and_the_ledger_ends_with_the_balances() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).tireless().with(&["--speed", "max"]).start();
    let botctl = Botctl::first_admin(daemon.address);
    let api = Api::login(daemon.address).await;
    api.until(|status| status.bars > 20_000).await;
    let _ = botctl.done(&["stop", "--freeze"]);
    assert_eq!(verdict(&api).await.findings, []);
    let rows = |args: &[&str]| -> Vec<serde_json::Value> {
        let ended = botctl.done(args);
        let rows = ended.out.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        rows.collect()
    };
    let orders = rows(&["orders", "export", "--format", "ndjson"]);
    let known = api.all_orders().await;
    let ids = |order: &Order| order.client_order_id.clone();
    let exported: Vec<_> =
        orders.iter().map(|row| row["client_order_id"].as_str().unwrap_or("").to_owned()).collect();
    assert_eq!(exported, known.iter().map(ids).collect::<Vec<_>>());

    let trades = rows(&["trades", "export", "--format", "ndjson"]);
    let list = botctl.json(&["trades", "--all"]);
    assert_eq!(trades.len(), list["trades"].as_array().map_or(0, Vec::len));

    let mut last = BTreeMap::new();
    for row in rows(&["portfolio", "export", "--format", "ndjson"]) {
        last.insert(row["asset"].as_str().unwrap_or("").to_owned(), row["balance"].clone());
    }
    let portfolio = botctl.json(&["portfolio"]);
    for balance in portfolio["balances"].as_array().expect("balances") {
        let asset = balance["asset"].as_str().expect("a name");
        assert_eq!(last.get(asset), Some(&balance["total"]), "{asset}");
    }
    let csv = botctl.done(&["orders", "export"]);
    assert_eq!(csv.out.lines().count(), orders.len() + 1);
}
