//! The rules that belong to one strategy: filters, owner's exits, periods by regime, divergence.

use super::*;
use crate::indicators::test_series::{candle, closing, random_walk};
use domain::Action;

const OWNER: StrategyView = StrategyView { owns_position: true };
const OUTSIDER: StrategyView = StrategyView { owns_position: false };

fn with(name: &str, settings: &[(&str, &str)]) -> StrategyParams {
    let mut params = StrategyParams::default_of(name).expect("known strategy");
    for (key, value) in settings {
        params.set(key, value).expect("allowed");
    }
    assert_eq!(params.validate(), []);
    params
}

fn feed(strategy: &mut StrategyInstance, candles: &[Ohlcv], view: StrategyView) -> Signal {
    let last = candles.iter().map(|candle| strategy.on_candle(candle, &view)).last();
    last.expect("at least one candle")
}

/// Averages of 1 and 2 closes: the last close decides the cross. Its open and volume are given.
fn cross(
    settings: &[(&str, &str)],
    close: f64,
    open: f64,
    volume: f64,
    view: StrategyView,
) -> Signal {
    let mut all = vec![("short_period", "1"), ("long_period", "2"), ("volume_period", "4")];
    all.extend_from_slice(settings);
    let mut strategy = with("ma_crossover", &all).build();
    let before: Vec<_> = (0..40).map(|i| closing(i, 100.0)).collect();
    feed(&mut strategy, &before, view);
    let last = candle(40, [open, open.max(close) + 1.0, open.min(close) - 1.0, close], volume);
    strategy.on_candle(&last, &view)
}

#[test]
fn each_ma_filter_rejects_and_passes() {
    let volume = [("volume_confirmation", "true")];
    assert_eq!(cross(&volume, 110.0, 100.0, 15.0, OUTSIDER).reason, "filtered_volume");
    let passed = cross(&volume, 110.0, 100.0, 30.0, OUTSIDER); // 30 over a mean of 15
    assert_eq!((passed.action, passed.reason), (Action::Buy, "golden_cross"));
    assert!(passed.figures.contains(&("volume_ratio", 2.0)), "{passed:?}");
    let distance = 5.0 / 105.0;
    assert!((passed.confidence - (10.0 * distance + 2.0 / 3.0) / 2.0).abs() < 1e-12);
    assert_eq!(cross(&volume, 110.0, 100.0, 0.0, OUTSIDER).reason, "filtered_volume");

    let momentum = [("momentum_confirmation", "true")];
    for (close, open, reason) in [
        (110.0, 100.0, "golden_cross"),
        (110.0, 110.0, "filtered_momentum"),
        (110.0, 112.0, "filtered_momentum"),
        (90.0, 100.0, "death_cross"),
        (90.0, 90.0, "filtered_momentum"),
        (90.0, 80.0, "filtered_momentum"),
    ] {
        assert_eq!(
            cross(&momentum, close, open, 10.0, OUTSIDER).reason,
            reason,
            "{open} to {close}"
        );
    }

    let adx = [("adx_filter_enabled", "true"), ("adx_threshold", "90")];
    assert_eq!(cross(&adx, 110.0, 100.0, 10.0, OUTSIDER).reason, "filtered_adx");
    let low = [("adx_filter_enabled", "true"), ("adx_threshold", "1")];
    assert_eq!(cross(&low, 110.0, 100.0, 10.0, OUTSIDER).reason, "golden_cross");
}

/// 108 then 101: below the mean by 3.5, above before by 4 - the averages came closer.
#[test]
fn the_trend_strength_filter_wants_a_growing_distance() {
    let settings = [("short_period", "1"), ("long_period", "2"), ("trend_strength_filter", "true")];
    let run = |last: f64| {
        let mut strategy = with("ma_crossover", &settings).build();
        let closes = [100.0, 100.0, 108.0, last];
        let candles: Vec<_> = closes.iter().enumerate().map(|(i, c)| closing(i, *c)).collect();
        feed(&mut strategy, &candles, OUTSIDER).reason
    };
    assert_eq!(run(101.0), "filtered_trend_strength");
    assert_eq!(run(100.0), "filtered_trend_strength", "equal is not strictly greater");
    assert_eq!(run(99.0), "death_cross");
}

