//! Mutated files: never a panic, never a row that the text does not hold, never an invalid candle.

use crate::support::{Folder, Numbers, SKIP, STOP, drain, gzip, klines, open, trades};
use domain::{Bar, Decimal, Interval, MarketTrade};
use exchanges::{Row, RowSource};
use std::str::FromStr;

/// Changes a few places: flips, inserts, removes, copies and swaps bytes, mostly within rows.
fn mutate(content: &mut Vec<u8>, numbers: &mut Numbers) {
    const LIKELY: &[u8] = b"0123456789.,-+eENnaif\n\r \"\0\xff\xc3";
    for _ in 0..1 + numbers.below(4) {
        if content.is_empty() {
            return;
        }
        let at = numbers.below(content.len());
        let byte = LIKELY[numbers.below(LIKELY.len())];
        match numbers.below(8) {
            0 => content[at] ^= 1 << numbers.below(8),
            1 | 2 => content[at] = byte,
            3 => content.insert(at, byte),
            4 => {
                content.remove(at);
            }
            5 => content.truncate(at),
            6 => {
                let end = (at + numbers.below(200)).min(content.len());
                let piece = content[at..end].to_vec();
                let to = numbers.below(content.len());
                content.splice(to..to, piece);
            }
            _ => {
                let end = (at + numbers.below(200)).min(content.len());
                content.drain(at..end);
            }
        }
    }
}

/// Reads a column the slow way, with the decimal type's own parser.
fn number(field: &str) -> Option<Decimal> {
    Decimal::from_str(field).ok()
}

/// Is this line, read the slow way, this bar?
fn line_is_bar(line: &str, bar: &Bar) -> bool {
    let fields: Vec<&str> = line.split(',').collect();
    let candle = &bar.candle;
    fields.len() == 12
        && (fields[0].parse() == Ok(candle.open_time.millis())
            || fields[0].parse() == Ok(candle.open_time.micros()))
        && [candle.open, candle.high, candle.low, candle.close]
            .iter()
            .zip(&fields[1..5])
            .all(|(price, field)| number(field) == Some(price.get()))
        && number(fields[5]) == Some(candle.volume.get())
}

fn line_is_trade(line: &str, trade: &MarketTrade) -> bool {
    let fields: Vec<&str> = line.split(',').collect();
    fields.len() == 7
        && fields[0].parse() == Ok(trade.trade_id)
        && number(fields[1]) == Some(trade.price.get())
        && number(fields[2]) == Some(trade.quantity.get())
        && (fields[4].parse() == Ok(trade.at.millis())
            || fields[4].parse() == Ok(trade.at.micros()))
        && fields[5].eq_ignore_ascii_case(if trade.buyer_is_maker { "true" } else { "false" })
}

/// What holds for every delivered series, whatever was read.
fn check_valid(rows: &[Row]) {
    for row in rows {
        match row {
            Row::Bar(bar) => {
                let c = &bar.candle;
                assert!(c.low.get() > Decimal::ZERO && !c.volume.get().is_sign_negative());
                assert!(c.high >= c.open && c.high >= c.close && c.high >= c.low);
                assert!(c.low <= c.open && c.low <= c.close);
                assert_eq!(c.open_time.millis() % 60_000, 0);
                assert_eq!(bar.interval, Interval::MINUTE);
            }
            Row::Trade(trade) => {
                assert!(trade.price.get() > Decimal::ZERO && trade.quantity.get() > Decimal::ZERO);
            }
        }
    }
    let strictly = |a: &Row, b: &Row| match (a, b) {
        (Row::Trade(a), Row::Trade(b)) => a.at <= b.at && a.trade_id < b.trade_id,
        _ => a.close_time() < b.close_time(),
    };
    assert!(rows.windows(2).all(|pair| strictly(&pair[0], &pair[1])));
}

/// Opens and reads mutated text under both policies; how many rows came and were left out.
fn try_text(folder: &Folder, name: &str, content: &[u8]) -> (usize, u64) {
    let path = folder.file(name, content);
    let Ok(mut skipping) = open(std::slice::from_ref(&path), SKIP) else { return (0, 0) };
    let (rows, error) = drain(&mut skipping);
    assert_eq!(error, None, "skipping never stops");
    check_valid(&rows);
    let text = String::from_utf8_lossy(content);
    // Rows stand in the order of the lines, so one walk finds them all.
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    for row in &rows {
        let found = lines.any(|line| match row {
            Row::Bar(bar) => line_is_bar(line, bar),
            Row::Trade(trade) => line_is_trade(line, trade),
        });
        assert!(found, "{row:?} is in no line of {text:?}");
    }
    let hint = skipping.total_rows_hint().expect("files have an end");
    assert_eq!(rows.len() as u64 + skipping.skipped().total, hint, "every line is accounted for");

    let (before, error) = drain(&mut open(&[path], STOP).expect("opens as before"));
    assert_eq!(before, rows[..before.len()], "the same rows up to the first bad one");
    assert_eq!(error.is_some(), skipping.skipped().total > 0);
    (rows.len(), skipping.skipped().total)
}

#[test]
fn mutated_text_gives_only_rows_that_it_holds() {
    let folder = Folder::new();
    let mut numbers = Numbers(20_240_101);
    let good = [("BTCUSDT-1m.csv", klines(0..12, 1)), ("BTCUSDT-trades-x.csv", trades(0..20))];
    let (mut rows, mut skipped) = (0, 0);
    for round in 0..20_000 {
        let (name, text) = &good[usize::from(round % 3 == 2)];
        let mut content = text.clone().into_bytes();
        mutate(&mut content, &mut numbers);
        let (delivered, left_out) = try_text(&folder, name, &content);
        rows += delivered;
        skipped += left_out;
    }
    println!("20000 mutated files: {rows} rows delivered, {skipped} left out");
    assert!(rows > 100_000 && skipped > 10_000, "{rows} {skipped}");
}

#[test]
fn mutated_gzip_never_panics() {
    let folder = Folder::new();
    let mut numbers = Numbers(3);
    let good = gzip(klines(0..60, 1).as_bytes());
    let mut opened = 0;
    for _ in 0..4_000 {
        let mut content = good.clone();
        mutate(&mut content, &mut numbers);
        let path = folder.file("BTCUSDT-1m.csv.gz", &content);
        if let Ok(mut replay) = open(&[path], SKIP) {
            let (rows, error) = drain(&mut replay);
            assert_eq!(error, None);
            check_valid(&rows);
            opened += 1;
        }
    }
    println!("4000 mutated gzip files: {opened} still opened");
}
