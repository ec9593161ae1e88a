//! Alerts and the log as operators meet them: botctl, the stream, restarts.

use crate::independent_client::python;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::telegram::Telegram;

fn slow(folder: &std::path::Path) -> Launch {
    Launch::on(folder).with(&["--speed", "0.01"])
}

/// The next change of an alert on a stream.
async fn change(stream: &mut tradingd_tests::daemon::client::Stream) -> (String, Alert) {
    loop {
        let message = stream.next().await.expect("no error").expect("the stream goes on");
        if let Some(Payload::Alert(changed)) = message.payload {
            return (changed.change, changed.alert.expect("the alert"));
        }
    }
}

fn alerts(botctl: &Botctl) -> Vec<Value> {
    let listed = botctl.json(&["alerts", "list", "--all"]);
    listed["alerts"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_alert_per_cause_from_raise_to_resolve_over_a_kill() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = slow(folder.path());
    let daemon = launch.start();
    let botctl = Botctl::first_admin(daemon.address);
    let api = Api::login(daemon.address).await;
    let mut stream = api.subscribe().await;
    let _ = botctl.done(&["stop", "--reason", "first"]);
    let (what, raised) = change(&mut stream).await;
    assert_eq!((what.as_str(), raised.code.as_str()), ("raised", "trading_stopped"));
    assert_eq!(raised.severity(), AlertSeverity::Critical);
    assert!(raised.text.contains("first") && !raised.hint.is_empty(), "{raised:?}");
    // A second stop is the same cause.
    let _ = botctl.done(&["stop", "--reason", "second"]);
    daemon.kill_9();

    let daemon = launch.start();
    let botctl = botctl.moved_to(daemon.address);
    let api = Api::login(daemon.address).await;
    let mut stream = api.subscribe().await;
    let id = raised.id.to_string();
    let planned = botctl.json(&["alerts", "ack", &id, "--dry-run"]);
    assert_eq!(planned["plan"]["changes"][0]["after"], "acknowledged", "{planned}");
    let done = botctl.done(&["alerts", "ack", &id, "--note", "seen it"]);
    assert_eq!(done.out.trim(), format!("alert {id} (trading is stopped) is acknowledged"));
    let (what, acknowledged) = change(&mut stream).await;
    assert_eq!((what.as_str(), acknowledged.id), ("acknowledged", raised.id));
    assert_eq!(acknowledged.acknowledged_by, "admin");
    let again = botctl.run(&["alerts", "ack", &id]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(again.err.contains("ALERT_NOT_OPEN"), "{again:?}");
    assert_eq!(botctl.run(&["alerts", "ack", "999"]).code, 5);
    assert_eq!(botctl.run(&["alerts", "get", "999"]).code, 5);

    let _ = botctl.done(&["resume", "--reason", "all is well"]);
    let (what, resolved) = change(&mut stream).await;
    assert_eq!((what.as_str(), resolved.state()), ("resolved", AlertState::Resolved));
    let stopped: Vec<Value> =
        alerts(&botctl).into_iter().filter(|a| a["code"] == "trading_stopped").collect();
    assert_eq!(stopped.len(), 1, "not lost and not doubled by the kill: {stopped:?}");
    assert!(botctl.done(&["alerts"]).err.contains("no alerts"));

    // The same cause once more is a new alert.
    let _ = botctl.done(&["stop", "--reason", "third"]);
    let (what, next) = change(&mut stream).await;
    assert_eq!(what, "raised");
    assert!(next.id > raised.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_is_done_once_however_often_it_is_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = slow(folder.path()).start();
    let botctl = Botctl::first_admin(daemon.address);
    let api = Api::login(daemon.address).await;
    let mut stream = api.subscribe().await;
    let _ = botctl.done(&["stop"]);
    let (_, raised) = change(&mut stream).await;
    let request = AckAlertRequest {
        id: raised.id,
        note: "x".to_owned(),
        request_id: "ack-1".to_owned(),
        ..Default::default()
    };
    let mut sequences = Vec::new();
    for n in 0..20 {
        let answer = api.alerts().ack_alert(request.clone()).await.expect("done").into_inner();
        let effect = answer.effect.expect("an effect");
        assert_eq!(effect.replayed, n > 0);
        sequences.push(effect.sequence);
    }
    sequences.dedup();
    assert_eq!(sequences.len(), 1, "one record");
    let other = AckAlertRequest { note: "y".to_owned(), ..request };
    let refused = api.alerts().ack_alert(other).await.expect_err("the id is used");
    assert_eq!(refused.code(), tonic::Code::AlreadyExists);
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_logins_in_a_row_raise_one_alert() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let many = ["--set", "auth.failures_per_user=100", "--set", "auth.failures_per_address=1000"];
    let daemon = slow(folder.path()).with(&many).start();
    let _botctl = Botctl::first_admin(daemon.address);
    let api = Api::login(daemon.address).await;
    let mut stream = api.subscribe().await;
    for _ in 0..12 {
        let wrong = LoginRequest {
            user: "admin".to_owned(),
            password: "not the password".to_owned(),
            ..Default::default()
        };
        let _ = api.auth().login(wrong).await.expect_err("refused");
    }
    let (what, alert) = change(&mut stream).await;
    assert_eq!((what.as_str(), alert.code.as_str()), ("raised", "login_failures"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_tailed_with_filters_and_without_secrets() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = slow(folder.path()).start();
    let botctl = Botctl::first_admin(daemon.address);
    let lines = botctl.done(&["logs", "--grep", "first admin"]);
    assert!(lines.out.contains("tradingd::control_plane::auth"), "{lines:?}");
    assert_eq!(lines.out.lines().count(), 1, "{lines:?}");
    let none = botctl.done(&["logs", "--level", "error"]);
    assert!(none.out.is_empty(), "{none:?}");
    let one = botctl.done(&["logs", "-n", "1"]);
    assert_eq!(one.out.lines().count(), 1, "{one:?}");
    let elsewhere = botctl.done(&["logs", "--module", "nowhere"]);
    assert!(elsewhere.out.is_empty(), "{elsewhere:?}");

    // What comes is followed.
    let api = Api::login(daemon.address).await;
    let request = TailLogsRequest { follow: true, lines: 1, ..Default::default() };
    let mut tail = api.logs().tail_logs(request).await.expect("a stream").into_inner();
    let first = tail.message().await.expect("no error").expect("a line");
    let Some(tail_logs_response::Payload::Line(line)) = first.payload else { panic!("a line") };
    let all = botctl.done(&["logs", "-n", "2000"]);
    assert!(!all.out.contains(tradingd_tests::daemon::botctl::PASSWORD), "{all:?}");
    assert!(line.number >= 1);
    let too_many = TailLogsRequest { lines: 2_001, ..Default::default() };
    let refused = api.logs().tail_logs(too_many).await.expect_err("out of range");
    assert_eq!(refused.code(), tonic::Code::InvalidArgument);
}

/// A launch whose alerts go to a webhook of this test.
async fn hooked(launch: Launch) -> (Launch, Telegram) {
    let receiver = Telegram::start().await;
    let url = format!("webhook.url={}", receiver.hook());
    (launch.with(&["--set", &url]), receiver)
}

/// The next alert of this code at the webhook.
async fn told(receiver: &mut Telegram, code: &str) -> Value {
    loop {
        let body: Value = serde_json::from_slice(&receiver.posted().await.body).expect("JSON");
        if body["code"] == code {
            return body;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_is_told_although_nothing_can_be_stored() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch =
        Launch::on(folder.path()).survives_file_limit().tireless().with(&["--speed", "6000"]);
    let (launch, mut receiver) = hooked(launch).await;
    let daemon = launch.start();
    let api = Api::first_admin(daemon.address).await;
    let mut stream = api.subscribe().await;
    daemon.process.limit_file_size("4096");
    let body = told(&mut receiver, "storage_failing").await;
    assert_eq!(body["severity"], "critical", "{body}");
    let path = folder.path().display().to_string();
    assert!(!body.to_string().contains(&path), "no path leaves: {body}");
    // With room again it is recorded, once.
    daemon.process.limit_file_size("unlimited");
    loop {
        let (what, alert) = change(&mut stream).await;
        if alert.code == "storage_failing" {
            assert_eq!(what, "raised");
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_is_stuck_is_told_although_it_alone_can_write() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path()).with(&["--set", "health.stuck_after_seconds=1"]);
    let (launch, mut receiver) = hooked(launch).await;
    let daemon = launch.start();
    let _api = Api::first_admin(daemon.address).await;
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("python/freeze_thread.py");
    let mut tracer = Command::new(python())
        .arg(script)
        .args([&daemon.process.id().to_string(), "engine"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python runs");
    let mut said = String::new();
    let stdout = tracer.stdout.take().expect("a pipe");
    BufReader::new(stdout).read_line(&mut said).expect("it says whether it may");
    if said.trim() == "frozen" {
        let body = told(&mut receiver, "engine_stuck").await;
        assert!(body["hint"].as_str().is_some_and(|hint| hint.contains("restart")), "{body}");
    } else {
        println!("skipped: the system forbids to trace a process");
    }
    drop(tracer.stdin.take());
    let _ = tracer.wait();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_critical_alert_comes_again_until_somebody_looks() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = slow(folder.path()).with(&["--set", "alerts.escalate_after_seconds=1"]);
    let (launch, mut receiver) = hooked(launch).await;
    let daemon = launch.start();
    let botctl = Botctl::first_admin(daemon.address);
    let _ = botctl.done(&["stop"]);
    for wanted in 0..=2 {
        let body = told(&mut receiver, "trading_stopped").await;
        assert_eq!(body["escalation"], wanted, "{body}");
    }
    let listed = botctl.json(&["alerts"]);
    assert_eq!(listed["alerts"].as_array().map(Vec::len), Some(1), "one alert: {listed}");
}

/// The copy's folder is missing, then it is there: the daemon's own anchors raise it and end it.
#[tokio::test(flavor = "multi_thread")]
async fn an_anchor_that_can_not_be_written_is_told_until_it_can() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let elsewhere = folder.path().join("elsewhere");
    let copy = format!("audit.anchor_copy={}", elsewhere.join("copy").display());
    let daemon = slow(&folder.path().join("data")).with(&["--set", &copy]).start();
    let api = Api::first_admin(daemon.address).await;
    let mut stream = api.subscribe().await;
    let (what, raised) = change(&mut stream).await;
    assert_eq!((what.as_str(), raised.code.as_str()), ("raised", "audit_anchor_failing"));
    assert!(!raised.text.contains("elsewhere"), "no paths: {raised:?}");
    std::fs::create_dir(&elsewhere).expect("made");
    let (what, resolved) = change(&mut stream).await;
    assert_eq!((what.as_str(), resolved.id), ("resolved", raised.id));
}