/// Filters and cooldown decide about entries; the owner gets out at the cross.
#[test]
fn an_owners_exit_passes_filters_and_cooldown() {
    let all = [
        ("volume_confirmation", "true"),
        ("momentum_confirmation", "true"),
        ("adx_filter_enabled", "true"),
        ("adx_threshold", "90"),
    ];
    assert_eq!(cross(&all, 90.0, 80.0, 1.0, OUTSIDER).reason, "filtered_volume");
    assert_eq!(cross(&all, 90.0, 80.0, 1.0, OWNER).reason, "death_cross");
    assert_eq!(cross(&all, 110.0, 120.0, 1.0, OWNER).reason, "filtered_volume", "an entry");

    let settings = [("short_period", "1"), ("long_period", "2"), ("cooldown_candles", "9")];
    let closes = [100.0, 100.0, 110.0, 90.0];
    let candles: Vec<_> = closes.iter().enumerate().map(|(i, c)| closing(i, *c)).collect();
    for (view, reason) in [(OUTSIDER, "filtered_cooldown"), (OWNER, "death_cross")] {
        let mut strategy = with("ma_crossover", &settings).build();
        assert_eq!(feed(&mut strategy, &candles[..3], OUTSIDER).reason, "golden_cross");
        assert_eq!(strategy.on_candle(&candles[3], &view).reason, reason);
    }
}

/// A fading wave, a break upwards on volume, a fading wave again, a break downwards on no volume, all
/// within one cooldown.
#[test]
fn an_owners_exit_passes_the_squeezes_cooldown_and_volume() {
    let settings = [
        ("mode", "squeeze"),
        ("period", "4"),
        ("std_dev", "1"),
        ("squeeze_candles_required", "1"),
        ("cooldown_candles", "50"),
    ];
    let wave = |start: usize, level: f64| {
        (start..start + 16).map(move |i| {
            let swing = 5.0 / (i - start + 1) as f64;
            closing(i, level + if i.is_multiple_of(2) { swing } else { -swing })
        })
    };
    let last = |i, close: f64, volume| candle(i, [close, close + 0.1, close - 0.1, close], volume);
    let before: Vec<_> = wave(0, 100.0).collect();
    let mut strategy = with("bollinger", &settings).build();
    feed(&mut strategy, &before, OUTSIDER);
    let quiet = |close| last(16, close, 0.0);
    for (close, view, reason) in [
        (140.0, OUTSIDER, "breakout_no_volume"),
        (140.0, OWNER, "breakout_no_volume"),
        (60.0, OUTSIDER, "breakout_no_volume"),
        (60.0, OWNER, "breakout_down"),
    ] {
        assert_eq!(
            strategy.clone().on_candle(&quiet(close), &view).reason,
            reason,
            "{close} {view:?}"
        );
    }
    assert_eq!(strategy.on_candle(&last(16, 140.0, 100.0), &OUTSIDER).reason, "breakout_up");
    let after: Vec<_> = wave(17, 140.0).collect();
    assert_eq!(feed(&mut strategy, &after, OWNER).reason, "cooldown");
    for (close, view, reason) in
        [(180.0, OWNER, "cooldown"), (100.0, OUTSIDER, "cooldown"), (100.0, OWNER, "breakout_down")]
    {
        let answer = strategy.clone().on_candle(&last(33, close, 0.0), &view);
        assert_eq!(answer.reason, reason, "{close} {view:?}");
    }
}

/// The averages of the trend periods are warm when the regime changes: signals are those of a strategy
/// configured with 10/30 from the start, beginning with the very next candle.
#[test]
fn periods_change_with_the_regime_without_warm_up() {
    let candles = random_walk(41, 1_200);
    let mut changing = with("ma_crossover", &[]).build();
    let mut fast = with("ma_crossover", &[("short_period", "10"), ("long_period", "30")]).build();
    let mut slow = with("ma_crossover", &[]).build();
    let mut traded = [0, 0];
    for (i, candle) in candles.iter().enumerate() {
        let trending = (i / 300) % 2 == 1;
        match i % 300 {
            0 if trending => changing.adapt_to_regime(Regime::TrendingDown),
            0 if i > 0 => changing.adapt_to_regime(Regime::HighVolatility),
            _ => {}
        }
        let signal = changing.on_candle(candle, &OUTSIDER);
        let (fast, slow) = (fast.on_candle(candle, &OUTSIDER), slow.on_candle(candle, &OUTSIDER));
        assert_eq!(signal, if trending { fast } else { slow }, "candle {i}");
        traded[usize::from(trending)] += usize::from(signal.action != Action::Hold);
    }
    assert!(traded.iter().all(|count| *count > 3), "{traded:?}");
}

