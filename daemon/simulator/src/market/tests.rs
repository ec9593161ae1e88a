//! The market is a pure function of seed and symbol, and looks like a market.

use super::*;
use domain::{Decimal, floor_to_step};
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn instruments(symbols: &[&str]) -> Vec<Instrument> {
    let parse = |s: &&str| Instrument::from_symbol(s).expect("Invariant: valid test symbols");
    symbols.iter().map(parse).collect()
}

fn market(seed: u64, symbols: &[&str]) -> SimulatedMarket {
    SimulatedMarket::new(seed, &instruments(symbols), Interval::MINUTE, START)
        .expect("Invariant: a valid test market")
}

fn closes(seed: u64, symbol: &str, count: usize) -> Vec<f64> {
    let bars = market(seed, &[symbol]).history(count);
    bars.iter().map(|b| b.candle.ohlcv().close).collect()
}

#[test]
fn equal_seeds_give_equal_bars_and_others_do_not() {
    let symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
    let bars = market(42, &symbols).history(2_000);
    assert_eq!(bars, market(42, &symbols).history(2_000));
    let other = market(43, &symbols).history(2_000);
    let same = bars.iter().zip(&other).filter(|(a, b)| a.candle.close == b.candle.close).count();
    assert!(same < bars.len() / 100, "{same} equal closes");
}

#[test]
fn a_symbol_depends_on_no_other() {
    let many = market(1, &["XRPUSDT", "BTCUSDT", "ETHUSDT"]).history(500);
    let turned = market(1, &["ETHUSDT", "XRPUSDT", "BTCUSDT"]).history(500);
    assert_eq!(many, turned);
    let alone = market(1, &["ETHUSDT"]).history(500);
    let picked: Vec<Bar> = many.into_iter().filter(|b| b.symbol.as_str() == "ETHUSDT").collect();
    assert_eq!(picked, alone);
}

#[test]
fn symbols_go_their_own_ways() {
    let moves = |symbol| {
        let closes = closes(6, symbol, 5_000);
        closes.windows(2).map(|w| (w[1] / w[0]).ln()).collect::<Vec<_>>()
    };
    let together = correlation(&moves("SOLUSDT"), &moves("XRPUSDT"));
    assert!(together.abs() < 0.1, "{together}");
}

#[test]
fn bars_come_in_the_order_of_close_time_and_symbol() {
    let mut market = market(5, &["SOLUSDT", "BTCUSDT", "XRPUSDT"]);
    let mut last = None;
    for _ in 0..300 {
        let close = market.next_close();
        let bar = market.next_bar();
        assert_eq!(Interval::MINUTE.end_of(bar.candle.open_time), close);
        assert!(last < Some((close, bar.symbol)), "{last:?} before {close:?} {}", bar.symbol);
        last = Some((close, bar.symbol));
    }
    assert_eq!(
        last.map(|l| l.0),
        Some(Interval::MINUTE.open_time(START).plus_micros(6_000_000_000))
    );
}

#[test]
fn stored_in_mid_stream_it_goes_on_identically() {
    let mut one = market(9, &["BTCUSDT", "ETHUSDT"]);
    one.history(333);
    one.next_bar();
    let bytes = postcard::to_stdvec(&one).expect("can be written");
    let mut other: SimulatedMarket = postcard::from_bytes(&bytes).expect("can be read");
    assert_eq!(one, other);
    assert_eq!(one.history(500), other.history(500));
}

#[test]
fn every_bar_is_valid_on_the_grid_and_joins_the_last() {
    for (interval, count) in [("1m", 20_000), ("1s", 2_000), ("1h", 3_000), ("1d", 1_000)] {
        let interval: Interval = interval.parse().expect("valid");
        let list = instruments(&["BTCUSDT", "XRPUSDT", "ETHBTC", "DOGEUSDT", "BTC/KRW"]);
        let mut market = SimulatedMarket::new(3, &list, interval, START).expect("valid");
        let mut closes = BTreeMap::new();
        let (mut joined, mut jumped) = (0, 0);
        for bar in market.history(count) {
            let (c, i) = (bar.candle, list.iter().find(|i| i.symbol == bar.symbol));
            let i = i.expect("Invariant: only asked symbols");
            assert!(c.low <= c.open.min(c.close) && c.high >= c.open.max(c.close), "{bar:?}");
            for price in price_path(&c) {
                assert_eq!(floor_to_step(price.get(), i.tick_size), price.get(), "{bar:?}");
            }
            assert_eq!(floor_to_step(c.volume.get(), i.lot_size), c.volume.get(), "{bar:?}");
            assert!(c.volume.get() > Decimal::ZERO, "{bar:?}");
            match closes.insert(bar.symbol, c.close) {
                Some(close) if close != c.open => jumped += 1,
                _ => joined += 1,
            }
        }
        assert!(jumped > 0 && jumped * 100 < joined, "{jumped} jumps, {joined} joined");
    }
}

