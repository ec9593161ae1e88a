//! The source of market data, the built-in market, candle intervals.

use crate::settings::entry::Entry;
use crate::settings::kind::{Kind, Range};
use crate::settings::{OnBadRow, Series, SourceKind, Speed};
use domain::{Instrument, Interval, Symbol};
use std::path::PathBuf;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "source.kind",
        "",
        "sim",
        "Where market data comes from: the built-in seeded market, or recorded files.",
        Kind::Choice(&["sim", "replay"], |s, word| {
            s.source.kind = if word == "replay" { SourceKind::Replay } else { SourceKind::Sim };
        }),
    ),
    Entry::new(
        "source.speed",
        "times wall time",
        "60",
        "How fast data time runs: 1 is real time, 60 is a one-minute candle a second.",
        Kind::Text("max or a number, 0.01 to 1000000", |s, text| match speed(text) {
            Some(speed) => {
                s.source.speed = speed;
                true
            }
            None => false,
        }),
    ),
    Entry::new(
        "source.files",
        "",
        "",
        "Files of a replay: klines or trades as CSV, plain, gzip or zip. They are merged by time.",
        Kind::List("a list of paths", |s, items| {
            s.source.files = items.iter().map(PathBuf::from).collect();
            Ok(())
        }),
    ),
    Entry::new(
        "source.symbol",
        "",
        "",
        "Pair of all files of a replay; empty takes it from each file's name.",
        Kind::Text("empty or a pair such as BTCUSDT", |s, text| {
            s.source.symbol = Symbol::parse(&text.to_uppercase());
            text.is_empty() || Instrument::from_symbol(text).is_ok()
        }),
    ),
    Entry::new(
        "source.interval",
        "",
        "",
        "What all files of a replay hold: klines of an interval such as 1m, or trades; empty takes \
         it from each file's name.",
        Kind::Text("empty, trades, or an interval such as 1m, 15m, 1h", |s, text| {
            s.source.series = match text {
                "" => None,
                "trades" => Some(Series::Trades),
                other => other.parse().ok().map(Series::Klines),
            };
            text.is_empty() || s.source.series.is_some()
        }),
    ),
    Entry::new(
        "source.on_bad_row",
        "",
        "skip",
        "What an unusable row does: it is left out and counted, or it stops the source.",
        Kind::Choice(&["skip", "error"], |s, word| {
            s.source.on_bad_row = if word == "error" { OnBadRow::Error } else { OnBadRow::Skip };
        }),
    ),
    Entry::new(
        "source.exit_at_end",
        "",
        "false",
        "Whether the daemon ends after a replay's last row; otherwise it keeps serving.",
        Kind::Switch(|s, on| s.source.exit_at_end = on),
    ),
    Entry::new(
        "sim.seed",
        "",
        "1",
        "Seed of the built-in market; the same seed gives the same prices.",
        Kind::Count(Range::closed(0, i64::MAX), |s, n| s.sim.seed = n),
    ),
    Entry::new(
        "sim.symbols",
        "",
        "BTCUSDT,ETHUSDT,SOLUSDT",
        "Pairs of the built-in market.",
        Kind::List("a list of 1 to 50 pairs such as BTCUSDT, each once", |s, items| {
            s.sim.symbols = symbols(items)?;
            Ok(())
        }),
    ),
    Entry::new(
        "sim.interval",
        "",
        "1m",
        "Length of the built-in market's candles.",
        Kind::Text("an interval such as 1m, 5m, 1h", |s, text| {
            text.parse().map(|interval| s.sim.interval = interval).is_ok()
        }),
    ),
    Entry::new(
        "sim.warmup_bars",
        "candles",
        "500",
        "Candles per pair that are made and fed to indicators before trading begins.",
        Kind::Count(Range::closed(0, 100_000), |s, n| s.sim.warmup_bars = n as u32),
    ),
    Entry::new(
        "timeframes",
        "",
        "15m,1h,4h,1d",
        "Candle intervals that are kept besides the source's own.",
        Kind::List("a list of up to 12 intervals such as 15m, 1h, each once", |s, items| {
            s.engine.timeframes = intervals(items)?;
            Ok(())
        }),
    )
    .hot(),
    Entry::new(
        "signal_interval",
        "",
        "",
        "Interval on which strategies decide; empty is the source's own.",
        Kind::Text("empty or an interval such as 1m, 15m, 1h", |s, text| {
            if text.is_empty() {
                s.engine.signal_interval = None;
                return true;
            }
            text.parse().map(|interval| s.engine.signal_interval = Some(interval)).is_ok()
        }),
    )
    .hot(),
];

fn speed(text: &str) -> Option<Speed> {
    if text.eq_ignore_ascii_case("max") {
        return Some(Speed::Max);
    }
    let times: f64 = text.parse().ok()?;
    (0.01..=1_000_000.0).contains(&times).then_some(Speed::Times(times))
}

/// Upper case, without slashes, each once.
fn symbols(items: &[String]) -> Result<Vec<String>, String> {
    let mut found: Vec<String> = Vec::new();
    for item in items {
        let plain: String = item.chars().filter(|c| *c != '/').collect::<String>().to_uppercase();
        let shaped = (3..=24).contains(&plain.len())
            && plain.chars().all(|c| c.is_ascii_alphanumeric())
            && !matches!(
                Instrument::from_symbol(&plain),
                Err(domain::InstrumentError::BadSymbol(_))
            );
        if !shaped || found.contains(&plain) || found.len() == 50 {
            return Err(item.clone());
        }
        found.push(plain);
    }
    if found.is_empty() { Err(String::new()) } else { Ok(found) }
}

fn intervals(items: &[String]) -> Result<Vec<Interval>, String> {
    let mut found: Vec<Interval> = Vec::new();
    for item in items {
        let interval = item.parse().map_err(|_| item.clone())?;
        if found.contains(&interval) || found.len() == 12 {
            return Err(item.clone());
        }
        found.push(interval);
    }
    found.sort();
    Ok(found)
}
