//! Broken input: each kind gives its error, or its counted skip with the other rows intact.

use crate::support::{Folder, SKIP, START, STOP, drain, gzip, kline, klines, open, trade, trades};
use exchanges::{Reason, Row, RowError, RowSource};

/// Good rows with row 5 replaced, under both policies.
fn check_row(name: &str, good: &dyn Fn(i64) -> String, bad: &[u8], reason: Reason, detail: &str) {
    let folder = Folder::new();
    let mut content = Vec::new();
    for index in 0..10 {
        if index == 5 {
            content.extend_from_slice(bad);
        } else {
            content.extend_from_slice(good(index).as_bytes());
        }
        content.push(b'\n');
    }
    let path = folder.file(name, &content);
    let shown = String::from_utf8_lossy(bad).into_owned();

    let mut stopping = open(std::slice::from_ref(&path), STOP).expect("opens");
    let (rows, error) = drain(&mut stopping);
    assert_eq!(rows.len(), 5, "{shown}");
    let error = error.expect("the bad row is an error");
    let text = error.to_string();
    assert!(text.contains(&format!("{} line 6: ", path.display())), "{text}");
    assert!(text.contains(detail), "{shown}: {text}");
    let RowError::Bad { reason: got, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*got, reason, "{shown}");
    assert_eq!(stopping.next_row(), Err(error), "an error is final");

    let mut skipping = open(std::slice::from_ref(&path), SKIP).expect("opens");
    let (rows, error) = drain(&mut skipping);
    assert_eq!((rows.len(), error), (9, None), "{shown}");
    let skipped = skipping.skipped();
    assert_eq!((skipped.total, skipped.of(reason)), (1, 1), "{shown}");
    let example = &skipped.examples[0];
    assert_eq!((&example.file, example.line, example.reason), (&path, 6, reason));
    assert!(example.detail.contains(detail), "{}", example.detail);
}

/// Kline 5 with one column replaced.
fn with(column: usize, value: &str) -> String {
    let line = kline(5, 1);
    let mut fields: Vec<&str> = line.split(',').collect();
    fields[column] = value;
    fields.join(",")
}

#[test]
fn broken_klines() {
    let good = |index| kline(index, 1);
    let off_grid = (START + 5 * 60_000 + 1).to_string();
    let late_close = (START + 60 * 60_000).to_string();
    let early_close = (START + 60_000).to_string();
    let micros = format!("{}000", START + 5 * 60_000);
    let seconds = (START / 1_000).to_string();
    let digits = format!("1.{}", "3".repeat(30));
    let cases: Vec<(String, Reason, &str)> = vec![
        ("garbage".into(), Reason::Columns, "12 columns are needed, got 1"),
        (with(0, "1,2"), Reason::Columns, "12 columns are needed, got 13"),
        (with(11, "0,0"), Reason::Columns, "got 13"),
        (kline(5, 1).rsplit_once(',').expect("comma").0.into(), Reason::Columns, "got 11"),
        (with(11, ""), Reason::Number, "ignore \"\""),
        (with(1, "abc"), Reason::Number, "open \"abc\" must be a plain decimal number"),
        (with(1, "1e3"), Reason::Number, "open \"1e3\""),
        (with(1, "\"42000\""), Reason::Number, "open"),
        (with(1, " 42000.1"), Reason::Number, "open"),
        (with(5, ""), Reason::Number, "volume \"\""),
        (with(7, "x"), Reason::Number, "quote_volume \"x\""),
        (with(8, "0x1"), Reason::Number, "trades \"0x1\""),
        (with(2, "NaN"), Reason::NotFinite, "high \"NaN\" must be a finite number"),
        (with(3, "-inf"), Reason::NotFinite, "low \"-inf\""),
        (with(4, "Infinity"), Reason::NotFinite, "close \"Infinity\""),
        (with(3, "0.00000000"), Reason::PriceNotPositive, "low \"0.00000000\" must be above 0"),
        (with(1, "-1"), Reason::PriceNotPositive, "open \"-1\" must be above 0"),
        (with(5, "-0.1"), Reason::QuantityNegative, "volume \"-0.1\" must be 0 or above"),
        (with(5, &digits), Reason::Digits, "at most 28 significant digits"),
        (with(2, &"9".repeat(25)), Reason::OutOfRange, "below 10^12"),
        (with(5, &"9".repeat(16)), Reason::OutOfRange, "10^15 for quantities"),
        (with(2, "41998"), Reason::HighBelowLow, "high \"41998\" must be at or above the low"),
        (with(1, "42008"), Reason::OpenOutside, "open \"42008\" must be within low and high"),
        (with(1, "42004"), Reason::OpenOutside, "open"),
        (with(4, "42007.000001"), Reason::CloseOutside, "close \"42007.000001\""),
        (with(4, "1"), Reason::CloseOutside, "close"),
        (with(0, &off_grid), Reason::OffGrid, "must be a multiple of the interval"),
        (with(0, &seconds), Reason::TimeRange, "years 2009 to 2099"),
        (with(0, "0"), Reason::TimeRange, "open_time \"0\""),
        (with(0, "9999999999999"), Reason::TimeRange, "open_time"),
        (with(0, "99999999999999999999999"), Reason::Number, "open_time"),
        (with(0, &micros), Reason::TimeUnit, "unit of the file's first rows"),
        (with(6, &late_close), Reason::CloseTime, "at most one interval later"),
        (with(6, &early_close), Reason::CloseTime, "must be after the open time"),
        (kline(2, 1), Reason::Backwards, "must be later than the row before"),
        (kline(4, 1), Reason::Duplicate, "must differ from the row before"),
        ("x".repeat(2_000), Reason::LineTooLong, "longer than the limit"),
        ("7,".repeat(300_000), Reason::LineTooLong, "longer than the limit"),
    ];
    for (bad, reason, detail) in cases {
        check_row("BTCUSDT-1m.csv", &good, bad.as_bytes(), reason, detail);
    }
    let broken_text = [b"17040\xff\xfe", kline(5, 1).as_bytes()].concat();
    check_row("BTCUSDT-1m.csv", &good, &broken_text, Reason::Encoding, "must be UTF-8 text");
    let multiplied = with(1, "٤٢");
    check_row("BTCUSDT-1m.csv", &good, multiplied.as_bytes(), Reason::Number, "open \"٤٢\"");
}

