//! Completion as the shells ask for it: the line goes in, candidates come out.

use crate::daemon::{Daemon, Next};
use crate::run::User;
use std::io::Write as _;
use std::process::{Command, Stdio};
use tonic::Status;

/// What is offered for the last word of a line, options aside.
fn offered(user: &User, shell: &str, line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let index = (words.len() - 1).to_string();
    let mut args = vec!["--"];
    args.extend(&words);
    let environment =
        [("COMPLETE", shell), ("_CLAP_COMPLETE_INDEX", index.as_str()), ("_CLAP_IFS", "\n")];
    let ended = user.run_in(&args, &environment);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{shell}: {line}: {ended:?}");
    // zsh and fish put a description behind the value.
    let value = |l: &str| l.split(['\t', ':']).next().unwrap_or_default().to_owned();
    ended.out.lines().map(value).filter(|value| !value.starts_with('-')).collect()
}

#[test]
fn every_shell_is_offered_verbs_and_the_daemons_names() {
    let daemon = Daemon::start();
    for shell in ["bash", "zsh", "fish"] {
        let user = User::with_token(&daemon.url(), "access-0");
        let verbs = offered(&user, shell, "botctl clo");
        assert_eq!(verbs, ["close-all"], "{shell}");
        assert_eq!(offered(&user, shell, "botctl explain "), ["BTC/USDT", "ETH/USDT"], "{shell}");
        assert_eq!(offered(&user, shell, "botctl positions close E"), ["ETH/USDT"], "{shell}");
        assert_eq!(offered(&user, shell, "botctl trades --symbol B"), ["BTC/USDT"], "{shell}");
        assert_eq!(offered(&user, shell, "botctl strategies disable "), ["macd"], "{shell}");
        assert_eq!(offered(&user, shell, "botctl status -o nd"), ["ndjson"], "{shell}");
    }
}

#[test]
fn names_are_kept_for_a_while() {
    let daemon = Daemon::start();
    let user = User::with_token(&daemon.url(), "access-0");
    let line = "botctl explain ";
    assert_eq!(offered(&user, "bash", line).len(), 2);
    let kept = User::with_token(&daemon.url(), "another");
    assert_eq!(offered(&kept, "bash", line), [""; 0], "somebody else's home has none");
    daemon.next(Next::Fail(Status::internal("not asked")));
    assert_eq!(offered(&user, "bash", line).len(), 2, "they come from the file");
}

#[test]
fn what_goes_wrong_is_silent() {
    let nobody = User::new("127.0.0.1:1");
    assert_eq!(offered(&nobody, "bash", "botctl explain "), [""; 0]);
    let daemon = Daemon::start();
    let stranger = User::new(&daemon.url());
    assert_eq!(offered(&stranger, "bash", "botctl explain "), [""; 0]);
    daemon.next(Next::Hang);
    let user = User::with_token(&daemon.url(), "access-0");
    assert_eq!(offered(&user, "bash", "botctl explain "), [""; 0]);
}

#[test]
fn the_scripts_are_sound_for_their_shells() {
    let user = User::new("127.0.0.1:1");
    for shell in ["bash", "zsh", "fish"] {
        let ended = user.run(&["completion", shell]);
        assert_eq!(ended.code, 0, "{shell}");
        assert!(ended.out.contains("COMPLETE") && ended.out.contains("botctl"), "{shell}");
        let child = Command::new(shell)
            .arg("-n")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(e) => {
                assert_eq!(e.kind(), std::io::ErrorKind::NotFound, "{shell}: {e}");
                continue;
            }
        };
        let mut pipe = child.stdin.take().expect("a pipe");
        pipe.write_all(ended.out.as_bytes()).expect("the shell reads its script");
        drop(pipe);
        let output = child.wait_with_output().expect("the shell ends");
        assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn bash_completes_with_the_script() {
    let daemon = Daemon::start();
    let user = User::with_token(&daemon.url(), "access-0");
    let script = user.run(&["completion", "bash"]).out;
    let test = format!(
        "{script}\nCOMP_WORDS=(botctl explain B); COMP_CWORD=2; COMP_TYPE=9\n\
         _clap_complete_botctl botctl B explain\nprintf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let ended = user.shell("bash", &test);
    assert_eq!(ended.out, "BTC/USDT\n", "{ended:?}");
}

#[test]
fn names_of_profiles_come_from_the_config_file_without_a_daemon() {
    let user = User::new("127.0.0.1:1");
    for name in ["home", "harbour", "attic"] {
        let added = user.run(&["profiles", "add", name, "127.0.0.1:2"]);
        assert_eq!(added.code, 0, "{added:?}");
    }
    for line in ["botctl profiles use h", "botctl profiles remove h", "botctl status --profile h"] {
        assert_eq!(offered(&user, "bash", line), ["harbour", "home"], "{line}");
    }
}
