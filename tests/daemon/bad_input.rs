//! Market data that is wrong: refused in words, or left out and counted, never half used.

use serde_json::Value;
use std::path::{Path, PathBuf};
use tradingd_tests::daemon::data::{FIRST, MINUTE, kline, klines, write};
use tradingd_tests::daemon::{Ended, Launch};

/// Replays a file under a policy; the end and, if it came so far, the report.
fn replay(folder: &Path, file: &Path, policy: &str) -> (Ended, Option<Value>) {
    let data = tempfile::tempdir_in(folder).expect("a temporary directory");
    let report = data.path().join("report.json");
    let path = report.display().to_string();
    let set = format!("source.on_bad_row={policy}");
    let ended = Launch::on(&data.path().join("data"))
        .replay(&[file.to_owned()])
        .with(&["--speed", "max", "--exit-at-end", "--report", &path, "--set", &set])
        .run();
    let text = std::fs::read_to_string(report).ok();
    (ended, text.map(|text| serde_json::from_str(&text).expect("the report is JSON")))
}

/// Ways in which a row can be wrong, with a word of the message that names it.
fn broken_rows(good: &[String]) -> Vec<(&'static str, String)> {
    let at = FIRST + 50 * MINUTE;
    let columns = |which: usize, value: &str| {
        let mut columns: Vec<&str> = good[50].split(',').collect();
        columns[which] = value;
        columns.join(",")
    };
    vec![
        ("12 columns", "1704067200000,1,2".to_owned()),
        ("12 columns", format!("{},1,2,3", good[50])),
        ("12 columns", "not a row at all".to_owned()),
        ("plain decimal number", columns(4, "cheap")),
        ("finite", columns(4, "NaN")),
        ("finite", columns(2, "inf")),
        ("above 0", kline(at, [0, 0, 0, 0], 1_000)),
        ("above 0", columns(3, "-1.00")),
        ("0 or above", columns(5, "-0.5")),
        ("at or above the low", columns(2, "0.01")),
        ("later than the row before", good[10].clone()),
        ("differ from the row before", good[49].clone()),
        ("multiple of the interval", kline(at + 7, [100, 100, 100, 100], 1)),
        ("milliseconds or microseconds", columns(0, "12")),
        ("28 significant digits", columns(1, "40000.0000000000000000000000000001")),
    ]
}

#[test]
fn every_kind_of_broken_row_is_told_or_counted() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let good = klines(100, 3);
    for (rule, row) in broken_rows(&good) {
        let mut rows = good.clone();
        rows[50] = row.clone();
        let file = write(folder.path(), "BTCUSDT", &rows);
        let (ended, report) = replay(folder.path(), &file, "skip");
        assert_eq!(ended.code, 0, "{row}: {ended:?}");
        let report = report.expect("a report");
        let counts = (report["bars"].as_u64(), report["skipped_rows"].as_u64());
        assert_eq!(counts, (Some(99), Some(1)), "{row}: {report}");

        let (ended, report) = replay(folder.path(), &file, "error");
        assert_eq!(ended.code, 1, "{row}: {ended:?}");
        let place = format!("{} line 51", file.display());
        let told = ended.err.contains(rule) && ended.err.contains(&place);
        assert!(told, "{rule:?} at {place} must be told: {}", ended.err);
        // What came before the bad row was handled, and the report says that it is no whole run.
        if let Some(report) = report {
            assert_eq!(report["finished"], false, "{row}: {report}");
        }
    }
}

#[test]
fn files_that_can_not_be_used_are_refused_together() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| folder.path().join(name);
    let make = |name: &str, bytes: &[u8]| {
        std::fs::write(path(name), bytes).expect("written");
        path(name)
    };
    let empty = make("BTCUSDT-1m.csv", b"");
    let no_gzip = make("ETHUSDT-1m.csv.gz", b"\x1f\x8b this is no gzip");
    let no_name = make("data.csv", b"1,2,3\n");
    let no_rows = make("SOLUSDT-1m.csv", b"a,b\nc,d\n");
    let directory = path("XRPUSDT-1m.csv");
    std::fs::create_dir(&directory).expect("made");
    let missing = path("ADAUSDT-1m.csv");
    let all: [(&PathBuf, &str); 6] = [
        (&empty, "is empty"),
        (&no_gzip, "compressed data is broken"),
        (&no_name, "name it SYMBOL-INTERVAL"),
        (&no_rows, "no usable row in 2 lines"),
        (&directory, "must be a file"),
        (&missing, "can't be read"),
    ];
    for policy in ["skip", "error"] {
        let files: Vec<PathBuf> = all.iter().map(|(file, _)| (*file).clone()).collect();
        let data = path("data");
        let set = format!("source.on_bad_row={policy}");
        let ended = Launch::on(&data).replay(&files).with(&["--set", &set]).run();
        assert_eq!(ended.code, 1, "{ended:?}");
        for (file, what) in all {
            let line = ended.err.lines().find(|l| l.contains(&file.display().to_string()));
            assert!(line.is_some_and(|l| l.contains(what)), "{what:?} of {file:?}: {}", ended.err);
        }
        assert!(!data.join("tradingd.db").exists(), "a refused source leaves no account behind");
    }
}

#[test]
fn overlapping_files_and_foreign_quotes_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let rows = klines(100, 3);
    let first = write(folder.path(), "BTCUSDT", &rows[..60]);
    let second = folder.path().join("BTCUSDT-1m-2.csv");
    std::fs::write(&second, rows[50..].join("\n")).expect("written");
    let data = folder.path().join("data");
    let ended = Launch::on(&data).replay(&[first, second]).run();
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.err.contains("overlap"), "{}", ended.err);
    let euros = write(folder.path(), "BTCEUR", &rows);
    let ended = Launch::on(&data).replay(&[euros]).run();
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("EUR") && ended.err.contains("paper.quote_asset"), "{}", ended.err);
}
