//! The same data gives the same log, whatever the speed and however often.

use serde_json::Value;
use std::path::{Path, PathBuf};
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::data::{klines, month, write};

/// Runs files to their end in a fresh directory and gives back the report.
fn report(folder: &Path, name: &str, files: &[PathBuf], speed: &str) -> Value {
    let report = folder.join(format!("{name}.json"));
    let path = report.display().to_string();
    let args = ["--speed", speed, "--exit-at-end", "--report", &path];
    let ended = Launch::on(&folder.join(name)).replay(files).with(&args).run();
    assert_eq!(ended.code, 0, "{ended:?}");
    let text = std::fs::read_to_string(report).expect("the report is written");
    serde_json::from_str(&text).expect("the report is JSON")
}

#[test]
fn same_data_same_log_at_two_speeds() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = write(folder.path(), "BTCUSDT", &klines(3_000, 11));
    let files = [file];
    let first = report(folder.path(), "a", &files, "max");
    assert_eq!(first["event_log_sha256"].as_str().map(str::len), Some(64));
    assert!(first["trades"].as_u64().expect("a count") > 0, "{first}");
    assert_eq!(first["bars"], 3_000);
    assert_eq!(first["finished"], true);
    assert_eq!(report(folder.path(), "b", &files, "max"), first);
    assert_eq!(report(folder.path(), "c", &files, "100000"), first);
    // Other data, other log.
    let other = write(folder.path(), "ETHUSDT", &klines(3_000, 12));
    let other = report(folder.path(), "d", &[other], "max");
    assert_ne!(other["event_log_sha256"], first["event_log_sha256"]);
}

#[test]
fn several_symbols_merge_the_same_way_each_time() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let files: Vec<PathBuf> =
        ["BTCUSDT", "ETHUSDT", "SOLUSDT"].map(|s| month(folder.path(), s)).to_vec();
    let reversed: Vec<PathBuf> = files.iter().rev().cloned().collect();
    let first = report(folder.path(), "a", &files, "max");
    assert!(first["trades"].as_u64().expect("a count") > 10, "{first}");
    assert_eq!(report(folder.path(), "b", &reversed, "max"), first);
}

#[test]
fn the_built_in_market_is_its_seed() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let prices = |name: &str, seed: &str| {
        let launch = Launch::on(&folder.path().join(name));
        let daemon = launch.with(&["--speed", "max", "--seed", seed]).start();
        let botctl = tradingd_tests::daemon::botctl::Botctl::first_admin(daemon.address);
        // Warm-up candles are there from the start, so this is the same moment in every run.
        let args = ["candles", "BTCUSDT", "--before", "2026-01-01T08:20:00Z", "--limit", "400"];
        let candles = botctl.json(&args)["candles"].clone();
        assert_eq!(candles.as_array().map(Vec::len), Some(400));
        candles
    };
    let first = prices("a", "5");
    assert_eq!(prices("b", "5"), first);
    assert_ne!(prices("c", "6"), first);
}
