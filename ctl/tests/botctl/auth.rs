//! Logging in, the stored session, its renewal by many processes at once.

use crate::daemon::Daemon;
use crate::run::{Ended, User};
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn a_login_is_kept_privately_and_used() {
    let daemon = Daemon::start();
    let user = User::new(&daemon.url());
    let ended = user.run(&["whoami"]);
    assert_eq!(ended.code, 3);
    assert!(ended.err.contains("not logged in at http://127.0.0.1"), "{ended:?}");
    assert!(ended.err.contains("next: run botctl login --user NAME"), "{ended:?}");

    let ended = user.login();
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.out, "logged in as anna (operator)\n");
    let sessions = user.sessions();
    assert_eq!(sessions.len(), 1);
    let rights = std::fs::metadata(&sessions[0]).expect("there").permissions().mode();
    assert_eq!(rights & 0o777, 0o600);
    assert_eq!(user.run(&["whoami"]).code, 0);

    assert_eq!(user.run(&["logout"]).code, 0);
    assert!(user.sessions().is_empty());
    assert_eq!(user.run(&["whoami"]).code, 3);
}

#[test]
fn wrong_and_missing_passwords() {
    let daemon = Daemon::start();
    let user = User::new(&daemon.url());
    let login = ["login", "--user", "anna", "--password-stdin"];
    let ended = user.run_with(&login, "wrong\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    assert_eq!(ended.err, "error: wrong name or password\nnext: check the name and the password\n");
    assert_eq!(user.run_with(&login, "\n").code, 2);
    assert!(user.sessions().is_empty());
}

#[test]
fn json_of_a_login_holds_no_token() {
    let daemon = Daemon::start();
    let user = User::new(&daemon.url());
    let args = ["login", "--user", "anna", "--password-stdin", "-o", "json"];
    let ended = user.run_with(&args, "correct horse\n");
    assert_eq!(ended.json()["role"], "ROLE_OPERATOR");
    assert!(!ended.out.contains("access-") && !ended.out.contains("refresh-"), "{ended:?}");
}

#[test]
fn a_refused_token_is_renewed_once_and_the_call_repeated() {
    let daemon = Daemon::start();
    let user = User::new(&daemon.url());
    user.login();
    // The daemon has another secret now: the access token is refused though its time is not up.
    daemon.state.lock().access += 100;
    let ended = user.run(&["status"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(daemon.state.lock().refreshes, 1);
    assert_eq!(user.run(&["status"]).code, 0);
    assert_eq!(daemon.state.lock().refreshes, 1, "the new token was kept");
}

#[test]
fn many_processes_renew_without_losing_the_session() {
    let daemon = Daemon::start();
    let user = User::new(&daemon.url());
    // Tokens are too old for botctl from the start, so that each process wants to renew.
    daemon.state.lock().access_lifetime = 0;
    user.login();
    daemon.state.lock().access_lifetime = 600;
    let children: Vec<_> = (0..12).map(|_| user.start(&["status"])).collect();
    for child in children {
        let ended = Ended::from(child.wait_with_output().expect("botctl ends"));
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    assert_eq!(daemon.state.lock().refused_refreshes, 0, "no refresh token was used twice");
    assert_eq!(daemon.state.lock().refreshes, 1, "those that waited took the new token");

    // `token` renews in any case; each takes its turn.
    let children: Vec<_> = (0..6).map(|_| user.start(&["token"])).collect();
    let mut tokens = std::collections::BTreeSet::new();
    for child in children {
        let ended = Ended::from(child.wait_with_output().expect("botctl ends"));
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(ended.out.starts_with("access-"), "{ended:?}");
        tokens.insert(ended.out);
    }
    assert_eq!(tokens.len(), 6);
    assert_eq!(daemon.state.lock().refused_refreshes, 0);
    assert_eq!(user.run(&["status"]).code, 0);
}

#[test]
fn a_session_that_cannot_be_renewed_is_forgotten() {
    let daemon = Daemon::start();
    let user = User::new(&daemon.url());
    user.login();
    {
        let mut state = daemon.state.lock();
        state.access += 100;
        state.refresh += 100;
    }
    let ended = user.run(&["status"]);
    assert_eq!(ended.code, 3);
    assert!(ended.err.contains("has ended\nnext: run botctl login --user NAME"), "{ended:?}");
    assert!(user.sessions().is_empty());
}

#[test]
fn a_token_in_the_environment_goes_before_the_session() {
    let daemon = Daemon::start();
    assert_eq!(User::with_token(&daemon.url(), "access-0").run(&["whoami"]).code, 0);
    let stranger = User::with_token(&daemon.url(), "other");
    let ended = stranger.run(&["whoami"]);
    assert_eq!(ended.code, 3);
    assert!(ended.err.contains("BOTCTL_TOKEN"), "{ended:?}");
    assert_eq!(stranger.login().code, 2, "a login would not be used");
    assert!(stranger.sessions().is_empty());
}

#[test]
fn setup_reads_the_secret_where_the_daemon_says() {
    let daemon = Daemon::start();
    let user = User::new(&daemon.url());
    let setup = ["setup", "--user", "anna", "--password-stdin"];
    let ended = user.run_with(&setup, "long enough password\n");
    assert_eq!(ended.code, 1, "setup is done: {ended:?}");
    assert!(ended.err.contains("next: run botctl login"), "{ended:?}");

    let file = user.file("bootstrap-token", "one-time-secret\n");
    daemon.state.lock().setup_token_file = Some(file.clone());
    let ended = user.run_with(&setup, "long enough password\n");
    assert_eq!((ended.code, ended.out.as_str()), (0, "logged in as anna (admin)\n"));
    assert_eq!(user.run(&["status"]).code, 0, "setup logs in");
    let named = ["setup", "--user", "anna", "--password-stdin", "--token-file", file.as_str()];
    assert_eq!(user.run_with(&named, "long enough password\n").code, 0);
    assert_eq!(daemon.state.lock().setup_tokens, ["one-time-secret", "one-time-secret"]);

    daemon.state.lock().setup_token_file = Some("/nowhere/bootstrap-token".to_owned());
    let ended = user.run_with(&setup, "long enough password\n");
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("/nowhere/bootstrap-token"), "{ended:?}");
}
