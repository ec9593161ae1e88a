//! Parameters: every one can be listed, set, read back, refused and serialised.

use super::*;
use crate::regime::RegimeParams;
use crate::trend::TrendParams;

fn check_table<P: Parameters + PartialEq + std::fmt::Debug>() {
    let defaults = P::default();
    assert_eq!(defaults.validate(), [], "{}: defaults are valid", P::OWNER);
    let values = defaults.values();
    assert_eq!(values.len(), P::describe().len());
    for (info, (key, value)) in P::describe().iter().zip(values) {
        assert_eq!(info.key, key);
        assert_eq!(info.default, value, "{}.{key}: documented default", P::OWNER);
        assert!(!info.description.is_empty());
        let mut params = defaults.clone();
        for allowed in [info.min, info.max]
            .into_iter()
            .filter(|v| !v.is_empty())
            .chain(info.choices.iter().copied())
        {
            params.set(key, allowed).expect("bounds and choices are allowed");
            let read = params.values().into_iter().find(|(k, _)| *k == key).expect("listed").1;
            assert_eq!(read, allowed, "{}.{key}: reads back", P::OWNER);
        }
        let beyond = info.max.parse::<f64>().map_or("9".to_owned(), |max| (max + 1.0).to_string());
        for refused in ["", "x", "NaN", "inf", "-1", "1e999", &beyond] {
            let mut params = defaults.clone();
            let error = params.set(key, refused).expect_err("not allowed");
            assert_eq!(
                (error.owner, error.key.as_str(), error.value.as_str()),
                (P::OWNER, key, refused)
            );
            assert_eq!(params, defaults, "nothing changed");
        }
    }
    let error = P::default().set("no_such_key", "1").expect_err("unknown");
    assert!(error.allowed.contains(P::describe()[0].key), "{error}");
}

#[test]
fn every_table_matches_its_struct() {
    check_table::<MaCrossoverParams>();
    check_table::<RsiParams>();
    check_table::<MacdParams>();
    check_table::<BollingerParams>();
    check_table::<RegimeParams>();
    check_table::<TrendParams>();
}

#[test]
fn the_documented_defaults() {
    let text: Vec<String> = StrategyParams::all_defaults()
        .iter()
        .flat_map(|p| p.values().into_iter().map(|(k, v)| format!("{}.{k}={v}", p.name())))
        .collect();
    for expected in [
        "ma_crossover.short_period=20",
        "ma_crossover.long_period=50",
        "ma_crossover.volume_confirmation=false",
        "ma_crossover.volume_multiplier=1.5",
        "ma_crossover.volume_period=20",
        "ma_crossover.momentum_confirmation=false",
        "ma_crossover.trend_strength_filter=false",
        "ma_crossover.adx_filter_enabled=false",
        "ma_crossover.adx_threshold=20",
        "ma_crossover.cooldown_candles=0",
        "rsi.period=14",
        "rsi.overbought=70",
        "rsi.oversold=30",
        "rsi.divergence_enabled=false",
        "rsi.divergence_lookback=14",
        "rsi.divergence_swing_order=3",
        "macd.fast_period=12",
        "macd.slow_period=26",
        "macd.signal_period=9",
        "bollinger.period=20",
        "bollinger.std_dev=2",
        "bollinger.mode=mean_reversion",
        "bollinger.squeeze_candles_required=5",
        "bollinger.breakout_volume_multiplier=1.5",
        "bollinger.cooldown_candles=10",
    ] {
        assert!(text.iter().any(|t| t == expected), "{expected} missing in {text:?}");
    }
    assert_eq!(text.len(), 25);
}

/// Rules between parameters wait for `validate`, so that two can be changed one after the other.
#[test]
fn every_violation_is_named() {
    let mut params = StrategyParams::default_of("ma_crossover").expect("known");
    params.set("short_period", "60").expect("in its own range");
    let messages: Vec<_> = params.validate().iter().map(ToString::to_string).collect();
    assert_eq!(messages, [r#"ma_crossover.short_period must be below long_period (50), got "60""#]);
    params.set("long_period", "100").expect("in its own range");
    assert_eq!(params.validate(), []);

    let broken = StrategyParams::Rsi(RsiParams {
        period: 0,
        overbought: 100.0,
        oversold: f64::NAN,
        divergence_enabled: true,
        divergence_lookback: 7,
        ..RsiParams::default()
    });
    let keys: Vec<_> = broken.validate().into_iter().map(|error| error.key).collect();
    assert_eq!(keys, ["period", "overbought", "oversold", "divergence_lookback"]);
    let swapped = RsiParams { oversold: 70.0, overbought: 30.0, ..RsiParams::default() };
    assert_eq!(swapped.validate()[0].allowed, "below overbought (30)");
    let macd = MacdParams { fast_period: 26, ..MacdParams::default() };
    assert_eq!(macd.validate()[0].key, "fast_period");
}

#[test]
fn settings_text_takes_defaults_and_refuses_unknown_keys() {
    let params: MaCrossoverParams = serde_json::from_str(r#"{"short_period": 5}"#).expect("reads");
    assert_eq!(params, MaCrossoverParams { short_period: 5, ..MaCrossoverParams::default() });
    let params: BollingerParams = serde_json::from_str(r#"{"mode": "squeeze"}"#).expect("reads");
    assert_eq!(params.mode, BollingerMode::Squeeze);
    assert!(serde_json::from_str::<RsiParams>(r#"{"perid": 5}"#).is_err());
    assert!(serde_json::from_str::<BollingerParams>(r#"{"mode": "sqeeze"}"#).is_err());
    for params in StrategyParams::all_defaults() {
        let bytes = postcard::to_stdvec(&params).expect("serialises");
        assert_eq!(postcard::from_bytes::<StrategyParams>(&bytes).expect("restores"), params);
        assert_eq!(params.build().name(), params.name());
    }
    assert_eq!(StrategyParams::default_of("dca"), None);
}
