//! Candle series for tests: the analytic reference, the golden bars, and seeded random walks.

use domain::{Ohlcv, Timestamp};

const HOUR: i64 = 3_600_000_000;
/// 2024-01-01T00:00:00Z.
const START: i64 = 1_704_067_200_000_000;

/// Hourly candle number `index` with these prices.
pub(crate) fn candle(index: usize, [open, high, low, close]: [f64; 4], volume: f64) -> Ohlcv {
    let open_time = Timestamp::from_micros(START).plus_micros(index as i64 * HOUR);
    Ohlcv { open_time, open, high, low, close, volume }
}

/// A candle without a range.
pub(crate) fn flat(index: usize, price: f64) -> Ohlcv {
    candle(index, [price; 4], 10.0)
}

/// A candle around its close, for tests that only care for closes.
pub(crate) fn closing(index: usize, close: f64) -> Ohlcv {
    candle(index, [close, close + 0.5, close - 0.5, close], 10.0)
}

/// The analytic series: a sine of amplitude 10 and period 14 pi on a gentle slope.
pub(crate) fn reference(count: usize) -> Vec<Ohlcv> {
    let close = |i: usize| 100.0 + 10.0 * (i as f64 / 7.0).sin() + 0.05 * i as f64;
    (0..count)
        .map(|i| {
            let (open, last) = (close(i.saturating_sub(1)), close(i));
            let high = open.max(last) + 0.5 + 0.1 * (i % 3) as f64;
            let low = open.min(last) - 0.5 - 0.1 * (i % 4) as f64;
            candle(i, [open, high, low, last], 1_000.0 + 100.0 * (i % 5) as f64)
        })
        .collect()
}

/// The 2,000 golden bars.
pub(crate) fn golden_bars() -> Vec<Ohlcv> {
    let table = Table::parse(include_str!("../../testdata/bars.csv"));
    (0..table.rows.len())
        .map(|i| {
            let field = |name| table.value(name, i).expect("bars have no gaps");
            candle(i, ["open", "high", "low", "close"].map(field), field("volume"))
        })
        .collect()
}

/// A small seeded generator, enough for test data.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Uniform in 0..1.
    pub(crate) fn roll(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in 0..bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.roll() * bound as f64) as usize
    }
}

/// A random walk of `count` candles with steps of about one percent.
pub(crate) fn random_walk(seed: u64, count: usize) -> Vec<Ohlcv> {
    let mut dice = Dice::new(seed);
    let mut close = 100.0;
    (0..count)
        .map(|i| {
            let open: f64 = close;
            close = (open * (1.0 + 0.02 * (dice.roll() - 0.5))).max(1.0);
            let high = open.max(close) * (1.0 + 0.005 * dice.roll());
            let low = open.min(close) * (1.0 - 0.005 * dice.roll());
            candle(i, [open, high, low, close], 1_000.0 * dice.roll())
        })
        .collect()
}

/// A CSV of numbers where an empty field is a missing value.
pub(crate) struct Table {
    names: Vec<&'static str>,
    rows: Vec<Vec<Option<f64>>>,
}

impl Table {
    pub(crate) fn parse(text: &'static str) -> Self {
        let mut lines = text.lines();
        let names = lines.next().expect("a header").split(',').collect();
        let number = |field: &str| {
            (!field.is_empty()).then(|| field.parse().expect("golden fields are numbers"))
        };
        let rows = lines.map(|line| line.split(',').map(number).collect()).collect();
        Self { names, rows }
    }

    pub(crate) fn value(&self, name: &str, row: usize) -> Option<f64> {
        let column = self.names.iter().position(|n| *n == name).expect("a known column");
        self.rows[row][column]
    }
}