#[test]
fn broken_trades() {
    let with = |column: usize, value: &str| {
        let line = trade(5);
        let mut fields: Vec<&str> = line.split(',').collect();
        fields[column] = value;
        fields.join(",")
    };
    let ahead = (START + 8 * 86_400_000).to_string();
    let before = (START + 3_000).to_string();
    for (bad, reason, detail) in [
        (with(0, "x"), Reason::Number, "trade_id \"x\""),
        (with(0, "1004"), Reason::Duplicate, "trade_id \"1004\""),
        (with(0, "1002"), Reason::TradeIdOrder, "above the trade id before"),
        (with(1, "0"), Reason::PriceNotPositive, "price \"0\" must be above 0"),
        (with(2, "0.000"), Reason::QuantityZero, "qty \"0.000\" must be above 0"),
        (with(2, "-1"), Reason::QuantityNegative, "qty \"-1\""),
        (with(3, ""), Reason::Number, "quote_qty"),
        (with(4, &before), Reason::Backwards, "time \""),
        (with(4, &ahead), Reason::TimeJump, "further ahead"),
        (with(5, "1"), Reason::Flag, "is_buyer_maker \"1\" must be True or False"),
        (with(6, "Tru"), Reason::Flag, "is_best_match \"Tru\""),
        (with(6, "True,"), Reason::Columns, "7 columns are needed, got 8"),
        (kline(5, 1), Reason::Columns, "7 columns are needed, got 12"),
    ] {
        check_row("BTCUSDT-trades-2024.csv", &trade, bad.as_bytes(), reason, detail);
    }
}

#[test]
fn files_that_cannot_be_opened_are_all_told_at_once() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("ADAUSDT-1m.csv")).expect("folder");
    let header = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n";
    let swapped = header.replace("low,close", "close,low") + &klines(0..3, 1);
    let noise: Vec<u8> =
        (0..5_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let packed = gzip(klines(0..3_000, 1).as_bytes());
    let mut damaged = packed.clone();
    let last = damaged.len() - 6;
    damaged[last] ^= 0x55;
    let cases = [
        (folder.path().join("ADAUSDT-1m.csv"), "is a directory, must be a file"),
        (folder.path().join("ALGOUSDT-1m.csv"), "can't be read: No such file"),
        (folder.file("AVAXUSDT-1m.csv", ""), "is empty"),
        (folder.file("BNBUSDT-1m.csv", header), "no usable row in 0 lines"),
        (folder.file("BTCUSDT-1m.csv", "\n\n\r\n"), "no usable row in 0 lines"),
        (
            folder.file("DOGEUSDT-1m.csv", "hello\nworld\n"),
            "no usable row in 2 lines, first: 12 columns are needed, got 1",
        ),
        (folder.file("DOTUSDT-1m.csv.gz", &noise), "neither gzip, zip nor text"),
        (
            folder.file("ETCUSDT-1m.csv", swapped),
            "header names column \"close\" where \"low\" must be",
        ),
        (
            folder.file("ETHUSDT-1m.csv.gz", &packed[..packed.len() / 2]),
            "compressed data ends early after line",
        ),
        (
            folder.file("FILUSDT-1m.csv.gz", &packed[..8]),
            "ends early after line 0 (0 bytes of text)",
        ),
        (folder.file("LTCUSDT-1m.csv.gz", &damaged), "compressed data is broken after line 3000"),
        (folder.file("NEARUSDT-1m.zip", &b"PK\x03\x04 and nothing more"[..]), "broken zip archive"),
        (
            folder.file("SOLUSDT-5m.csv", klines(0..9, 1).replace("1704", "1705")),
            "in 9 lines, first: open_time \"1705067200000\" must be a multiple of the interval",
        ),
        (folder.file("XRPUSDT.csv", klines(0..9, 1)), "name it SYMBOL-INTERVAL"),
        (folder.file("XRPUSDT-7m.csv", klines(0..9, 1)), "interval must be"),
    ];
    let paths: Vec<_> = cases.iter().map(|(path, _)| path.clone()).collect();
    let errors = open(&paths, STOP).expect_err("nothing opens");
    for (index, (path, part)) in cases.iter().enumerate() {
        let of_file: Vec<String> = errors
            .0
            .iter()
            .map(ToString::to_string)
            .filter(|e| e.starts_with(&format!("{}: ", path.display())))
            .collect();
        assert!(of_file.len() == 1 && of_file[0].contains(part), "case {index}: {of_file:?}");
    }
    assert_eq!(errors.0.len(), cases.len());
    assert_eq!(errors.to_string().lines().count(), cases.len(), "one line each");
    let none = open(&[], STOP).expect_err("no files").to_string();
    assert_eq!(none, "no market data file given");
}

