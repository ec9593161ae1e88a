//! Which daemon is meant, and whether both sides understand each other.

use crate::daemon::Daemon;
use crate::run::User;

#[test]
fn profiles_are_kept_chosen_and_forgotten() {
    let daemon = Daemon::start();
    let url = daemon.url();
    // Nothing of the environment names a daemon.
    let user = User::new("");
    assert_eq!(user.run(&["profiles"]).out, "");
    assert_eq!(user.run(&["profiles", "add", "home", &url]).code, 0);
    assert_eq!(user.run(&["--ca", "ca.pem", "profiles", "add", "far", "https://bot.lan"]).code, 0);
    assert_eq!(user.run(&["profiles", "add", "a b", &url]).code, 2);
    assert_eq!(user.run(&["profiles", "add", "odd", "ftp://x"]).code, 2);
    let listed = user.run(&["profiles", "list", "-o", "json"]).json();
    assert_eq!(listed["profiles"][0]["addr"], "https://bot.lan:8000");
    assert!(listed["profiles"][0]["ca"].as_str().is_some_and(|ca| ca.starts_with('/')), "{listed}");
    assert_eq!(listed["profiles"][1]["used"], false);
    assert_eq!(user.run(&["--profile", "home", "version"]).code, 0);
    assert_eq!(user.run(&["--profile", "none", "version"]).code, 5);
    assert_eq!(user.run(&["profiles", "use", "none"]).code, 5);
    assert_eq!(user.run(&["profiles", "use", "home"]).code, 0);
    let version = user.run(&["version"]);
    assert!(version.out.contains("9.9.9"), "the one in use: {version:?}");
    assert!(user.run(&["profiles"]).out.contains(&format!("* home  {url}")));
    assert_eq!(user.run(&["profiles", "remove", "home"]).code, 0);
    assert_eq!(user.run(&["profiles", "remove", "home"]).code, 5);
    assert!(!user.run(&["profiles"]).out.contains("home"));
    assert_eq!(user.run(&["--profile", "x", "--addr", "y", "version"]).code, 2);
}

#[test]
fn another_protocol_is_told_and_an_incompatible_one_refused() {
    let daemon = Daemon::start();
    let user = User::new(&daemon.url());
    for (protocol, code, word) in [
        ("1.2", 0, ""),
        ("1.1", 0, "older than this botctl"),
        ("1.99", 0, "newer than this botctl"),
        ("2.0", 1, "use a botctl of the daemon's version"),
    ] {
        daemon.state.lock().protocol = protocol.to_owned();
        let ended = user.run(&["version"]);
        assert_eq!(ended.code, code, "{protocol}: {ended:?}");
        assert_eq!(ended.err.contains("warning"), !word.is_empty(), "{protocol}: {ended:?}");
        assert!(ended.err.contains(word), "{protocol}: {ended:?}");
    }
    let refused = user.run_with(
        &["-o", "json", "login", "--user", "anna", "--password-stdin"],
        "correct horse\n",
    );
    assert_eq!(refused.code, 1, "nothing is begun with it: {refused:?}");
    assert!(refused.err.contains("VERSION_UNSUPPORTED"), "{refused:?}");
}
