//! Health tells the truth: serving while the daemon works, also halted; not serving, with the
//! component named, when data is stale, the store fails, or the engine's thread is frozen.

use super::independent_client::python;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use tonic::Code;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tradingd_proto::v1::*;
use tradingd_tests::daemon::client::{Api, refusal};
use tradingd_tests::daemon::data::Paused;
use tradingd_tests::daemon::{Daemon, Ended, Launch, PATIENCE, binary, http};

/// Waits until gRPC health says so of a component; the empty name is the whole.
async fn until(address: SocketAddr, component: &str, wanted: ServingStatus) {
    let mut client = HealthClient::new(Api::anonymous(address).await.channel());
    let request = HealthCheckRequest { service: component.to_owned() };
    let mut stream = client.watch(request).await.expect("health needs no token").into_inner();
    let wait = async {
        while let Some(HealthCheckResponse { status }) = stream.message().await.expect("no error") {
            if status == wanted as i32 {
                return;
            }
        }
        panic!("the stream of verdicts ended");
    };
    let waited = tokio::time::timeout(PATIENCE, wait).await;
    assert!(waited.is_ok(), "{component:?} must become {wanted:?}");
}

/// `/healthz`: its code and the components that don't serve.
fn healthz(address: SocketAddr) -> (u16, Vec<String>) {
    let (code, body) = http::get(address, "/healthz").expect("it answers");
    let body: Value = serde_json::from_str(&body).expect("it answers with JSON");
    assert_eq!(body["status"] == "serving", code == 200, "{body}");
    let components = body["components"].as_array().expect("a list").iter();
    let down = components.filter(|c| c["status"] != "serving");
    (code, down.map(|c| c["name"].as_str().expect("a name").to_owned()).collect())
}

