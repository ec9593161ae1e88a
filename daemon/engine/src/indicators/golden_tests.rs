//! Every indicator against TA-Lib's own output (testdata/make_goldens.py), to 1e-9, at every index.

use super::test_series::{Table, golden_bars, reference};
use super::{Adx, Atr, Bollinger, Ema, Macd, MeanTrueRange, Rsi, Sma, StdDev, TrueRange};
use domain::Ohlcv;

/// Compares a column; both sides must be undefined at the same indices.
fn check(
    table: &Table,
    column: &str,
    bars: &[Ohlcv],
    mut value: impl FnMut(&Ohlcv) -> Option<f64>,
) {
    let mut compared = 0;
    for (i, bar) in bars.iter().enumerate() {
        match (value(bar), table.value(column, i)) {
            (Some(got), Some(expected)) => {
                assert!((got - expected).abs() < 1e-9, "{column}[{i}]: {got}, TA-Lib {expected}");
                compared += 1;
            }
            (got, expected) => assert_eq!(got, expected, "{column}[{i}]"),
        }
    }
    assert!(compared > bars.len() - 60, "{column}: only {compared} values compared");
}

struct Periods {
    ema: usize,
    rsi: usize,
    atr: usize,
    macd: [usize; 3],
    bollinger: (usize, f64),
    adx: usize,
}

const DEFAULTS: Periods =
    Periods { ema: 20, rsi: 14, atr: 14, macd: [12, 26, 9], bollinger: (20, 2.0), adx: 14 };
const ODD: Periods =
    Periods { ema: 5, rsi: 3, atr: 2, macd: [3, 10, 4], bollinger: (7, 1.5), adx: 5 };

fn check_all(table: &Table, suffix: &str, bars: &[Ohlcv], p: &Periods) {
    let name = |column: &str| format!("{column}{suffix}");
    let mut ema = Ema::new(p.ema);
    check(table, &name("ema"), bars, |b| ema.update(b.close));
    let mut rsi = Rsi::new(p.rsi);
    check(table, &name("rsi"), bars, |b| rsi.update(b.close));
    let mut atr = Atr::new(p.atr);
    check(table, &name("atr"), bars, |b| atr.update(b));

    let [fast, slow, signal] = p.macd;
    let mut macd = Macd::new(fast, slow, signal);
    check(table, &name("macd"), bars, |b| macd.update(b.close).map(|v| v.line));
    let mut macd = Macd::new(fast, slow, signal);
    check(table, &name("signal"), bars, |b| macd.update(b.close).map(|v| v.signal));

    let (period, multiple) = p.bollinger;
    let mut bands = Bollinger::new(period, multiple);
    check(table, &name("upper"), bars, |b| bands.update(b.close).map(|v| v.upper));
    let mut bands = Bollinger::new(period, multiple);
    check(table, &name("lower"), bars, |b| bands.update(b.close).map(|v| v.lower));

    let mut adx = Adx::new(p.adx);
    check(table, &name("adx"), bars, |b| adx.update(b).map(|v| v.adx));
}

/// TA-Lib gives the directional indicators from candle `period + 1` on; ours come with the ADX.
fn check_directional(table: &Table, suffix: &str, bars: &[Ohlcv], period: usize) {
    let mut adx = Adx::new(period);
    for (i, bar) in bars.iter().enumerate() {
        let Some(value) = adx.update(bar) else {
            assert!(i < 2 * period - 1, "no value at {i}");
            continue;
        };
        for (column, got) in [("plus_di", value.plus_di), ("minus_di", value.minus_di)] {
            let expected = table.value(&format!("{column}{suffix}"), i).expect("defined");
            assert!((got - expected).abs() < 1e-9, "{column}[{i}]: {got}, TA-Lib {expected}");
        }
    }
}

#[test]
fn random_bars_equal_talib() {
    let table = Table::parse(include_str!("../../testdata/bars_values.csv"));
    let bars = golden_bars();
    assert_eq!(bars.len(), 2_000);
    check_all(&table, "", &bars, &DEFAULTS);
    check_directional(&table, "", &bars, DEFAULTS.adx);
}

#[test]
fn the_reference_series_equals_talib_at_two_sets_of_periods() {
    let table = Table::parse(include_str!("../../testdata/reference_values.csv"));
    let bars = reference(200);
    check_all(&table, "", &bars, &DEFAULTS);
    check_directional(&table, "", &bars, DEFAULTS.adx);
    check_all(&table, "_odd", &bars, &ODD);
    check_directional(&table, "_odd", &bars, ODD.adx);
}

/// Mean and deviation are TA-Lib's SMA and STDDEV read off its Bollinger bands.
#[test]
fn sma_and_deviation_equal_the_centre_and_width_of_the_bands() {
    let table = Table::parse(include_str!("../../testdata/bars_values.csv"));
    let (mut sma, mut deviation) = (Sma::new(20), StdDev::new(20));
    for (i, bar) in golden_bars().iter().enumerate() {
        let bands = table.value("upper", i).zip(table.value("lower", i));
        let (mean, sigma) = (sma.update(bar.close), deviation.update(bar.close));
        let Some((upper, lower)) = bands else {
            assert_eq!((mean, sigma), (None, None), "index {i}");
            continue;
        };
        assert!((mean.expect("defined") - (upper + lower) / 2.0).abs() < 1e-9, "index {i}");
        let (centre, sigma) = sigma.expect("defined");
        assert!((centre - (upper + lower) / 2.0).abs() < 1e-9, "index {i}");
        assert!((sigma - (upper - lower) / 4.0).abs() < 1e-9, "index {i}");
    }
}

/// Figures of the earlier system on the reference series whose definitions did not change.
#[test]
fn the_earlier_systems_figures_where_definitions_agree() {
    let bars = reference(200);
    let (mut bands, mut mean_range) = (Bollinger::new(20, 2.0), MeanTrueRange::new(14));
    for (i, bar) in bars.iter().enumerate() {
        let (value, range) = (bands.update(bar.close), mean_range.update(bar));
        let expected = match i {
            19 => [101.104385, 107.252530, 113.400675],
            199 => [109.473378, 115.946167, 122.418957],
            _ => continue,
        };
        let value = value.expect("warm");
        for (got, expected) in [value.lower, value.middle, value.upper].iter().zip(expected) {
            assert!((got - expected).abs() < 1e-6, "index {i}: {got}, expected {expected}");
        }
        if i == 199 {
            assert!((range.expect("warm") - 2.072198).abs() < 1e-6);
        }
    }
}

/// Batch formula against the incremental mean, and its first valid index.
#[test]
fn mean_true_range_is_the_plain_mean() {
    let bars = golden_bars();
    let (mut mean, mut range) = (MeanTrueRange::new(14), TrueRange::default());
    let mut ranges = Vec::new();
    for (i, bar) in bars.iter().enumerate() {
        ranges.extend(range.update(bar));
        let got = mean.update(bar);
        assert_eq!(got.is_some(), i >= 14, "index {i}");
        if let Some(got) = got {
            let expected = ranges[ranges.len() - 14..].iter().sum::<f64>() / 14.0;
            assert!((got - expected).abs() < 1e-9, "index {i}");
        }
    }
}