#[test]
fn prices_start_where_they_should_and_stay_within_an_order_of_size() {
    for (symbol, price) in [("BTCUSDT", 60_000.0), ("ETHUSDT", 3_000.0), ("ETHBTC", 0.05)] {
        let closes = closes(11, symbol, 200_000);
        assert!((closes[0] / price - 1.0).abs() < 0.02, "{symbol} starts at {}", closes[0]);
        let bounds = price / 5.0..price * 5.0;
        assert!(closes.iter().all(|c| bounds.contains(c)), "{symbol} runs away");
    }
}

#[test]
fn every_phase_occurs_and_does_what_it_says() {
    let mut market = market(2, &["BTCUSDT"]);
    let mut moves: BTreeMap<MarketPhase, Vec<f64>> = BTreeMap::new();
    for _ in 0..50_000 {
        let bar = market.next_bar().candle.ohlcv();
        let symbol = Symbol::parse("BTCUSDT").expect("valid");
        let phase = market.phase(symbol).expect("a symbol of this market");
        moves.entry(phase).or_default().push((bar.close / bar.open).ln());
    }
    let share = |p| moves[&p].len() as f64 / 50_000.0;
    let mean = |p| moves[&p].iter().sum::<f64>() / moves[&p].len() as f64;
    let deviation =
        |p| (moves[&p].iter().map(|m| m * m).sum::<f64>() / moves[&p].len() as f64).sqrt();
    use MarketPhase::{Ranging, TrendDown, TrendUp, Volatile};
    for phase in [TrendUp, TrendDown, Ranging, Volatile] {
        assert!(share(phase) > 0.08, "{phase:?} {}", share(phase));
    }
    assert!(mean(TrendUp) > 1e-4 && mean(TrendDown) < -1e-4);
    assert!(mean(Ranging).abs() < 5e-5);
    assert!(deviation(Volatile) > 1.5 * deviation(Ranging));
}

#[test]
fn volatility_clusters_and_volume_follows_it() {
    let bars = market(4, &["ETHUSDT"]).history(50_000);
    let swings: Vec<f64> =
        bars.iter().map(|b| b.candle.ohlcv()).map(|o| (o.high - o.low) / o.open).collect();
    let volumes: Vec<f64> = bars.iter().map(|b| b.candle.ohlcv().volume).collect();
    let follows = correlation(&swings[1..], &swings[..swings.len() - 1]);
    assert!(follows > 0.3, "swings follow swings: {follows}");
    let with_volume = correlation(&swings, &volumes);
    assert!(with_volume > 0.6, "volume follows swings: {with_volume}");
}

/// Strategies look for prices outside their recent band, so there must be some.
#[test]
fn within_two_hours_of_minutes_there_is_something_to_trade() {
    for seed in 0..20 {
        let closes = closes(seed, "BTCUSDT", 5_000);
        let mut since = 0;
        for window in closes.windows(20) {
            let mean = window.iter().sum::<f64>() / 20.0;
            let deviation =
                (window.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / 20.0).sqrt();
            let outside = (window[19] - mean).abs() > 2.0 * deviation;
            since = if outside { 0 } else { since + 1 };
            assert!(since < 120, "seed {seed}: two hours within the band");
        }
    }
}

#[test]
fn what_no_market_can_be_made_of_is_refused() {
    let new = |list: &[Instrument]| SimulatedMarket::new(1, list, Interval::MINUTE, START);
    assert_eq!(new(&[]), Err(MarketError::NoSymbols));
    let twice = instruments(&["BTCUSDT", "BTCUSDT"]);
    assert_eq!(new(&twice), Err(MarketError::DuplicateSymbol(twice[0].symbol)));
    let flat = Instrument { tick_size: Decimal::ZERO, ..twice[0] };
    assert_eq!(
        new(&[flat]).expect_err("no ticks").to_string(),
        "instrument BTCUSDT: tick_size must be 0.000000000001 to 1000000, got 0"
    );
    let coarse = Instrument { tick_size: Decimal::from(1_000), ..twice[0] };
    let close = new(&[coarse]).expect("valid").next_bar().candle.close.get();
    assert!(close.to_f64() > Some(1_000_000.0), "at least 2000 ticks, got {close}");
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let covariance: f64 = a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum();
    let square = |x: &[f64], m: f64| x.iter().map(|v| (v - m) * (v - m)).sum::<f64>();
    covariance / (square(a, ma) * square(b, mb)).sqrt()
}
