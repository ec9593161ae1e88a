//! What holds for every indicator: snapshots in mid-series change nothing, the start of the series is
//! forgotten, and non-finite input does not panic.

use super::test_series::{Dice, flat, random_walk};
use super::{
    Adx, Atr, Bollinger, Ema, Macd, MeanTrueRange, RollingMedian, Rsi, Sma, StdDev, VolumeRatio,
};
use domain::Ohlcv;
use serde::{Deserialize, Serialize};

/// All indicators fed with the same candles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Suite {
    sma: Sma,
    deviation: StdDev,
    median: RollingMedian,
    ema: Ema,
    rsi: Rsi,
    atr: Atr,
    mean_true_range: MeanTrueRange,
    macd: Macd,
    bollinger: Bollinger,
    adx: Adx,
    volume_ratio: VolumeRatio,
}

impl Suite {
    fn new() -> Self {
        Self {
            sma: Sma::new(50),
            deviation: StdDev::new(20),
            median: RollingMedian::new(30),
            ema: Ema::new(26),
            rsi: Rsi::new(14),
            atr: Atr::new(14),
            mean_true_range: MeanTrueRange::new(14),
            macd: Macd::new(12, 26, 9),
            bollinger: Bollinger::new(20, 2.0),
            adx: Adx::new(14),
            volume_ratio: VolumeRatio::new(20),
        }
    }

    fn update(&mut self, candle: &Ohlcv) -> Vec<Option<f64>> {
        let deviation = self.deviation.update(candle.close);
        let macd = self.macd.update(candle.close);
        let adx = self.adx.update(candle);
        vec![
            self.sma.update(candle.close),
            deviation.map(|v| v.0),
            deviation.map(|v| v.1),
            self.median.update(candle.close),
            self.ema.update(candle.close),
            self.rsi.update(candle.close),
            self.atr.update(candle),
            self.mean_true_range.update(candle),
            macd.map(|v| v.line),
            macd.map(|v| v.signal),
            self.bollinger.update(candle.close).map(|v| v.upper),
            adx.map(|v| v.adx),
            adx.map(|v| v.plus_di),
            adx.map(|v| v.minus_di),
            self.volume_ratio.update(candle.volume),
        ]
    }
}

/// Feeds the series in chunks cut at random; each cut goes through the snapshot format.
#[test]
fn snapshots_at_any_cut_change_no_bit() {
    let candles = random_walk(7, 600);
    for seed in 0..20 {
        let mut dice = Dice::new(seed);
        let (mut whole, mut restored) = (Suite::new(), Suite::new());
        let mut next_cut = dice.below(40);
        for (i, candle) in candles.iter().enumerate() {
            if i == next_cut {
                let bytes = postcard::to_stdvec(&restored).expect("serialises");
                restored = postcard::from_bytes(&bytes).expect("restores");
                assert_eq!(restored, whole, "at {i}");
                next_cut += 1 + dice.below(60);
            }
            assert_eq!(restored.update(candle), whole.update(candle), "seed {seed}, index {i}");
        }
        assert_eq!(restored, whole);
    }
}

/// After a long warm-up the values do not depend on where the series began.
#[test]
fn the_start_of_the_series_is_forgotten() {
    let candles = random_walk(11, 10_000);
    for start in [1, 33, 500, 8_000] {
        let (mut early, mut late) = (Suite::new(), Suite::new());
        for candle in &candles[..start] {
            early.update(candle);
        }
        for (i, candle) in candles[start..].iter().enumerate() {
            let (early, late) = (early.update(candle), late.update(candle));
            if i < 1_000 {
                continue;
            }
            for (a, b) in early.iter().zip(&late) {
                let (a, b) = (a.expect("warm"), b.expect("warm"));
                assert!((a - b).abs() < 1e-9, "start {start}, candle {i}: {a}, {b}");
            }
        }
    }
}

#[test]
fn a_flat_series_has_no_movement_anywhere() {
    let mut suite = Suite::new();
    let mut last = Vec::new();
    for i in 0..500 {
        last = suite.update(&flat(i, 0.1));
    }
    let close = 0.1;
    let expected: Vec<f64> =
        vec![close, close, 0.0, close, close, 50.0, 0.0, 0.0, 0.0, 0.0, close, 0.0, 0.0, 0.0, 1.0];
    for (i, (got, expected)) in last.iter().zip(expected).enumerate() {
        let got = got.expect("warm");
        assert!((got - expected).abs() < 1e-15, "value {i}: {got}, expected {expected}");
    }
}

#[test]
fn non_finite_candles_do_not_panic() {
    let mut dice = Dice::new(3);
    let mut suite = Suite::new();
    for mut candle in random_walk(5, 2_000) {
        let strange = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 1e308];
        match dice.below(12) {
            0 => candle.close = strange[dice.below(6)],
            1 => candle.high = strange[dice.below(6)],
            2 => candle.low = strange[dice.below(6)],
            3 => candle.volume = strange[dice.below(6)],
            _ => {}
        }
        suite.update(&candle);
    }
    assert_eq!(suite.update(&flat(0, 1.0)).len(), 15);
}

/// Periods of 0 and 1 are unusual but must work.
#[test]
fn the_shortest_periods_work() {
    for candle in random_walk(9, 50) {
        for period in [0, 1] {
            assert_eq!(Sma::new(period).update(candle.close), Some(candle.close));
            assert_eq!(Ema::new(period).update(candle.close), Some(candle.close));
            assert_eq!(RollingMedian::new(period).update(candle.close), Some(candle.close));
            assert_eq!(StdDev::new(period).update(candle.close), Some((candle.close, 0.0)));
            assert_eq!(Rsi::new(period).update(candle.close), None);
            assert_eq!(Atr::new(period).update(&candle), None);
            assert_eq!(Adx::new(period).update(&candle), None);
            let macd = Macd::new(period, period, period).update(candle.close);
            assert_eq!(macd.map(|v| v.line), Some(0.0));
        }
    }
}
