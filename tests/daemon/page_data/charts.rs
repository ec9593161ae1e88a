//! Charts: candles, indicators and symbols as the engine saw them.

use super::decisions::decisions;
use super::{finished, settings};
use std::collections::BTreeMap;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::client::micros;

fn argument(name: &str, value: &str) -> IndicatorArgument {
    IndicatorArgument { name: name.to_owned(), value: value.parse().expect("a number") }
}

#[tokio::test(flavor = "multi_thread")]
async fn charts_show_what_the_engine_saw() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = finished(folder.path()).await;
    let settings = settings(&api).await;
    let symbols = api.market().list_symbols(ListSymbolsRequest {}).await.expect("answers");
    let symbols = symbols.into_inner().symbols;
    assert_eq!(symbols.len(), 2);
    let btc = symbols.iter().find(|s| s.symbol == "BTCUSDT").expect("is traded");
    assert_eq!((btc.base_asset.as_str(), btc.quote_asset.as_str()), ("BTC", "USDT"));
    assert!(
        btc.intervals.len() > 1 && btc.intervals.iter().any(|i| i.interval == btc.trend_interval)
    );
    // Page by page backwards, to the first candle that is there.
    let base = &btc.intervals[0];
    let mut before = None;
    let mut candles = Vec::new();
    loop {
        let request = ListCandlesRequest {
            symbol: "BTCUSDT".to_owned(),
            interval: base.interval.clone(),
            before,
            limit: 1_700,
        };
        let page = api.market().list_candles(request).await.expect("answers").into_inner();
        before = page.candles.first().and_then(|c| c.open_time);
        candles.splice(0..0, page.candles);
        if !page.has_earlier {
            break;
        }
    }
    assert_eq!(candles.len(), 4_400);
    assert_eq!(candles.first().and_then(|c| c.open_time), base.first_open_time);
    assert_eq!(candles.last().and_then(|c| c.open_time), base.last_open_time);

    // The engine's own readings at the last candle of the signals.
    let period = |key: &str| settings.get(key).unwrap_or_else(|| panic!("no {key}")).clone();
    let rsi = argument("period", &period("strategies.rsi.period"));
    let macd = ["fast", "slow", "signal"]
        .map(|name| argument(name, &period(&format!("strategies.macd.{name}_period"))));
    let choice = |name: &str, arguments: Vec<IndicatorArgument>| IndicatorChoice {
        name: name.to_owned(),
        arguments,
    };
    let request = GetIndicatorsRequest {
        symbol: "BTCUSDT".to_owned(),
        limit: 2_000,
        indicators: vec![
            choice("atr", vec![argument("period", &period("risk.atr_period"))]),
            choice("rsi", vec![rsi]),
            choice("macd", macd.to_vec()),
            choice("sma", vec![argument("period", "3")]),
        ],
        ..Default::default()
    };
    let answer = api.market().get_indicators(request).await.expect("answers").into_inner();
    assert_eq!(answer.series.len(), 6);
    let near = |found: f64, wanted: f64, what: &str| {
        assert!((found - wanted).abs() <= 1e-9 * (1.0 + wanted.abs()), "{what}: {found} {wanted}");
    };
    let series = |name: &str, output: &str| {
        let own = |s: &&IndicatorSeries| s.indicator == name && s.output == output;
        let found = answer.series.iter().find(own).expect("was asked for");
        assert_eq!(found.points.len(), answer.open_times.len());
        found.points.iter().map(|p| p.value).collect::<Vec<_>>()
    };
    let regimes = api.market().list_regimes(ListRegimesRequest {}).await.expect("answers");
    let regimes = regimes.into_inner().regimes;
    let engine = regimes.iter().find(|r| r.symbol == "BTCUSDT").expect("is traded");
    near(series("atr", "atr").last().copied().flatten().expect("warm"), engine.atr, "atr");
    // What strategies had before them when they decided, candle by candle.
    let figure = |d: &Decision, strategy: &str, name: &str| {
        let signal = d.signals.iter().find(|s| s.strategy == strategy)?;
        signal.figures.iter().find(|f| f.name == name).map(|f| f.value)
    };
    let request = ListDecisionsRequest { symbol: "BTCUSDT".to_owned(), ..Default::default() };
    let taken = decisions(&api, request).await;
    let by_open: BTreeMap<i64, &Decision> =
        taken.iter().map(|d| (micros(d.open_time.as_ref()), d)).collect();
    let mut compared = [0; 2];
    for (at, open) in answer.open_times.iter().enumerate() {
        let Some(decision) = by_open.get(&micros(Some(open))) else { continue };
        let pairs = [
            ("rsi", "rsi", series_at(&series("rsi", "rsi"), at)),
            ("macd", "histogram", series_at(&series("macd", "histogram"), at)),
        ];
        for (place, (strategy, name, value)) in pairs.into_iter().enumerate() {
            if let Some(wanted) = figure(decision, strategy, name) {
                near(value.expect("warm"), wanted, name);
                compared[place] += 1;
            }
        }
        if at % 97 != 0 {
            continue;
        }
        let close = |back: usize| -> f64 {
            let own = candles.iter().position(|c| c.open_time == Some(*open));
            own.and_then(|own| candles.get(own - back))
                .map_or(0.0, |c| c.close.parse().expect("a price"))
        };
        if base.interval == answer.interval {
            let mean = (close(0) + close(1) + close(2)) / 3.0;
            near(series_at(&series("sma", "sma"), at).expect("warm"), mean, "sma");
        }
    }
    assert!(compared.iter().all(|n| *n > 100), "{compared:?} candles had figures to compare with");
    let catalogue = api.market().list_indicators(ListIndicatorsRequest {}).await.expect("answers");
    for info in catalogue.into_inner().indicators {
        let request = GetIndicatorsRequest {
            symbol: "ETHUSDT".to_owned(),
            limit: 3,
            indicators: vec![choice(&info.name, vec![])],
            ..Default::default()
        };
        let answer = api.market().get_indicators(request).await.expect("answers").into_inner();
        let outputs: Vec<&str> = answer.series.iter().map(|s| s.output.as_str()).collect();
        assert_eq!(outputs, info.outputs, "{}", info.name);
        assert!(answer.series.iter().all(|s| s.points.iter().all(|p| p.value.is_some())));
    }
}

fn series_at(series: &[Option<f64>], at: usize) -> Option<f64> {
    series.get(at).copied().flatten()
}
