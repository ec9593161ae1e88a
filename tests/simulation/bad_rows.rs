//! Broken rows in a file never trade: with them left out the log is that of the clean file.

use domain::{Instrument, Interval, Timestamp};
use engine::Output;
use exchanges::{FileSpec, Limits, OnBadRow, Replay, RowError, RowSource, SkipPolicy};
use simulator::SimulatedMarket;
use std::path::Path;
use tradingd_tests::session;
use tradingd_tests::sim::chance::Chance;

/// Klines of a simulated market as CSV lines.
fn lines(seed: u64, count: usize) -> Vec<String> {
    let btc = Instrument::from_symbol("BTCUSDT").expect("a symbol");
    let start = Timestamp::from_millis(1_704_067_200_000);
    let mut market = SimulatedMarket::new(seed, &[btc], Interval::MINUTE, start).expect("a market");
    (0..count)
        .map(|_| {
            let c = market.next_bar().candle;
            let open = c.open_time.millis();
            format!(
                "{open},{},{},{},{},{},{},0,1,0,0,0",
                c.open,
                c.high,
                c.low,
                c.close,
                c.volume,
                open + 59_999
            )
        })
        .collect()
}

/// A broken row to stand after `line`, each kind tempting to trade on.
fn broken(kind: u64, line: &str) -> String {
    let mut columns: Vec<String> = line.split(',').map(str::to_owned).collect();
    let open: i64 = columns[0].parse().expect("an open time");
    columns[0] = (open + 60_000).to_string();
    columns[6] = (open + 119_999).to_string();
    match kind {
        0 => columns[4] = "NaN".to_owned(),
        1 => columns[4] = "0".to_owned(),
        2 => columns[3] = "-1".to_owned(),
        3 => columns[2] = "0.01".to_owned(),
        4 => columns[4] = "999999999".to_owned(),
        5 => columns[1] = "1e5x".to_owned(),
        6 => columns[5] = "-3".to_owned(),
        7 => columns[0] = (open - 600_000).to_string(),
        8 => columns[0] = open.to_string(),
        9 => columns[0] = (open + 61_234).to_string(),
        10 => columns.truncate(5),
        11 => columns[2] = "inf".to_owned(),
        12 => columns[4] = String::new(),
        _ => columns[6] = (open - 1).to_string(),
    }
    columns.join(",")
}

const KINDS: u64 = 14;

fn open(path: &Path, on_bad_row: OnBadRow) -> Replay {
    Replay::open(&[FileSpec::new(path)], SkipPolicy { on_bad_row }, Limits::default())
        .expect("the file opens")
}

fn log(source: &mut Replay) -> (Vec<u8>, u64, Option<RowError>) {
    let mut outputs = Vec::new();
    let mut settings = session::shipped(&["BTCUSDT"], Interval::MINUTE);
    settings.trend_filter_enabled = false;
    let run = session::run(settings, source, &mut outputs);
    let error = run.err().and_then(|e| e.downcast::<RowError>().ok());
    let mut bytes = Vec::new();
    let mut fills = 0;
    for output in &outputs {
        if let Output::Event(event) = output {
            bytes.extend(serde_json::to_vec(event).expect("events can be written"));
            fills += u64::from(event.kind.name() == "order_filled");
        }
    }
    (bytes, fills, error)
}

#[test]
fn bad_rows_never_trade() {
    let folder = tempfile::tempdir().expect("a folder");
    let (clean_path, bad_path) =
        (folder.path().join("BTCUSDT-1m.csv"), folder.path().join("BTCUSDT-1m-bad.csv"));
    let (mut bad_rows, mut fills, mut stopped) = (0, 0, 0);
    for seed in 0..12 {
        let mut chance = Chance::new(seed, "bad rows");
        let clean = lines(seed, 900);
        let mut bad = Vec::new();
        let mut injected = 0;
        let mut first = None;
        for (n, line) in clean.iter().enumerate() {
            bad.push(line.clone());
            if n > 3 && n + 1 < clean.len() && chance.percent(10) {
                let kind = if injected < KINDS { injected } else { chance.below(KINDS) };
                bad.push(broken(kind, line));
                injected += 1;
                first = first.or(Some(bad.len() as u64));
            }
        }
        std::fs::write(&clean_path, clean.join("\n") + "\n").expect("written");
        std::fs::write(&bad_path, bad.join("\n") + "\n").expect("written");
        let whole = log(&mut open(&clean_path, OnBadRow::Error));
        let mut source = open(&bad_path, OnBadRow::Skip);
        let skipped = log(&mut source);
        assert_eq!(source.skipped().total, injected, "seed {seed}: {:?}", source.skipped());
        assert!(whole.0 == skipped.0, "seed {seed}: a bad row changed the log");
        assert_eq!(whole.2, None);
        // The other policy ends at the first one and names its line; up to there all is the same.
        let ended = log(&mut open(&bad_path, OnBadRow::Error));
        let named = matches!(&ended.2, Some(RowError::Bad { line, .. }) if Some(*line) == first);
        assert!(named, "seed {seed}: line {first:?}, got {:?}", ended.2);
        assert!(whole.0.starts_with(&ended.0), "seed {seed}: another log before the bad row");
        bad_rows += injected;
        fills += whole.1;
        stopped += 1;
    }
    println!(
        "12 files, {bad_rows} bad rows of {KINDS} kinds: all left out and counted, {fills} fills unchanged; {stopped} stopped at the first by the other policy"
    );
    assert!(fills > 200, "{fills} fills say little");
}
