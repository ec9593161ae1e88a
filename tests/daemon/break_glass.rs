//! A stop gets through when everything else is broken: port full, hashing busy, disk full, nobody
//! logged in.

use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use tradingd_proto::v1::emergency_service_client::EmergencyServiceClient;
use tradingd_proto::v1::order_service_client::OrderServiceClient;
use tradingd_proto::v1::position_service_client::PositionServiceClient;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::system_service_client::SystemServiceClient;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::{ADMIN, Botctl};
use tradingd_tests::daemon::client::{Api, refusal};
use tradingd_tests::daemon::{Daemon, Launch, PATIENCE, binary};

/// A daemon with an admin, on a data directory.
async fn start(data: &Path, flags: &[&str]) -> (Daemon, Api) {
    let daemon = Launch::on(data).with(flags).start();
    let api = Api::first_admin(daemon.address).await;
    (daemon, api)
}

fn socket(data: &Path) -> PathBuf {
    data.join("control.sock")
}

async fn local(data: &Path) -> Channel {
    let endpoint = Endpoint::from_shared(format!("unix://{}", socket(data).display()));
    endpoint.expect("an address").connect().await.expect("the socket takes connections")
}

async fn state(channel: &Channel) -> TradingStateInfo {
    let mut emergency = EmergencyServiceClient::new(channel.clone());
    let answer = emergency.get_emergency_state(GetEmergencyStateRequest {}).await;
    answer.expect("a state").into_inner().state.expect("a state")
}

fn stop(id: &str) -> StopRequest {
    let (request_id, reason) = (id.to_owned(), "in need".to_owned());
    StopRequest { request_id, reason, ..StopRequest::default() }
}

