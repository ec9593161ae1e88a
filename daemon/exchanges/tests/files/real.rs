//! Real recorded files, when they are there: every row is read, every gap counted, nothing skipped.

use crate::support::{SKIP, STOP, drain, open};
use exchanges::{Row, RowSource};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The folder with recorded data, or a line that says that it is missing.
fn folder(test: &str) -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/market");
    let path = std::env::var_os("TRADINGD_MARKET_DATA").map_or_else(default, PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: {test}: no market data at {} (TRADINGD_MARKET_DATA)", path.display());
    None
}

/// File, rows, holes, missing bars, first and last row in milliseconds.
const FILES: [(&str, u64, u64, u64, &str, &str); 14] = [
    ("klines/1m-2026/BTCUSDT-1m.csv.gz", 43_199, 0, 0, "1774267740000", "1776859620000"),
    ("klines/1m-2026/ETHUSDT-1m.csv.gz", 43_199, 0, 0, "1774267740000", "1776859620000"),
    ("klines/1m-2026/SOLUSDT-1m.csv.gz", 43_199, 0, 0, "1774267740000", "1776859620000"),
    ("klines/5m-2024/BTCUSDT-5m.csv.gz", 43_776, 0, 0, "1704067200000", "1717199700000"),
    ("klines/5m-2024/ETHUSDT-5m.csv.gz", 43_776, 0, 0, "1704067200000", "1717199700000"),
    ("klines/5m-2024/SOLUSDT-5m.csv.gz", 43_776, 0, 0, "1704067200000", "1717199700000"),
    ("klines/5m-2024/XRPUSDT-5m.csv.gz", 43_776, 0, 0, "1704067200000", "1717199700000"),
    ("klines/1h-2024/BTCUSDT-1h.csv.gz", 3_648, 0, 0, "1704067200000", "1717196400000"),
    ("klines/1h-2024/ETHUSDT-1h.csv.gz", 3_648, 0, 0, "1704067200000", "1717196400000"),
    ("klines/1h-2017-2020/BTCUSDT-1h.csv.gz", 29_578, 4, 9, "1502946000000", "1609455600000"),
    ("klines/1h-2017-2020/ETHUSDT-1h.csv.gz", 29_578, 4, 9, "1502946000000", "1609455600000"),
    ("klines/1d-2017-2020/BTCUSDT-1d.csv.gz", 1_233, 0, 0, "1502928000000", "1609372800000"),
    ("trades/BTCUSDT-trades-2024-08-08_09.csv.gz", 19_904, 0, 0, "1723161255342", "1723161905800"),
    ("trades/XBTUSD-trades-2018-01-01_02.csv.gz", 250_000, 0, 0, "1514764802610", "1514855975883"),
];

fn opened_at(row: &Row) -> String {
    match row {
        Row::Bar(bar) => bar.candle.open_time.millis().to_string(),
        Row::Trade(trade) => trade.at.millis().to_string(),
    }
}

#[test]
fn every_row_of_every_file() {
    let Some(folder) = folder("every_row_of_every_file") else { return };
    let (mut all, mut seconds) = (0, 0.0);
    for (name, count, gaps, missing, first, last) in FILES {
        let mut replay = open(&[folder.join(name)], SKIP).expect(name);
        assert_eq!(replay.total_rows_hint(), Some(count), "{name}");
        let begin = Instant::now();
        let (rows, error) = drain(&mut replay);
        seconds += begin.elapsed().as_secs_f64();
        all += count;
        assert_eq!((rows.len() as u64, error), (count, None), "{name}");
        assert_eq!(replay.skipped().total, 0, "{name}: {:?}", replay.skipped());
        assert_eq!((replay.gaps().gaps, replay.gaps().missing_bars), (gaps, missing), "{name}");
        let ends = (opened_at(&rows[0]), opened_at(&rows[rows.len() - 1]));
        assert_eq!((ends.0.as_str(), ends.1.as_str()), (first, last), "{name}");
    }
    println!("{all} recorded rows at {:.2} M rows/s", all as f64 / seconds / 1e6);
}

#[test]
fn the_listed_gaps_are_where_they_are_listed() {
    let Some(folder) = folder("the_listed_gaps_are_where_they_are_listed") else { return };
    let mut replay =
        open(&[folder.join("klines/1h-2017-2020/BTCUSDT-1h.csv.gz")], STOP).expect("opens");
    assert_eq!(drain(&mut replay).1, None);
    let found: Vec<(i64, u64)> = replay
        .gaps()
        .examples
        .iter()
        .map(|gap| (gap.first_missing.millis() / 1_000, gap.missing_bars))
        .collect();
    // 2017-09-22 20:00, 2020-11-30 06:00, 2020-12-21 15:00, 2020-12-25 02:00
    let listed = [(1_506_110_400, 4), (1_606_716_000, 1), (1_608_562_800, 3), (1_608_861_600, 1)];
    assert_eq!(found, listed);
}

#[test]
fn four_symbols_together() {
    let Some(folder) = folder("four_symbols_together") else { return };
    let names = ["XRPUSDT", "SOLUSDT", "ETHUSDT", "BTCUSDT"];
    let paths: Vec<PathBuf> =
        names.iter().map(|name| folder.join(format!("klines/5m-2024/{name}-5m.csv.gz"))).collect();
    let mut replay = open(&paths, STOP).expect("opens");
    let (rows, error) = drain(&mut replay);
    assert_eq!((rows.len(), error), (4 * 43_776, None));
    for (index, rows) in rows.chunks(4).enumerate() {
        let close = 1_704_067_200_000 + 300_000 * (index as i64 + 1);
        assert!(rows.iter().all(|row| row.close_time().millis() == close));
        let symbols: Vec<String> = rows.iter().map(|row| row.symbol().to_string()).collect();
        assert_eq!(symbols, ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"]);
    }
    replay.seek(100_001).expect("within");
    assert_eq!(replay.next_row(), Ok(Some(rows[100_001])));
}
