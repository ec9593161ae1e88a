//! Signals on the analytic reference series against those of the earlier system, and the closed-form
//! confidences.

use super::bollinger::{breakout_confidence, reversion_confidence};
use super::*;
use crate::indicators::test_series::{Table, reference};
use domain::Action;

type Found = Vec<(usize, Action, f64)>;

fn signals(params: &StrategyParams) -> Found {
    assert_eq!(params.validate(), []);
    let mut strategy = params.build();
    let answers = reference(200).into_iter().map(|candle| {
        let signal = strategy.on_candle(&candle, &StrategyView::default());
        (signal.action, signal.confidence)
    });
    let all = answers.enumerate().map(|(i, (action, confidence))| (i, action, confidence));
    all.filter(|(_, action, _)| *action != Action::Hold).collect()
}

fn with(mut params: StrategyParams, settings: &[(&str, &str)]) -> StrategyParams {
    for (key, value) in settings {
        params.set(key, value).expect("allowed");
    }
    params
}

fn named(name: &str) -> StrategyParams {
    StrategyParams::default_of(name).expect("known strategy")
}

/// `first` holds index, side and confidence to four decimals.
fn check(found: &Found, count: usize, first: &[(usize, char, f64)]) {
    assert_eq!(found.len(), count, "{found:?}");
    for ((index, action, confidence), (i, side, expected)) in found.iter().zip(first) {
        let expected_action = if *side == 'B' { Action::Buy } else { Action::Sell };
        assert_eq!((index, action), (i, &expected_action), "{found:?}");
        assert!((confidence - expected).abs() < 5.1e-5, "{index}: {confidence}, was {expected}");
    }
}

#[test]
fn ma_crossover_gives_the_earlier_systems_signals() {
    let first = [
        (54, 'B', 0.0231),
        (78, 'S', 0.0549),
        (98, 'B', 0.0241),
        (122, 'S', 0.0552),
        (142, 'B', 0.0251),
        (166, 'S', 0.0556),
    ];
    check(&signals(&named("ma_crossover")), 7, &first);
}

#[test]
fn bollinger_mean_reversion_gives_the_earlier_systems_signals() {
    let first = [
        (22, 'B', 0.5640),
        (23, 'B', 0.5822),
        (24, 'B', 0.5664),
        (25, 'B', 0.5390),
        (26, 'B', 0.5093),
        (43, 'S', 0.5507),
    ];
    check(&signals(&named("bollinger")), 46, &first);
}

/// Relative instead of absolute width: on this gentle slope the same squeezes.
#[test]
fn bollinger_squeeze_gives_the_earlier_systems_signals() {
    let settings = [("mode", "squeeze"), ("breakout_volume_multiplier", "0.9")];
    let first = [
        (44, 'B', 0.6347),
        (66, 'S', 0.6046),
        (87, 'B', 0.6104),
        (111, 'S', 0.6081),
        (131, 'B', 0.6023),
        (154, 'S', 0.6299),
    ];
    check(&signals(&with(named("bollinger"), &settings)), 8, &first);
}

/// TA-Lib's seeding changes the first confidences (from 0.1889 and 0.2082), not the crosses.
#[test]
fn macd_gives_the_earlier_systems_crosses() {
    let first = [
        (38, 'B', 0.1764),
        (61, 'S', 0.1680),
        (82, 'B', 0.1),
        (104, 'S', 0.1),
        (126, 'B', 0.1),
        (148, 'S', 0.1),
    ];
    let found = signals(&named("macd"));
    check(&found, 8, &first);
    let table = Table::parse(include_str!("../../testdata/reference_values.csv"));
    let closes: Vec<_> = reference(200).iter().map(|candle| candle.close).collect();
    for (i, _, confidence) in found {
        let histogram = table.value("macd", i).zip(table.value("signal", i)).map(|(m, s)| m - s);
        let expected = (100.0 * histogram.expect("warm").abs() / closes[i]).clamp(0.1, 1.0);
        assert!((confidence - expected).abs() < 1e-9, "{i}: {confidence}, TA-Lib {expected}");
    }
}

/// Every signal follows from TA-Lib's RSI. The earlier system's zero-seeded RSI gave 116 of them.
#[test]
fn the_rsi_signals_are_those_of_talibs_rsi() {
    let table = Table::parse(include_str!("../../testdata/reference_values.csv"));
    let expected: Found = (15..200)
        .filter_map(|i| match table.value("rsi", i)? {
            rsi if rsi <= 30.0 => Some((i, Action::Buy, ((30.0 - rsi) / 30.0).max(0.1))),
            rsi if rsi >= 70.0 => Some((i, Action::Sell, ((rsi - 70.0) / 30.0).max(0.1))),
            _ => None,
        })
        .collect();
    let found = signals(&named("rsi"));
    assert_eq!((found.len(), expected.len()), (113, 113));
    for (got, expected) in found.iter().zip(&expected) {
        assert_eq!((got.0, got.1), (expected.0, expected.1));
        assert!((got.2 - expected.2).abs() < 1e-9, "{got:?}, TA-Lib {expected:?}");
    }
}

#[test]
fn closed_form_confidences() {
    let near =
        |got: f64, expected: f64| assert!((got - expected).abs() < 5e-5, "{got}, {expected}");
    near(rsi::confidence(20.0, [30.0, 70.0], false), 0.3333);
    near(rsi::confidence(29.9, [30.0, 70.0], false), 0.1);
    near(rsi::confidence(75.0, [30.0, 70.0], false), 0.1667);
    near(rsi::confidence(10.0, [30.0, 70.0], true), 0.5);
    near(rsi::confidence(10.0, [30.0, 70.0], false), 0.6667);
    near(reversion_confidence(0.0, 4.0), 0.5);
    near(reversion_confidence(1.0, 4.0), 0.75);
    near(reversion_confidence(9.0, 4.0), 1.0);
    near(breakout_confidence(0.1, 1.0, 2.0), 0.72);
    near(ma_crossover::confidence(0.003, Some(1.8), Some(30.0)), 0.41);
    near(ma_crossover::confidence(0.003, None, None), 0.03);
    near(ma_crossover::confidence(0.003, None, Some(0.0)), 0.03);
    near(macd::confidence(0.0, 100.0), 0.1);
    near(macd::confidence(-0.5, 100.0), 0.5);
    near(macd::confidence(5.0, 100.0), 1.0);
}
