//! Exit codes, errors, output forms, time limits, pages.

use crate::daemon::{Daemon, Next};
use crate::run::User;
use tonic::{Code, Status};
use tonic_health::ServingStatus;
use tonic_types::{ErrorDetails, StatusExt as _};

fn user(daemon: &Daemon) -> User {
    // The first access token of a daemon that has given none yet.
    User::with_token(&daemon.url(), "access-0")
}

#[test]
fn each_grpc_code_ends_with_its_exit_code() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    for (code, exit, name) in [
        (Code::FailedPrecondition, 1, "FAILED_PRECONDITION"),
        (Code::ResourceExhausted, 1, "RESOURCE_EXHAUSTED"),
        (Code::InvalidArgument, 2, "INVALID_ARGUMENT"),
        (Code::Unauthenticated, 3, "UNAUTHENTICATED"),
        (Code::PermissionDenied, 3, "PERMISSION_DENIED"),
        (Code::Unavailable, 4, "UNAVAILABLE"),
        (Code::DeadlineExceeded, 4, "DEADLINE_EXCEEDED"),
        (Code::NotFound, 5, "NOT_FOUND"),
        (Code::Aborted, 6, "ABORTED"),
        (Code::Internal, 8, "INTERNAL"),
        (Code::Unimplemented, 8, "UNIMPLEMENTED"),
    ] {
        daemon.next(Next::Fail(Status::new(code, "scripted")));
        let ended = user.run(&["-o", "json", "status"]);
        assert_eq!(ended.code, exit, "{code:?}: {ended:?}");
        assert_eq!(ended.error()["code"], name);
        assert_eq!(ended.error()["message"], "scripted");
        assert_eq!(ended.error()["details"]["exit_code"], exit);
        assert_eq!(ended.out, "");
    }
    let ended = user.run(&["status"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn reason_and_details_reach_the_user() {
    let daemon = Daemon::start();
    let mut details = ErrorDetails::new();
    details.set_error_info("NOT_HALTED", "tradingd", [("state".to_owned(), "active".to_owned())]);
    let status = Status::with_error_details(Code::FailedPrecondition, "nothing is halted", details);
    daemon.next(Next::Fail(status.clone()));
    let error =
        user(&daemon).run(&["-o", "json", "resume", "--reason", "x", "--epoch", "1"]).error();
    assert_eq!(error["reason"], "NOT_HALTED");
    assert_eq!(error["details"]["metadata"]["state"], "active");
    daemon.next(Next::Fail(status));
    let ended = user(&daemon).run(&["resume", "--reason", "x", "--epoch", "1"]);
    assert_eq!(ended.err, "error: nothing is halted (NOT_HALTED)\n");
}

#[test]
fn a_daemon_that_is_not_there_is_told_from_one_that_is_slow() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = port.local_addr().expect("an address").to_string();
    drop(port);
    let ended = User::new(&addr).run(&["status"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(ended.err.contains(&format!("cannot reach the daemon at http://{addr}")), "{ended:?}");
    assert!(ended.err.contains("onnection refused"), "{ended:?}");
    assert!(ended.err.contains("next: check that tradingd runs"), "{ended:?}");

    let daemon = Daemon::start();
    daemon.next(Next::Hang);
    let ended = user(&daemon).run(&["-o", "json", "status", "--timeout", "100ms"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert_eq!(ended.error()["code"], "DEADLINE_EXCEEDED");
}

#[test]
fn usage_errors_are_json_when_asked() {
    let user = User::new("127.0.0.1:1");
    let ended = user.run(&["status", "--nope", "-o", "json"]);
    assert_eq!(ended.code, 2);
    assert_eq!(ended.error()["code"], "USAGE");
    assert!(ended.error()["message"].as_str().is_some_and(|m| m.contains("--nope")), "{ended:?}");
    let ended = user.run(&["nonsense"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.starts_with("error: unrecognized subcommand"), "{ended:?}");
}

#[test]
fn status_is_a_panel_or_the_protocols_json() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    let ended = user.run(&["status"]);
    assert!(ended.out.contains("equity      10,012.34 USDT"), "{ended:?}");
    assert!(!ended.out.contains('\u{1b}'), "no colour in a pipe: {ended:?}");
    assert_eq!(ended.err, "");
    let json = user.run(&["status", "-o", "json"]).json();
    assert_eq!(json["store_id"], "store-1");
    assert_eq!(json["open_positions"], 0);
    assert_eq!(json["trading_state"], serde_json::Value::Null);
    assert_eq!(json.as_object().map(serde_json::Map::len), Some(29), "every field of the answer");
}

#[test]
fn lists_are_paged_up_to_the_limit() {
    let daemon = Daemon::start();
    daemon.state.lock().trades = 1_203;
    let user = user(&daemon);
    let rows = |args: &[&str]| {
        let json = user.run(args).json();
        json["trades"].as_array().expect("a list").len()
    };
    assert_eq!(rows(&["trades", "-o", "json"]), 50);
    assert_eq!(rows(&["trades", "-o", "json", "--limit", "700"]), 700);
    assert_eq!(rows(&["trades", "-o", "json", "--all"]), 1_203);
    let ended = user.run(&["trades", "--limit", "3"]);
    assert_eq!(ended.out.lines().count(), 4, "{ended:?}");
    let sums = "1,203 in all, 0 won, profit -, fees -\n";
    assert_eq!(ended.err, format!("1,200 more; all with --all\n{sums}"));
    daemon.state.lock().trades = 0;
    let ended = user.run(&["trades"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert_eq!(ended.err, "no closed trades\n");
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let daemon = Daemon::start();
    daemon.state.lock().trades = 5_000;
    let mut child = user(&daemon).start(&["trades", "--all"]);
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("botctl ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn health_and_version_need_no_login() {
    let daemon = Daemon::start();
    let user = User::new(&daemon.url());
    assert_eq!(user.run(&["health"]).code, 0);
    daemon.set_health(ServingStatus::NotServing);
    let ended = user.run(&["health"]);
    assert_eq!((ended.code, ended.out.as_str()), (1, "not serving\n"));
    assert_eq!(user.run(&["health", "no.such.Service"]).code, 5);
    let ended = user.run(&["version"]);
    assert_eq!(ended.code, 0);
    assert!(
        ended.out.contains("9.9.9") && ended.out.contains(env!("CARGO_PKG_VERSION")),
        "{ended:?}"
    );
    assert_eq!(user.run(&["version", "-o", "json"]).json()["daemon"]["version"], "9.9.9");
    let away = User::new("127.0.0.1:1").run(&["version"]);
    assert_eq!(away.code, 4);
    assert!(away.out.starts_with("botctl "), "{away:?}");
}

#[test]
fn help_lists_exit_codes_and_every_verb_of_the_protocol() {
    let user = User::new("127.0.0.1:1");
    let help = user.run(&["--help"]);
    assert_eq!(help.code, 0);
    for line in ["  0  done", "  3  not logged in", "  7  done in part", "  8  internal"] {
        assert!(help.out.contains(line), "{line:?} is missing in {}", help.out);
    }
    for method in tradingd_proto::METHODS {
        let mut words: Vec<&str> = method.botctl.split(' ').collect();
        words.push("--help");
        let ended = user.run(&words);
        assert_eq!(ended.code, 0, "{words:?}");
        assert!(ended.out.contains("Examples:"), "{words:?}: {}", ended.out);
    }
    for shell in ["bash", "zsh", "fish"] {
        let ended = user.run(&["completion", shell]);
        assert!(ended.code == 0 && ended.out.contains("COMPLETE"), "{shell}: {ended:?}");
    }
}