/// `tradingd health`.
fn tradingd_health(address: SocketAddr) -> Ended {
    let mut command = Command::new(binary("tradingd"));
    let output = command.args(["health", "--listen", &address.to_string()]).output();
    let output = output.expect("it runs");
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Waits for a component's failure and demands that every way of asking names it alone.
async fn is_down(address: SocketAddr, component: &str) {
    until(address, component, ServingStatus::NotServing).await;
    until(address, "", ServingStatus::NotServing).await;
    assert_eq!(healthz(address), (503, vec![component.to_owned()]));
    let asked = tradingd_health(address);
    assert_eq!(asked.code, 1, "{asked:?}");
    assert!(asked.err.contains(component), "{asked:?}");
}

async fn is_fine(address: SocketAddr) {
    until(address, "", ServingStatus::Serving).await;
    assert_eq!(healthz(address), (200, Vec::new()));
    assert_eq!(tradingd_health(address).code, 0);
}

async fn stop(api: &Api, id: &str) -> Result<StopResponse, tonic::Status> {
    let request = StopRequest {
        reason: "in need".to_owned(),
        request_id: id.to_owned(),
        freeze: false,
        ..Default::default()
    };
    api.emergency().stop(request).await.map(tonic::Response::into_inner)
}

async fn start(launch: &Launch) -> (Daemon, Api) {
    let daemon = launch.start();
    let api = Api::first_admin(daemon.address).await;
    (daemon, api)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_halted_daemon_and_a_finished_replay_are_healthy() {
    let paused = Paused::prepare().await;
    let (daemon, api) = start(&paused.launch_at("data", "max")).await;
    api.until(|status| status.source_finished).await;
    is_fine(daemon.address).await;
    stop(&api, "1").await.expect("stopped");
    is_fine(daemon.address).await;
    let address = daemon.address;
    daemon.kill_9();
    assert_eq!(tradingd_health(address).code, 1, "nobody is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_data_is_told_and_stop_works_all_the_same() {
    let paused = Paused::prepare().await;
    let launch = paused.launch("data").with(&["--set", "health.stale_after_seconds=1"]);
    let (daemon, api) = paused.start(&launch).await;
    is_down(daemon.address, "data").await;
    let status = api.status().await;
    let data = status.components.iter().find(|c| c.name == "data").expect("it is listed");
    assert!(!data.serving && data.detail.contains("no row for"), "{data:?}");
    let stays = stop(&api, "1").await.expect("stopped").protection.len();
    assert_eq!(stays, 4, "a pair of stop and target for each of the two targets stays");
}

/// The reason of the halt, when the account is halted.
fn halted_by(status: &GetStatusResponse) -> Option<String> {
    let state = status.trading_state.clone().expect("a state");
    (state.state() == TradingState::Halted).then_some(state.cause)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_is_told_and_a_stop_still_holds() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch =
        Launch::on(folder.path()).survives_file_limit().tireless().with(&["--speed", "6000"]);
    let (daemon, api) = start(&launch).await;
    is_fine(daemon.address).await;
    // Every file is larger than this already, so nothing can be written but a new small one.
    daemon.process.limit_file_size("4096");
    is_down(daemon.address, "storage").await;
    // What can't be recorded is not done.
    let switch = SetStrategyEnabledRequest {
        strategy: "rsi".to_owned(),
        request_id: "off".to_owned(),
        // Whether it has a position by then depends on how far the market has come.
        force: true,
        ..SetStrategyEnabledRequest::default()
    };
    let (code, why) = refusal(api.strategies().set_strategy_enabled(switch.clone()).await);
    assert_eq!((code, why.as_str()), (Code::Unavailable, "STORAGE_UNAVAILABLE"));
    let before = api.status().await;
    assert_eq!(before.strategies_enabled, before.strategies_total);
    // A stop is done and says that it is not recorded; asking again with the same id, too.
    for _ in 0..2 {
        let (code, why) = refusal(stop(&api, "stop-1").await);
        assert_eq!((code, why.as_str()), (Code::DataLoss, "STOPPED_NOT_DURABLE"));
        assert!(halted_by(&api.status().await).is_some());
    }
    assert_eq!(halt_file(folder.path()), "in need");

    // With room again everything is recorded, without a restart.
    daemon.process.limit_file_size("unlimited");
    is_fine(daemon.address).await;
    assert!(halted_by(&api.status().await).is_some());
    let repeated = stop(&api, "stop-1").await.expect("it is recorded now");
    assert!(repeated.effect.expect("an effect").replayed, "{repeated:?}");
    api.strategies().set_strategy_enabled(switch).await.expect("the id was not used up");
}

fn halt_file(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("HALT")).expect("the stop is kept in a file")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_was_only_kept_in_a_file_holds_after_kill_9() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch =
        Launch::on(folder.path()).survives_file_limit().tireless().with(&["--speed", "6000"]);
    let (daemon, api) = start(&launch).await;
    daemon.process.limit_file_size("4096");
    until(daemon.address, "storage", ServingStatus::NotServing).await;
    let (code, why) = refusal(stop(&api, "stop-1").await);
    assert_eq!((code, why.as_str()), (Code::DataLoss, "STOPPED_NOT_DURABLE"));
    assert_eq!(halt_file(folder.path()), "in need");
    daemon.kill_9();

    let daemon = launch.start();
    let api = Api::login(daemon.address).await;
    let cause = halted_by(&api.status().await).expect("it starts halted");
    assert!(cause.contains("in need"), "{cause}");
    assert!(!folder.path().join("HALT").exists(), "the store has it now");
    is_fine(daemon.address).await;
    daemon.kill_9();
    let daemon = launch.start();
    let api = Api::login(daemon.address).await;
    assert!(halted_by(&api.status().await).is_some(), "and keeps it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_engine_is_told_by_the_others() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path()).with(&["--set", "health.stuck_after_seconds=1"]);
    let (daemon, api) = start(&launch).await;
    is_fine(daemon.address).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/freeze_thread.py");
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
    if said.trim() == "refused" {
        println!("skipped: the system forbids to trace a process");
        drop(tracer.stdin.take());
        let _ = tracer.wait();
        return;
    }
    assert_eq!(said.trim(), "frozen");
    is_down(daemon.address, "engine").await;
    // Reads go on without the engine; the stop waits for it and is carried out when it is back.
    let status = api.status().await;
    let engine = status.components.iter().find(|c| c.name == "engine").expect("it is listed");
    assert!(!engine.serving && engine.detail.contains("no beat"), "{engine:?}");
    let waiting = tokio::spawn({
        let api = api.clone();
        async move { stop(&api, "1").await }
    });
    drop(tracer.stdin.take());
    assert!(tracer.wait().expect("it ends").success());
    waiting.await.expect("no panic").expect("stopped");
    is_fine(daemon.address).await;
    assert!(halted_by(&api.status().await).is_some());
}