#[test]
fn unreadable_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.file("BTCUSDT-1m.csv", klines(0..3, 1));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("chmod");
    if std::fs::File::open(&path).is_ok() {
        println!("skipped: this account may read every file");
        return;
    }
    let error = open(&[path], STOP).expect_err("no permission").to_string();
    assert!(error.contains("can't be read: Permission denied"), "{error}");
}

#[test]
fn rows_before_a_truncation_are_used_when_skipping() {
    let folder = Folder::new();
    let packed = gzip(klines(0..5_000, 1).as_bytes());
    let path = folder.file("BTCUSDT-1m.csv.gz", &packed[..packed.len() * 2 / 3]);
    let mut replay = open(std::slice::from_ref(&path), SKIP).expect("opens");
    let (rows, error) = drain(&mut replay);
    assert_eq!(error, None);
    assert!((2_000..5_000).contains(&rows.len()), "{}", rows.len());
    assert_eq!(replay.skipped().of(Reason::Truncated), 1);
    assert_eq!(replay.skipped().total, 1, "the partial row is no row");
    assert_eq!(replay.files()[0].truncated_after, Some(rows.len() as u64));
    assert_eq!(replay.skipped().examples[0].line, rows.len() as u64 + 1);

    let whole = folder.file("BTCUSDT-1m-whole.csv", klines(0..5_000, 1));
    let (all, _) = drain(&mut open(&[whole], STOP).expect("opens"));
    assert_eq!(rows, all[..rows.len()]);
}

#[test]
fn a_file_that_changes_after_opening_is_noticed() {
    let folder = Folder::new();
    let path = folder.file("BTCUSDT-1m.csv", klines(0..50, 1));
    let mut replay = open(std::slice::from_ref(&path), STOP).expect("opens");
    folder.file("BTCUSDT-1m.csv", klines(0..60, 1));
    let (_, error) = drain(&mut replay);
    assert_eq!(error, Some(RowError::Changed { file: path.clone(), expected: 50, found: 60 }));

    let mut replay = open(std::slice::from_ref(&path), STOP).expect("opens");
    std::fs::remove_file(&path).expect("remove");
    let error = replay.next_row().expect_err("gone").to_string();
    assert!(error.contains("can't be read after line 0"), "{error}");
}

#[test]
fn many_bad_rows_keep_few_examples_and_leave_gaps() {
    let folder = Folder::new();
    let line = |index: i64| if index % 10 == 3 { "bad\n".into() } else { kline(index, 1) + "\n" };
    let path = folder.file("BTCUSDT-1m.csv", (0..1_000).map(line).collect::<String>());
    let mut replay = open(&[path], SKIP).expect("opens");
    let (rows, error) = drain(&mut replay);
    assert_eq!((rows.len(), error), (900, None));
    assert_eq!((replay.skipped().total, replay.skipped().examples.len()), (100, 5));
    let gaps = replay.gaps();
    assert_eq!((gaps.gaps, gaps.missing_bars, gaps.examples.len()), (100, 100, 5));
    assert_eq!(gaps.examples[0].first_missing.millis(), START + 3 * 60_000);
    let Row::Bar(bar) = rows[3] else { panic!("bars") };
    assert_eq!(bar.candle.open_time.millis(), START + 4 * 60_000, "gaps are not filled");
}

#[test]
fn trades_split_at_one_moment_join() {
    let folder = Folder::new();
    let text = trades(0..20);
    let moved = text.replace(&(START + 10_000).to_string(), &(START + 9_000).to_string());
    let lines: Vec<&str> = moved.lines().collect();
    let first = folder.file("BTCUSDT-trades-a.csv", lines[..10].join("\n"));
    let second = folder.file("BTCUSDT-trades-b.csv", lines[10..].join("\n"));
    let (rows, error) = drain(&mut open(&[second, first], STOP).expect("no overlap"));
    assert_eq!((rows.len(), error), (20, None));
}
