//! What holds for every strategy: no look-ahead, no repeats, quiet in flat markets, exits that pass.

use super::*;
use crate::indicators::test_series::{Dice, closing, flat, golden_bars, random_walk};
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

/// Every strategy, and every mode and filter at least once.
fn variants() -> Vec<StrategyParams> {
    let mut all = StrategyParams::all_defaults();
    all.push(with(
        "ma_crossover",
        &[("short_period", "3"), ("long_period", "8"), ("cooldown_candles", "4")],
    ));
    let filters = ["volume_confirmation", "momentum_confirmation", "trend_strength_filter"];
    let mut settings: Vec<_> = filters.map(|key| (key, "true")).to_vec();
    settings.extend([
        ("adx_filter_enabled", "true"),
        ("adx_threshold", "12"),
        ("volume_multiplier", "1"),
    ]);
    settings.extend([("short_period", "3"), ("long_period", "8")]);
    all.push(with("ma_crossover", &settings));
    all.push(with("rsi", &[("divergence_enabled", "true"), ("divergence_lookback", "40")]));
    all.push(with(
        "bollinger",
        &[("mode", "squeeze"), ("breakout_volume_multiplier", "1.1"), ("cooldown_candles", "3")],
    ));
    all
}

fn regime_at(index: usize) -> Option<Regime> {
    match index % 160 {
        40 => Some(Regime::TrendingUp),
        80 => Some(Regime::Ranging),
        120 => Some(Regime::HighVolatility),
        140 => Some(Regime::TrendingDown),
        _ => None,
    }
}

fn step(strategy: &mut StrategyInstance, index: usize, candle: &Ohlcv) -> Signal {
    if let Some(regime) = regime_at(index) {
        strategy.adapt_to_regime(regime);
    }
    strategy.on_candle(candle, &StrategyView { owns_position: index % 7 < 3 })
}

fn run(params: &StrategyParams, candles: &[Ohlcv]) -> Vec<Signal> {
    let mut strategy = params.build();
    candles.iter().enumerate().map(|(i, candle)| step(&mut strategy, i, candle)).collect()
}

#[test]
fn all_variants_trade_both_sides_so_that_the_other_tests_mean_something() {
    for params in variants() {
        let signals = run(&params, &random_walk(3, 6_000));
        for action in [Action::Buy, Action::Sell] {
            let count = signals.iter().filter(|signal| signal.action == action).count();
            assert!(count >= 3, "{params:?}: {action:?} {count} times");
        }
        for signal in signals {
            match signal.action {
                Action::Hold => assert_eq!(signal.confidence, 0.0),
                _ => assert!(signal.confidence > 0.0 && signal.confidence <= 1.0, "{signal:?}"),
            }
            assert!(signal.figures.iter().all(|(_, value)| value.is_finite()), "{signal:?}");
            assert!(signal.figures.len() < 12, "none left out: {signal:?}");
        }
    }
}

/// Neither truncating the future nor changing it touches a signal of the past.
#[test]
fn no_strategy_looks_ahead() {
    let candles = random_walk(5, 700);
    let other_future = random_walk(6, 700);
    for params in variants() {
        let whole = run(&params, &candles);
        for cut in (0..700).step_by(23) {
            assert_eq!(
                run(&params, &candles[..cut]),
                whole[..cut],
                "{} cut at {cut}",
                params.name()
            );
            let mut changed = candles[..cut].to_vec();
            changed.extend_from_slice(&other_future[cut..]);
            assert_eq!(run(&params, &changed)[..cut], whole[..cut], "{} from {cut}", params.name());
        }
    }
}

#[test]
fn warm_up_of_every_length_is_an_answer() {
    let candles = random_walk(8, 250);
    for params in variants() {
        let required = params.build().required_candles();
        for length in 0..=3 * required.min(80) {
            let signals = run(&params, &candles[..length]);
            assert_eq!(signals.len(), length);
        }
        let mut quiet = params.build();
        for (i, candle) in candles.iter().enumerate() {
            let signal = quiet.on_candle(candle, &OUTSIDER);
            if i + 1 >= required {
                assert_ne!(signal.reason, "insufficient_data", "{} at {i}", params.name());
            }
            assert!(i > 0 || signal.reason == "insufficient_data");
        }
    }
}

