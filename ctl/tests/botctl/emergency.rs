//! Mutations: one request id per action, stop, close-all, resume, switches.

use crate::daemon::{Daemon, Next};
use crate::run::User;
use tonic::Status;
use tradingd_proto::v1::{CloseAllReport, ClosedPosition};

fn user(daemon: &Daemon) -> User {
    User::with_token(&daemon.url(), "access-0")
}

#[test]
fn a_repeated_stop_keeps_its_request_id() {
    let daemon = Daemon::start();
    daemon.next(Next::Fail(Status::unavailable("starting")));
    daemon.next(Next::Hang);
    let ended = user(&daemon).run(&["stop", "--timeout", "300ms"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.starts_with("trading            halted\n"), "{ended:?}");
    let first = daemon.state.lock().request_ids.clone();
    assert_eq!(first.len(), 3);
    assert!(first.iter().all(|id| *id == first[0] && id.len() == 32), "{first:?}");

    assert_eq!(user(&daemon).run(&["stop"]).code, 0);
    assert_ne!(daemon.state.lock().request_ids[3], first[0], "another action, another id");
}

#[test]
fn after_three_repetitions_the_doubt_is_told() {
    let daemon = Daemon::start();
    for _ in 0..4 {
        daemon.next(Next::Fail(Status::unavailable("storage is away")));
    }
    let ended = user(&daemon).run(&["stop"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(ended.err.contains("storage is away"), "{ended:?}");
    assert!(ended.err.contains("it may have been done or not"), "{ended:?}");
    assert_eq!(daemon.state.lock().request_ids.len(), 4);
}

#[test]
fn a_refused_mutation_is_not_repeated() {
    let daemon = Daemon::start();
    daemon.next(Next::Fail(Status::failed_precondition("holds 2 positions")));
    let ended = user(&daemon).run(&["strategies", "disable", "dca"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert_eq!(daemon.state.lock().request_ids.len(), 1);
}

#[test]
fn switches_say_what_they_mean() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    let ended = user.run(&["strategies", "enable", "dca", "--expected-version", "4"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, "dca is on\n"));
    let ended = user.run(&["strategies", "disable", "dca", "--force", "--reason", "loses"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, "dca is off\n"));
    let switches = daemon.state.lock().switches.clone();
    assert_eq!((switches[0].enabled, switches[0].expected_version), (true, 4));
    assert_eq!((switches[1].enabled, switches[1].force), (false, true));
    assert_eq!(switches[1].reason, "loses");
}

fn report(flat: bool, running: bool) -> CloseAllReport {
    let note = if flat { "" } else { "no buyer" };
    let position = ClosedPosition {
        symbol: "BTC/USDT".to_owned(),
        held: "0.5".to_owned(),
        remaining: if flat { "0" } else { "0.1" }.to_owned(),
        note: note.to_owned(),
        ..Default::default()
    };
    CloseAllReport { id: 1, flat, positions: vec![position], running }
}

#[test]
fn close_all_asks_unless_told_not_to() {
    let daemon = Daemon::start();
    let ended = user(&daemon).run(&["close-all", "--reason", "trouble"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("next: pass --yes"), "{ended:?}");
    assert!(daemon.state.lock().request_ids.is_empty(), "nothing was sold without a yes");
}

#[test]
fn close_all_waits_for_its_end_and_reports_the_rest() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    let args = ["close-all", "--reason", "trouble", "--yes"];
    daemon.state.lock().close_all = report(true, false);
    let ended = user.run(&args);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.contains("close-all 1: flat"), "{ended:?}");

    {
        let mut state = daemon.state.lock();
        state.close_all = report(false, true);
        state.later_reports = [report(false, true), report(false, false)].into();
    }
    let ended = user.run(&args);
    assert_eq!(ended.code, 7, "{ended:?}");
    assert!(ended.out.contains("close-all 1: not flat"), "{ended:?}");
    assert!(ended.err.contains("0.1 BTC/USDT left (no buyer)"), "{ended:?}");

    daemon.state.lock().close_all = report(false, false);
    let ended = user.run(&["-o", "json", "close-all", "--reason", "trouble", "--yes"]);
    assert_eq!(ended.code, 7);
    assert_eq!(ended.json()["report"]["positions"][0]["remaining"], "0.1");
    assert_eq!(ended.error()["code"], "PARTIAL");
}

#[test]
fn resume_names_the_halt_that_it_clears() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    assert_eq!(user.run(&["resume", "--reason", "checked"]).code, 0);
    assert_eq!(user.run(&["resume", "--reason", "checked", "--epoch", "2"]).code, 0);
    let resumes = daemon.state.lock().resumes.clone();
    assert_eq!((resumes[0].epoch, resumes[1].epoch), (3, 2));
    assert_eq!(resumes[0].reason, "checked");
}
