//! Candles, the equity curve, and the bytes of decisions.

use crate::fixture::*;
use domain::{Decimal, DecisionOutcome, Interval, Timestamp};
use storage::{Batch, DecisionResult, EquityPoint, Store};
use tempfile::TempDir;

#[tokio::test]
async fn candles_come_oldest_first_from_the_end() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let mut candles: Vec<_> = (0..300).map(|n| (btc(), Interval::MINUTE, candle(n))).collect();
    candles.push((btc(), Interval::HOUR, candle(0)));
    candles.push((symbol("ETHUSDT"), Interval::MINUTE, candle(7)));
    store.commit(Batch { candles, ..Batch::default() }).await.expect("commits");
    let read = async |before, limit| {
        store.candles(btc(), Interval::MINUTE, before, limit).await.expect("reads")
    };
    assert_eq!(read(None, 3).await, [candle(297), candle(298), candle(299)]);
    assert_eq!(read(Some(minute(2)), 10).await, [candle(0), candle(1)]);
    assert_eq!(read(Some(minute(0)), 10).await, []);
    assert_eq!(read(None, 10_000).await.len(), 300);
    let hours = store.candles(btc(), Interval::HOUR, None, 9).await.expect("reads");
    assert_eq!(hours, [candle(0)]);
}

#[tokio::test]
async fn decisions_come_back_bit_by_bit() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let given = decision(3, btc(), DecisionOutcome::Denied(name("max_total_exposure")));
    let batch = Batch { decisions: vec![given.clone()], ..Batch::default() };
    store.commit(batch).await.expect("commits");
    let mut read = store.decision(btc(), None).await.expect("reads").expect("is there");
    let bits = |d: &domain::DecisionRecord| {
        let signals = d.signals.iter().flat_map(|s| {
            s.figures.iter().map(|f| f.1).chain([s.confidence, s.weight]).collect::<Vec<_>>()
        });
        signals.map(f64::to_bits).collect::<Vec<_>>()
    };
    assert_eq!(bits(&read), bits(&given));
    assert_eq!(read.close.scale(), given.close.scale());
    // NaN is equal to nothing; its bits were compared above.
    assert!(read.signals[1].confidence.is_nan());
    read.signals[1].confidence = 0.0;
    let mut plain = given;
    plain.signals[1].confidence = 0.0;
    assert_eq!(read, plain);
    assert_eq!(DecisionResult::of(&read.outcome), DecisionResult::Denied);
}

/// The stored form may only change together with its version byte.
#[tokio::test]
async fn the_bytes_of_a_decision_are_pinned() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let batch = Batch { decisions: vec![hold(0, btc())], ..Batch::default() };
    store.commit(batch).await.expect("commits");
    let mut raw = crate::faults::raw(&store).await;
    let hex: String = sqlx::query_scalar("SELECT lower(hex(record)) FROM decisions")
        .fetch_one(&mut raw)
        .await
        .expect("reads");
    assert_eq!(hex, include_str!("decision_v1.hex").trim());
}

/// A point every minute: 1000.00, 1000.01, … with one dip and one spike.
async fn with_equity(dir: &TempDir, count: i64) -> Store {
    let store = open(dir).await;
    let value = |n: i64| match n {
        501 => dec("1.5"),
        502 => dec("99999.25"),
        _ => Decimal::new(100_000 + n, 2),
    };
    let equity = (0..count).map(|n| (minute(n), value(n))).collect();
    store.commit(Batch { equity, ..Batch::default() }).await.expect("commits");
    store
}

#[tokio::test]
async fn a_long_equity_curve_keeps_every_extreme() {
    let dir = TempDir::new().expect("tempdir");
    let store = with_equity(&dir, 1_000).await;
    let curve = store.equity(None, None, 100).await.expect("reads");
    assert_eq!((curve.points.len(), curve.total), (100, 1_000));
    assert_eq!((curve.points[0].from, curve.points[0].at), (minute(0), minute(9)));
    assert_eq!(curve.points[0].value, dec("1000.09"));
    assert_eq!((curve.points[0].low, curve.points[0].high), (dec("1000.00"), dec("1000.09")));
    let dip = curve.points[50];
    let wanted = (minute(509), dec("1005.09"), dec("1.5"), dec("99999.25"));
    assert_eq!((dip.at, dip.value, dip.low, dip.high), wanted);
    assert_eq!(curve.points[99].at, minute(999));
    for max in [1, 3, 7, 999, 1_000, 5_000] {
        let curve = store.equity(None, None, max).await.expect("reads");
        assert!(curve.points.len() <= max as usize, "{max}");
        assert_eq!(curve.points.last().map(|p| p.at), Some(minute(999)), "{max}");
        assert_eq!(curve.points.iter().map(|p| p.high).max(), Some(dec("99999.25")), "{max}");
        assert_eq!(curve.points.iter().map(|p| p.low).min(), Some(dec("1.5")), "{max}");
    }
}

#[tokio::test]
async fn equity_ranges_gaps_and_replacements() {
    let dir = TempDir::new().expect("tempdir");
    let store = with_equity(&dir, 10).await;
    let far = minute(100_000);
    let equity = vec![(far, dec("5")), (minute(3), dec("7.10"))];
    store.commit(Batch { equity, ..Batch::default() }).await.expect("commits");
    let some = store.equity(Some(minute(3)), Some(minute(5)), 10).await.expect("reads");
    let point = |at: Timestamp, value: &str| EquityPoint {
        from: at,
        at,
        value: dec(value),
        low: dec(value),
        high: dec(value),
    };
    assert_eq!(some.points, [point(minute(3), "7.10"), point(minute(4), "1000.04")]);
    let thin = store.equity(None, None, 5).await.expect("reads");
    assert_eq!(thin.points.iter().map(|p| p.at).collect::<Vec<_>>(), [minute(9), far]);
    assert_eq!(thin.total, 11);
    let none = store.equity(Some(minute(11)), Some(far), 5).await.expect("reads");
    assert_eq!((none.points.len(), none.total), (0, 0));
}