#[test]
fn a_trend_answers_after_thirty_one_candles() {
    let mut strategy = with("ma_crossover", &[]).build();
    strategy.adapt_to_regime(Regime::TrendingUp);
    for (i, candle) in random_walk(2, 60).iter().enumerate() {
        let signal = strategy.on_candle(candle, &OUTSIDER);
        assert_eq!(signal.reason == "insufficient_data", i < 30, "candle {i}");
    }
    assert_eq!(strategy.required_candles(), 51);
}

#[test]
fn rsi_thresholds_follow_the_regime() {
    let params = with("rsi", &[("oversold", "20"), ("overbought", "80")]);
    for (regime, expected) in [
        (None, [20.0, 80.0]),
        (Some(Regime::Ranging), [35.0, 65.0]),
        (Some(Regime::TrendingUp), [30.0, 70.0]),
        (Some(Regime::TrendingDown), [30.0, 70.0]),
        (Some(Regime::HighVolatility), [20.0, 80.0]),
    ] {
        let mut strategy = params.build();
        strategy.adapt_to_regime(Regime::Ranging);
        strategy.adapt_to_regime(regime.unwrap_or(Regime::HighVolatility));
        for candle in random_walk(17, 500) {
            let signal = strategy.on_candle(&candle, &OUTSIDER);
            let Some((_, rsi)) = signal.figures.iter().find(|(name, _)| *name == "rsi") else {
                continue;
            };
            let action = match *rsi {
                rsi if rsi <= expected[0] => Action::Buy,
                rsi if rsi >= expected[1] => Action::Sell,
                _ => Action::Hold,
            };
            assert_eq!(signal.action, action, "{regime:?}: {signal:?}");
        }
    }
}

/// A steep fall, a bounce, a slow fall to a slightly lower low: price lower, RSI higher. `turn` -1
/// mirrors it into a rise.
fn double_bottom(turn: f64) -> Vec<Ohlcv> {
    let mut close: f64 = 200.0;
    let mut closes: Vec<f64> = (0..30).map(|i| 200.0 + f64::from(i % 2)).collect();
    let legs = [(-6.0, 6), (4.0, 5), (-3.0, 7), (3.0, 5), (0.3, 20)];
    for (slope, count) in legs {
        for _ in 0..count {
            close += slope;
            closes.push(close);
        }
    }
    closes.iter().enumerate().map(|(i, c)| closing(i, 400.0 + turn * (c - 200.0))).collect()
}

#[test]
fn divergence_fires_once_per_newest_swing_and_only_when_fresh() {
    let settings = [("divergence_enabled", "true"), ("divergence_lookback", "20")];
    let params = with("rsi", &settings);
    for (turn, action, reason) in
        [(1.0, Action::Buy, "bullish_divergence"), (-1.0, Action::Sell, "bearish_divergence")]
    {
        let mut strategy = params.build();
        let mut fired = Vec::new();
        for (i, candle) in double_bottom(turn).iter().enumerate() {
            let signal = strategy.on_candle(candle, &OUTSIDER);
            if signal.reason.ends_with("divergence") {
                assert_eq!(
                    (signal.action, signal.reason, signal.confidence),
                    (action, reason, 0.8)
                );
                let figure =
                    |n: &str| signal.figures.iter().find(|(k, _)| *k == n).expect("there").1;
                let price = figure("price_swing_newest") - figure("price_swing_earlier");
                let rsi = figure("rsi_swing_newest") - figure("rsi_swing_earlier");
                assert!(price * turn < 0.0 && rsi * turn > 0.0, "{signal:?}");
                fired.push(i);
            } else if signal.action != Action::Hold {
                assert!(signal.confidence <= 0.5, "a bare threshold: {signal:?}");
            }
        }
        // The newest low is candle 47 (30 + 6 + 5 + 7 - 1), confirmed three candles later.
        assert_eq!(fired, [50]);
    }
}

#[test]
fn divergence_needs_its_lookback_as_history_and_both_swings_in_it() {
    let plain = with("rsi", &[]).build().required_candles();
    let divergent = with("rsi", &[("divergence_enabled", "true"), ("divergence_lookback", "20")]);
    assert_eq!((plain, divergent.build().required_candles()), (16, 34));
    let short = with("rsi", &[("divergence_enabled", "true"), ("divergence_lookback", "12")]);
    let mut strategy = short.build();
    let reasons: Vec<_> =
        double_bottom(1.0).iter().map(|c| strategy.on_candle(c, &OUTSIDER).reason).collect();
    assert!(!reasons.contains(&"bullish_divergence"), "the lows are 12 candles apart: {reasons:?}");
}