/// A flat series never trades, nor does a flat stretch after movement once it fills every window.
#[test]
fn flat_markets_are_left_alone() {
    for params in variants() {
        for price in [0.1, 1e-9, 67_123.45] {
            for regime in [None, Some(Regime::Ranging), Some(Regime::TrendingUp)] {
                let mut strategy = params.build();
                regime.into_iter().for_each(|regime| strategy.adapt_to_regime(regime));
                for i in 0..400 {
                    let signal = strategy.on_candle(&flat(i, price), &OUTSIDER);
                    assert_eq!(signal.action, Action::Hold, "{} at {i}: {signal:?}", params.name());
                }
            }
        }
        let mut strategy = params.build();
        let mut candles = random_walk(12, 300);
        let last = candles[299].close;
        candles.extend((300..1_000).map(|i| flat(i, last)));
        for (i, candle) in candles.iter().enumerate() {
            let signal = strategy.on_candle(candle, &OUTSIDER);
            assert!(
                i < 400 || signal.action == Action::Hold,
                "{} at {i}: {signal:?}",
                params.name()
            );
        }
    }
}

/// A candle delivered twice, or late, gives no second signal and changes nothing.
#[test]
fn only_newer_candles_count() {
    let candles = random_walk(15, 400);
    for params in variants() {
        let expected = run(&params, &candles);
        let mut strategy = params.build();
        for (i, candle) in candles.iter().enumerate() {
            assert_eq!(step(&mut strategy, i, candle), expected[i]);
            let before = strategy.clone();
            for old in [candle, &candles[i / 2]] {
                assert_eq!(strategy.on_candle(old, &OWNER), Signal::hold("candle_not_newer"));
            }
            assert_eq!(strategy, before);
        }
    }
}

#[test]
fn snapshots_at_any_candle_change_nothing() {
    let candles = golden_bars();
    let mut dice = Dice::new(4);
    for params in variants() {
        let expected = run(&params, &candles);
        let mut strategy = params.build();
        for (i, candle) in candles.iter().enumerate() {
            if dice.below(50) == 0 {
                let bytes = postcard::to_stdvec(&strategy).expect("serialises");
                strategy = postcard::from_bytes(&bytes).expect("restores");
            }
            assert_eq!(step(&mut strategy, i, candle), expected[i], "{} at {i}", params.name());
        }
    }
}

/// Whatever the regime, SELLs are those of the same rule without a regime gate.
#[test]
fn a_regime_switches_entries_off_but_never_exits() {
    let gated = [
        ("ma_crossover", Regime::Ranging),
        ("bollinger", Regime::TrendingUp),
        ("bollinger", Regime::TrendingDown),
    ];
    for (name, regime) in gated {
        let params = with(name, &[]);
        let (mut on, mut off) = (params.build(), params.build());
        off.adapt_to_regime(regime);
        let mut turned_off = 0;
        for candle in random_walk(31, 3_000) {
            let (on, off) = (on.on_candle(&candle, &OUTSIDER), off.on_candle(&candle, &OUTSIDER));
            if on.action == Action::Buy {
                assert_eq!((off.action, off.reason), (Action::Hold, "disabled_by_regime"));
                turned_off += 1;
            } else {
                assert_eq!(on, off);
            }
        }
        assert!(turned_off > 10, "{name}: {turned_off}");
    }
    let params = with("bollinger", &[("mode", "squeeze"), ("breakout_volume_multiplier", "0.5")]);
    let (mut on, mut trending) = (params.build(), params.build());
    trending.adapt_to_regime(Regime::TrendingUp);
    for candle in random_walk(31, 3_000) {
        assert_eq!(on.on_candle(&candle, &OUTSIDER), trending.on_candle(&candle, &OUTSIDER));
    }
}

/// A saw tooth that crosses every few candles: after a signal exactly the cooldown is silent.
#[test]
fn a_cooldown_blocks_exactly_its_closed_candles() {
    let saw = |i: usize| closing(i, if i.is_multiple_of(2) { 100.0 } else { 110.0 });
    for cooldown in [0_usize, 1, 2, 5, 10] {
        let text = cooldown.to_string();
        let settings =
            [("short_period", "1"), ("long_period", "2"), ("cooldown_candles", text.as_str())];
        let mut strategy = with("ma_crossover", &settings).build();
        let mut other_symbol = strategy.clone();
        let mut at = Vec::new();
        for i in 0..200 {
            let signal = strategy.on_candle(&saw(i), &OUTSIDER);
            other_symbol.on_candle(&flat(i, 1.0), &OUTSIDER);
            match signal.action {
                Action::Hold => {
                    assert!(i < 2 || signal.reason == "filtered_cooldown", "{signal:?}")
                }
                _ => at.push(i),
            }
        }
        assert!(at.windows(2).all(|pair| pair[1] - pair[0] == cooldown + 1), "{cooldown}: {at:?}");
        assert_eq!(at[0], 2);
    }
}
