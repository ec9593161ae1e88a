//! What is refused before anything runs: wrong settings, another source, a directory in use.

use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::data::{klines, write};
use tradingd_tests::daemon::{Ended, Launch};

/// Demands an exit code and texts on standard error.
fn refused(ended: &Ended, code: i32, texts: &[&str]) {
    assert_eq!(ended.code, code, "{ended:?}");
    assert_eq!(ended.out, "", "nothing was served: {ended:?}");
    for text in texts {
        assert!(ended.err.contains(text), "{text:?} must be told: {}", ended.err);
    }
}

/// The value and origin of a key, as botctl tells them.
fn told(botctl: &Botctl, key: &str) -> (String, String) {
    let settings = botctl.json(&["settings", "list", key]);
    let found = settings["settings"].as_array().expect("a list").iter();
    let found = found.clone().find(|s| s["key"] == key).expect("the key is listed");
    let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
    (text("value"), text("origin"))
}

#[test]
fn all_mistakes_are_told_at_once() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    let file = folder.path().join("wrong.toml");
    let text =
        "mode = \"paper\"\n[risk]\nmax_drawdwn_pct = 10\nstop_loss_pct = \"much\"\n[rsik]\nx = 1\n";
    std::fs::write(&file, text).expect("written");
    let config = file.display().to_string();
    let launch = Launch::on(&data)
        .with(&["--config", &config, "--set", "risk.max_drawdown_pct=300", "--speed", "0"])
        .with(&["--set", "sim.sead=4", "--set", "stream.buffer_records=1"])
        .variable("TRADINGD__HEALTH__STALE_AFTER_SECONDS", "-1");
    let ended = launch.run();
    let line = |n: u32| format!("{config}:{n}");
    refused(&ended, 2, &["8 settings can't be used", &line(3), &line(4), &line(5)]);
    let rest = [
        "did you mean risk.max_drawdown_pct?",
        "did you mean [risk]?",
        "did you mean sim.seed?",
        "risk.max_drawdown_pct must be above 0 to 100, got \"300\"",
        "source.speed must be max or a number, 0.01 to 1000000, got \"0\"",
        "environment TRADINGD__HEALTH__STALE_AFTER_SECONDS: health.stale_after_seconds must be",
        "stream.buffer_records must be a whole number, 64 to 65536, got \"1\"",
    ];
    refused(&ended, 2, &rest);
    assert!(!data.exists(), "a refused start leaves nothing behind");
}

#[test]
fn what_can_not_be_served_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    let with = |args: &[&str]| Launch::on(&data).with(args).run();
    let live = with(&["--set", "mode=live"]);
    refused(&live, 2, &["mode must be paper", "got \"live\""]);
    refused(&with(&["--set", "sim.seed"]), 2, &["--set", "must be key=value"]);
    refused(&with(&["--config", "/nowhere/x.toml"]), 2, &["/nowhere/x.toml: can't be read"]);
    refused(&with(&["--set", "source.kind=replay"]), 2, &["source.files must name at least one"]);
    refused(&with(&["--no-such-flag"]), 2, &["--no-such-flag"]);
    refused(&with(&["--seed", "1", "--replay", "x.csv"]), 2, &["cannot be used with"]);
}

#[test]
fn flags_win_over_the_environment_over_the_file() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("tradingd.toml");
    let text =
        "[risk]\nmax_drawdown_pct = 11\ndaily_loss_limit_pct = 4\nmax_concurrent_positions = 2\n";
    std::fs::write(&file, text).expect("written");
    let config = file.display().to_string();
    let daemon = Launch::on(&folder.path().join("data"))
        .variable("TRADINGD_CONFIG", &config)
        .variable("TRADINGD__RISK__MAX_DRAWDOWN_PCT", "12")
        .variable("TRADINGD__RISK__DAILY_LOSS_LIMIT_PCT", "3")
        .with(&["--set", "risk.max_drawdown_pct=13"])
        .start();
    let botctl = Botctl::first_admin(daemon.address);
    for (key, value, origin) in [
        ("risk.max_drawdown_pct", "13", "SETTING_ORIGIN_FLAG"),
        ("risk.daily_loss_limit_pct", "3", "SETTING_ORIGIN_ENVIRONMENT"),
        ("risk.max_concurrent_positions", "2", "SETTING_ORIGIN_FILE"),
        ("risk.max_total_exposure_pct", "60", "SETTING_ORIGIN_DEFAULT"),
    ] {
        assert_eq!(told(&botctl, key), (value.to_owned(), origin.to_owned()), "{key}");
    }
}

#[test]
fn the_printed_sample_is_taken_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let sample = std::process::Command::new(tradingd_tests::daemon::binary("tradingd"))
        .arg("settings")
        .output()
        .expect("it prints");
    assert!(sample.status.success());
    let file = folder.path().join("sample.toml");
    std::fs::write(&file, sample.stdout).expect("written");
    let config = file.display().to_string();
    let daemon = Launch::on(&folder.path().join("data")).with(&["--config", &config]).start();
    assert_eq!(daemon.terminate().0.code, 0);
}

#[test]
fn another_source_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let data = folder.path().join("data");
    let start = |args: &[&str]| Launch::on(&data).with(args);
    let daemon = start(&["--seed", "1"]).start();
    // A second daemon on the same directory changes nothing for the first.
    let second = start(&["--seed", "1"]).run();
    let pid = format!("is in use by another process (pid {})", daemon.process.id());
    refused(&second, 1, &[&pid]);
    assert_eq!(daemon.terminate().0.code, 0);

    let other_seed = start(&["--seed", "2"]).run();
    refused(&other_seed, 1, &["holds an account on source sim:1:", "source given is sim:2:"]);
    let file = write(folder.path(), "BTCUSDT", &klines(50, 1));
    let replay = || start(&["--speed", "max"]).replay(std::slice::from_ref(&file));
    refused(&replay().run(), 1, &["source sim:1:", "source given is replay:"]);
    // Other data under the same name is another source, too.
    let data = folder.path().join("replayed");
    let replay = || Launch::on(&data).replay(std::slice::from_ref(&file));
    let args = ["--speed", "max", "--exit-at-end"];
    assert_eq!(replay().with(&args).run().code, 0);
    let _ = write(folder.path(), "BTCUSDT", &klines(50, 2));
    refused(&replay().with(&args).run(), 1, &["source replay:", "source given is replay:"]);
    let _ = write(folder.path(), "BTCUSDT", &klines(50, 1));
    let policy = ["--set", "source.on_bad_row=error"];
    refused(&replay().with(&policy).run(), 1, &[":skip", ":error"]);
    let again = replay().with(&args).run();
    assert_eq!(again.code, 0, "the same data is taken up again: {again:?}");
}