/// Over the socket alone, with `botctl`.
fn over_socket(data: &Path, args: &[&str]) -> tradingd_tests::daemon::Ended {
    let nowhere = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
    let path = socket(data).display().to_string();
    Botctl::at(nowhere).run(&[&["--socket", path.as_str()], args].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_looks_stops_and_cancels_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    // Nobody has ever logged in here.
    let daemon = Launch::on(folder.path()).start();
    let mode = |path: &Path| std::fs::metadata(path).expect("there").mode() & 0o777;
    assert_eq!((mode(folder.path()), mode(&socket(folder.path()))), (0o700, 0o600));
    let channel = local(folder.path()).await;
    let mut system = SystemServiceClient::new(channel.clone());
    system.get_status(GetStatusRequest {}).await.expect("a status");
    system.get_version(GetVersionRequest {}).await.expect("a version");
    let mut positions = PositionServiceClient::new(channel.clone());
    positions.list_positions(ListPositionsRequest::default()).await.expect("a list");
    let mut orders = OrderServiceClient::new(channel.clone());
    orders.list_orders(ListOrdersRequest::default()).await.expect("a list");
    let cancel = CancelOrderRequest {
        client_order_id: "none".to_owned(),
        request_id: "c".to_owned(),
        ..CancelOrderRequest::default()
    };
    assert_eq!(refusal(orders.cancel_order(cancel).await).0, Code::NotFound, "it is let through");
    let mut emergency = EmergencyServiceClient::new(channel.clone());
    emergency.stop(stop("1")).await.expect("stopped");
    assert_eq!(state(&channel).await.state(), TradingState::Halted);

    let resume = ResumeRequest {
        reason: "no".to_owned(),
        request_id: "r".to_owned(),
        ..ResumeRequest::default()
    };
    let close = CloseAllRequest {
        reason: "no".to_owned(),
        request_id: "a".to_owned(),
        ..CloseAllRequest::default()
    };
    let denied = (Code::PermissionDenied, "NOT_OVER_SOCKET".to_owned());
    assert_eq!(refusal(emergency.resume(resume).await), denied);
    assert_eq!(refusal(emergency.close_all(close).await), denied);
    let mut tested = 2;
    for rule in tradingd_proto::METHODS {
        let asked = raw(&channel, rule.path).await;
        let open = [
            "GetEmergencyState",
            "/Stop",
            "CancelOrder",
            "GetOrder",
            "ListOrders",
            "ListPositions",
            "GetStatus",
            "GetVersion",
        ];
        if open.iter().any(|name| rule.path.ends_with(name)) {
            assert_ne!(asked.as_ref().err(), Some(&denied), "{}", rule.path);
        } else {
            assert_eq!(asked, Err(denied.clone()), "{}", rule.path);
            tested += 1;
        }
    }
    assert!(tested > 20, "{tested} methods are refused");
    let status = over_socket(folder.path(), &["status"]);
    assert_eq!(status.code, 0, "{status:?}");
    assert_eq!(over_socket(folder.path(), &["health"]).code, 0);
    assert_eq!(over_socket(folder.path(), &["login", "--user", ADMIN]).code, 2);
    let path = socket(folder.path()).display().to_string();
    let health = Command::new(binary("tradingd")).args(["health", "--socket", &path]).output();
    assert!(health.expect("it runs").status.success());
    assert_eq!(daemon.terminate().0.code, 0);
    assert!(!socket(folder.path()).exists(), "the socket goes with the daemon");
}

/// Calls a method with an empty request.
async fn raw(channel: &Channel, path: &'static str) -> Result<(), (Code, String)> {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.expect("connected");
    let path = tonic::codegen::http::uri::PathAndQuery::from_static(path);
    let codec: tonic_prost::ProstCodec<(), ()> = tonic_prost::ProstCodec::default();
    let answer = client.server_streaming(tonic::Request::new(()), path, codec).await;
    answer
        .map(|_| ())
        .map_err(|status| (status.code(), tradingd_tests::daemon::client::reason(&status)))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_socket_did_is_recorded_as_local() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = start(folder.path(), &[]).await;
    let mut stream = api.subscribe().await;
    stream.snapshot().await;
    assert_eq!(over_socket(folder.path(), &["stop", "--reason", "drill"]).code, 0);
    let record = record_of(&mut stream, "stop").await;
    assert_eq!((record.principal.as_str(), record.source.as_str()), ("local", "socket"));
    assert!(record.detail.contains("drill"), "{record:?}");
}

/// The next control record of a kind.
async fn record_of(
    stream: &mut tradingd_tests::daemon::client::Stream,
    kind: &str,
) -> ControlRecord {
    loop {
        for message in stream.records(1).await {
            if let Some(Payload::Control(record)) = message.payload
                && record.r#type == kind
            {
                return record;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_halt_file_and_a_signal_halt_a_running_daemon() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (daemon, api) = start(folder.path(), &[]).await;
    let mut stream = api.subscribe().await;
    stream.snapshot().await;
    let file = folder.path().join("HALT");
    let written = std::time::Instant::now();
    std::fs::write(&file, "maintenance\n").expect("written");
    let halted = |status: &GetStatusResponse, cause: &str| {
        let state = status.trading_state.clone().unwrap_or_default();
        state.state() == TradingState::Halted && state.cause.contains(cause)
    };
    api.until(|status| halted(status, "halt file: maintenance")).await;
    println!("halted {:?} after the file appeared", written.elapsed());
    let record = record_of(&mut stream, "halted_by_file").await;
    assert!(record.detail.contains("maintenance"), "{record:?}");
    // Stored, so the file has done its work: a resume holds.
    let waited = std::time::Instant::now();
    while file.exists() {
        assert!(waited.elapsed() < PATIENCE, "the file goes once the halt is stored");
        tokio::task::yield_now().await;
    }
    let resume = ResumeRequest {
        reason: "done".to_owned(),
        request_id: "r".to_owned(),
        ..ResumeRequest::default()
    };
    api.emergency().resume(resume).await.expect("resumed");
    daemon.process.signal("USR1");
    api.until(|status| halted(status, "SIGUSR1")).await;
    record_of(&mut stream, "halted_by_signal").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_19_a_stop_gets_through_more_connections_than_there_are_places() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (daemon, _) = start(folder.path(), &[]).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    // Strangers who say nothing have every place, and more.
    let silent: Vec<TcpStream> =
        (0..300).map(|_| TcpStream::connect(daemon.address).expect("accepted")).collect();
    let stopped = botctl.run(&["stop"]);
    assert_eq!(stopped.code, 0, "a stranger makes room: {stopped:?}");
    assert!(!stopped.err.contains("local socket"), "over the port: {stopped:?}");
    assert_eq!(over_socket(folder.path(), &["stop"]).code, 0, "and the socket asks for no place");
    drop(silent);
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_19_a_stop_goes_over_the_socket_when_the_port_has_no_place_left() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let flags = ["--set", "server.max_connections=8", "--set", "server.reserved_connections=0"];
    let (daemon, first) = start(folder.path(), &flags).await;
    let data = folder.path().display().to_string();
    let botctl = Botctl::at(daemon.address).variable("TRADINGD__DATA_DIR", &data);
    assert_eq!(botctl.login().code, 0);
    // Eight users with valid tokens keep their connections open.
    let mut users = vec![first.clone()];
    first.status().await;
    while users.len() < 8 {
        let api = Api::anonymous(daemon.address).await.with_token(&first.token);
        api.status().await;
        users.push(api);
    }
    let mut streams = Vec::new();
    for user in &users {
        streams.push(user.subscribe().await);
    }
    assert_eq!(botctl.run(&["--timeout", "1s", "status"]).code, 4, "the port is full");
    let stopped = botctl.run(&["stop", "--reason", "no room"]);
    assert_eq!(stopped.code, 0, "{stopped:?}");
    assert!(stopped.err.contains("it went over the local socket"), "{stopped:?}");
    let status = users[0].status().await.trading_state.expect("a state");
    let wanted = (TradingState::Halted, "operator: no room");
    assert_eq!((status.state(), status.cause.as_str()), wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_19_a_stop_gets_through_while_passwords_are_hashed() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (daemon, api) = start(folder.path(), &["--set", "auth.failures_per_address=1000"]).await;
    // Two at a time are hashed and 64 wait; one connection carries 100 calls.
    let guesses: Vec<_> = (0..90)
        .map(|n| {
            let anonymous = api.clone();
            tokio::spawn(async move {
                let user = format!("nobody-{n}");
                let password = "a wrong password".to_owned();
                let request = LoginRequest { user, password, cookie: false, ..Default::default() };
                anonymous.auth().login(request).await.map(|_| ())
            })
        })
        .collect();
    api.emergency().stop(stop("1")).await.expect("stopped over the port");
    assert_eq!(over_socket(folder.path(), &["stop"]).code, 0, "and over the socket");
    let mut busy = 0;
    for guess in guesses {
        let (code, why) = refusal(guess.await.expect("no panic"));
        busy += usize::from(why == "BUSY");
        assert!(matches!(code, Code::Unauthenticated | Code::ResourceExhausted), "{code:?} {why}");
    }
    assert!(busy > 0, "the queue was full");
    drop(daemon);
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_19_a_stop_holds_on_a_full_disk_also_over_the_socket() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path()).survives_file_limit().tireless();
    let daemon = launch.with(&["--speed", "6000"]).start();
    let api = Api::first_admin(daemon.address).await;
    daemon.process.limit_file_size("4096");
    let storage = |status: &GetStatusResponse| {
        status.components.iter().any(|c| c.name == "storage" && !c.serving)
    };
    // Streams bring marks only after commits, so the state is asked for.
    while !storage(&api.status().await) {
        tokio::task::yield_now().await;
    }
    let stopped = over_socket(folder.path(), &["stop", "--reason", "disk"]);
    assert_eq!(stopped.code, 7, "it holds but is not stored: {stopped:?}");
    assert!(stopped.err.contains("STOPPED_NOT_DURABLE"), "{stopped:?}");
    let state = state(&local(folder.path()).await).await;
    assert_eq!((state.state(), state.cause.as_str()), (TradingState::Halted, "operator: disk"));
    daemon.process.limit_file_size("unlimited");
    api.until(|status| status.components.iter().all(|c| c.serving)).await;
    assert!(!folder.path().join("HALT").exists(), "stored now, so the file has gone");
}

#[test]
fn sec_37_another_user_is_refused_on_the_socket() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    let daemon = Launch::on(&data).start();
    let is_root = std::fs::metadata(&data).expect("there").uid() == 0;
    let able = Command::new("setpriv").arg("--version").output().is_ok();
    if !is_root || !able {
        println!("skipped: needs root and setpriv; the rule itself is tested beside its code");
        return;
    }
    // Wider than the daemon makes them, so that only the peer's number is left to keep others out.
    let chmod = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("chmod");
    };
    chmod(folder.path(), 0o755);
    chmod(&data, 0o711);
    chmod(&socket(&data), 0o666);
    let copy = folder.path().join("botctl");
    std::fs::copy(binary("botctl"), &copy).expect("copied");
    let path = socket(&data).display().to_string();
    let run_as = |uid: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", uid, "--regid", uid, "--clear-groups"]).arg(&copy);
        let output = command.args(["--socket", &path, "stop"]).env_clear().output();
        output.expect("it runs").status.code()
    };
    assert_eq!(run_as("65534"), Some(4), "nobody gets no answer");
    let seen = over_socket(&data, &["status"]);
    assert!(seen.out.contains("ACTIVE"), "and nothing was stopped: {seen:?}");
    assert_eq!(run_as("0"), Some(0), "root does");
    assert!(daemon.process.err().contains("refused on the local socket"), "it is in the log");
}

#[test]
fn sec_36_a_directory_or_key_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    let launch = Launch::on(&data).with(&["--set", "tls.enabled=on"]);
    drop(launch.start());
    let chmod = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("chmod");
    };
    for (path, wide, tight) in [
        ("", 0o755, 0o700),
        ("keys", 0o755, 0o700),
        ("tls", 0o750, 0o700),
        ("tls/ca.key", 0o640, 0o600),
    ] {
        let path = data.join(path);
        chmod(&path, wide);
        let ended = launch.run();
        assert_eq!((ended.code, ended.out.as_str()), (78, ""), "{path:?}: {ended:?}");
        assert!(ended.err.contains(&format!("got mode {wide:04o}")), "{path:?}: {ended:?}");
        chmod(&path, tight);
    }
    let key = data.join("keys/jwt.key");
    chmod(&key, 0o644);
    assert_ne!(launch.run().code, 0, "the key of tokens");
    chmod(&key, 0o600);
    for name in ["keys", "tls", "tradingd.db"] {
        let (path, moved) = (data.join(name), folder.path().join("moved"));
        std::fs::rename(&path, &moved).expect("moved");
        std::os::unix::fs::symlink(&moved, &path).expect("linked");
        let ended = launch.run();
        assert_eq!(ended.code, 78, "{name}: {ended:?}");
        assert!(ended.err.contains("not a link"), "{name}: {ended:?}");
        std::fs::remove_file(&path).expect("removed");
        std::fs::rename(&moved, &path).expect("moved back");
    }
    let daemon = launch.start();
    for (path, mode) in [
        ("", 0o700),
        ("keys", 0o700),
        ("tls", 0o700),
        ("keys/jwt.key", 0o600),
        ("tls/ca.key", 0o600),
        ("tls/server.key", 0o600),
        ("tradingd.db", 0o600),
        ("control.sock", 0o600),
        ("bootstrap-token", 0o600),
    ] {
        let found = std::fs::metadata(data.join(path)).expect(path).mode() & 0o777;
        assert_eq!(found, mode, "{path}");
    }
    drop(daemon);
}
