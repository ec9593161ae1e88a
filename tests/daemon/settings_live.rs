//! Settings changed while the daemon runs: seen to act, kept over `kill -9`, undone, told.

use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::Botctl;

/// The value of a key, as botctl tells it.
fn value(botctl: &Botctl, key: &str) -> String {
    let setting = botctl.json(&["settings", "get", key]);
    setting["value"].as_str().unwrap_or_default().to_owned()
}

/// The limit of a check of the gate.
fn limit(botctl: &Botctl, check: &str) -> String {
    let limits = botctl.json(&["risk"]);
    let mut found = limits["limits"].as_array().expect("a list").iter();
    let limit = found.find(|l| l["check"] == check).expect("listed");
    limit["limit"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_change_acts_survives_kill_9_and_is_undone() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(&folder.path().join("data")).with(&["--seed", "3"]);
    let daemon = launch.start();
    let botctl = Botctl::first_admin(daemon.address);
    assert_eq!(limit(&botctl, "max_concurrent_positions"), "5");
    let set = ["settings", "set", "risk.max_concurrent_positions=1", "risk.max_drawdown_pct=8"];
    let dry = botctl.run(&[&set[..], &["--dry-run"]].concat());
    assert!(dry.code == 0 && dry.out.contains("nothing is changed yet"), "{dry:?}");
    assert_eq!(limit(&botctl, "max_concurrent_positions"), "5");
    let done = botctl.run(&[&set[..], &["--reason", "thin books"]].concat());
    assert!(done.code == 0 && done.out.contains("version 2, in force now"), "{done:?}");
    assert_eq!(limit(&botctl, "max_concurrent_positions"), "1", "the gate has it at once");
    // Two at once: who looked at version 1 is late.
    let late = botctl.run(&["settings", "set", "risk.stop_loss_pct=2", "--expect-version", "1"]);
    assert!(late.code == 6 && late.err.contains("version 2 is current"), "{late:?}");
    let wrong = botctl.run(&["settings", "set", "risk.stop_loss_pct=200", "sim.sed=1"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    for part in ["risk.stop_loss_pct must be 0 to 99", "did you mean sim.seed?"] {
        assert!(wrong.err.contains(part), "{wrong:?}");
    }
    let boot = botctl.run(&["settings", "set", "sim.seed=4"]);
    assert!(boot.code == 1 && boot.err.contains("only read when the daemon starts"), "{boot:?}");
    daemon.kill_9();

    let daemon = launch.start();
    let botctl = botctl.moved_to(daemon.address);
    assert_eq!(limit(&botctl, "max_concurrent_positions"), "1", "kept over kill -9");
    assert_eq!(value(&botctl, "risk.max_drawdown_pct"), "8");
    let back = botctl.run(&["settings", "rollback", "--reason", "too tight"]);
    assert!(back.code == 0 && back.out.contains("version 3"), "{back:?}");
    assert_eq!(limit(&botctl, "max_concurrent_positions"), "5");
    let history = botctl.json(&["settings", "history"]);
    let versions = history["versions"].as_array().expect("a list");
    let told: Vec<_> = versions
        .iter()
        .map(|v| format!("{} {} {} {}", v["version"], v["changed_by"], v["cause"], v["reason"]))
        .collect();
    assert_eq!(
        told,
        [
            "3 \"admin\" \"rollback\" \"too tight\"",
            "2 \"admin\" \"update\" \"thin books\"",
            "1 \"system\" \"opened\" \"\"",
        ]
    );
    let diff = botctl.run(&["settings", "diff", "1", "2"]);
    assert!(diff.out.contains("risk.max_drawdown_pct") && diff.out.contains("15"), "{diff:?}");
}

#[test]
fn a_file_is_applied_after_it_was_shown() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(&folder.path().join("data")).with(&["--seed", "3"]).start();
    let botctl = Botctl::first_admin(daemon.address);
    let file = folder.path().join("new.toml");
    let name = file.display().to_string();
    // The seed is what it is already, so it does not matter that only a start reads it.
    std::fs::write(&file, "[sim]\nseed = 3\n[risk]\nmax_drawdown_pct = 7\n").expect("written");
    let dry = botctl.run(&["settings", "apply", &name, "--dry-run"]);
    assert!(dry.code == 0 && dry.out.contains("risk.max_drawdown_pct"), "{dry:?}");
    assert!(!dry.out.contains("sim.seed"), "{dry:?}");
    assert_eq!(value(&botctl, "risk.max_drawdown_pct"), "15");
    let asked = botctl.run(&["settings", "apply", &name]);
    assert!(
        asked.code == 2 && asked.err.contains("--yes"),
        "nobody is there to say yes: {asked:?}"
    );
    let done = botctl.run(&["settings", "apply", &name, "--yes"]);
    assert!(done.code == 0, "{done:?}");
    assert_eq!(value(&botctl, "risk.max_drawdown_pct"), "7");
    std::fs::write(&file, "[sim]\nseed = 4\n").expect("written");
    let boot = botctl.run(&["settings", "apply", &name, "--yes"]);
    assert!(boot.code == 1 && boot.err.contains("sim.seed is only read"), "{boot:?}");
}

#[test]
fn a_log_level_acts_at_once() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(&folder.path().join("data")).with(&["--seed", "3"]).start();
    let botctl = Botctl::first_admin(daemon.address);
    let done = botctl.run(&["settings", "set", "log.level=debug"]);
    assert_eq!(done.code, 0, "{done:?}");
    let ended = daemon.terminate().0;
    // A line that only debug has, and that every clean end writes.
    assert!(ended.err.contains("nobody is served any more"), "{}", ended.err);

    let quiet = Launch::on(&folder.path().join("data")).with(&["--seed", "3"]).start();
    let botctl = botctl.moved_to(quiet.address);
    let done = botctl.run(&["settings", "set", "log.level=error"]);
    assert_eq!(done.code, 0, "{done:?}");
    let ended = quiet.terminate().0;
    assert!(!ended.err.contains("asked to end"), "{}", ended.err);
}
