//! Answers over much data: all of it is counted, and what is sent stays small.

use super::{Bounds, Interval, analytics, costs, costs_answer, report};
use domain::{
    ClosedTrade, Decimal, EngineEvent, EventKind, ExecutionStyle, ExitReason, IntentResult, Name,
    OrderPurpose, OrderSide, Price, Quantity, Symbol, Timestamp, TradeShare,
};
use storage::{Batch, PageRequest, Store, TradeFilter};

/// Two weeks of minutes.
const POINTS: i64 = 20_160;
const MINUTE: i64 = 60_000_000;

fn symbol(n: u64) -> Symbol {
    Symbol::parse(["BTCUSDT", "ETHUSDT", "SOLUSDT"][n as usize % 3]).expect("valid")
}

fn name(n: u64) -> Name {
    Name::from(["rsi", "macd", "bollinger"][n as usize % 3]).expect("short")
}

fn at(n: u64, count: u64) -> Timestamp {
    Timestamp::from_micros(n.cast_signed() * POINTS * MINUTE / count.cast_signed())
}

fn trade(id: u64, count: u64) -> ClosedTrade {
    let profit = Decimal::new((id * 7_919 % 20_011) as i64 - 10_000, 8);
    let half = Quantity::new(Decimal::new(5, 3)).expect("valid");
    let share = |n| TradeShare { strategy: name(n), quantity: half, profit: profit / Decimal::TWO };
    ClosedTrade {
        id,
        symbol: symbol(id),
        exit_reason: ExitReason::StrategyExit,
        opened_at: at(id, count).plus_micros(-3 * MINUTE),
        closed_at: at(id, count),
        entry_price: Price::new(Decimal::new(6_123_456, 2)).expect("valid"),
        exit_price: Price::new(Decimal::new(6_123_789, 2)).expect("valid"),
        quantity: Quantity::new(Decimal::new(10, 3)).expect("valid"),
        fees: Decimal::new(123_456_789, 9),
        profit,
        profit_pct: Decimal::ONE,
        shares: vec![share(id), share(id + 1)],
        entry_decision: None,
    }
}

/// Two executions for each trade.
fn execution(sequence: u64, count: u64) -> EngineEvent {
    let result = IntentResult {
        intent: sequence,
        symbol: symbol(sequence),
        side: OrderSide::Buy,
        purpose: OrderPurpose::Entry,
        style: ExecutionStyle::Market,
        wanted: Quantity::new(Decimal::new(10, 3)).expect("valid"),
        filled: Quantity::new(Decimal::new(10, 3)).expect("valid"),
        average_price: Price::new(Decimal::new(6_123_456, 2)).ok(),
        reference_price: Price::new(Decimal::new(6_123_300, 2)).expect("valid"),
        fees: Decimal::new(123_456_789, 9),
        slippage_bps: Some(Decimal::new(25, 2)),
        shortfall: Decimal::new(12_345, 5),
        orders: 1,
        note: Name::new(),
    };
    EngineEvent {
        sequence,
        at: at(sequence, count * 2),
        kind: EventKind::IntentFinished { result },
    }
}

async fn filled(dir: &std::path::Path, count: u64) -> Store {
    let store = Store::open(dir).await.expect("opens");
    for first in (0..POINTS).step_by(20_000) {
        let value = |n: i64| Decimal::new(1_000_000_000 + n * 7_919 % 100_003, 5);
        let points = first..(first + 20_000).min(POINTS);
        let equity = points.map(|n| (Timestamp::from_micros(n * MINUTE), value(n))).collect();
        store.commit(Batch { equity, ..Batch::default() }).await.expect("commits");
    }
    for first in (1..=count).step_by(1_000) {
        let events = (first * 2 - 1..(first + 1_000) * 2 - 1).map(|n| execution(n, count));
        let trades = (first..first + 1_000).map(|id| trade(id, count));
        let batch =
            Batch { events: events.collect(), trades: trades.collect(), ..Batch::default() };
        store.commit(batch).await.expect("commits");
    }
    store
}

#[tokio::test]
async fn answers_are_bounded_however_much_there_is() {
    let bounds = Bounds { max_points: 500, max_marked: 250 };
    let end = Timestamp::from_micros(POINTS * MINUTE + 1);
    let all = Interval { from: None, to: end };
    for count in [1_000, 5_000] {
        let dir = tempfile::tempdir().expect("tempdir");
        let store = filled(dir.path(), count).await;
        let found = report(&store, all, bounds, &[]).await.expect("reads");
        let answer = analytics(&found, "USDT".to_owned());
        assert_eq!(answer.statistics.as_ref().map(|figures| figures.trades), Some(count));
        assert_eq!(answer.curve_total, POINTS.cast_unsigned());
        // Each part of the interval keeps its first, last, highest and lowest point at most.
        assert!((250..=2_000).contains(&answer.curve.len()), "{} points", answer.curve.len());
        assert!(answer.markers.len() <= 500, "{} markers", answer.markers.len());
        let (found, sequence) = costs(&store, all).await.expect("reads");
        let answer = costs_answer(&found, all, "USDT".to_owned(), sequence);
        assert_eq!(answer.as_of_sequence, count * 2);
        let page = PageRequest { size: 20, token: String::new() };
        let by_symbol = TradeFilter { symbol: Some(symbol(0)), ..TradeFilter::default() };
        let by_owner = TradeFilter { strategy: Some(name(0)), ..TradeFilter::default() };
        for filter in [TradeFilter::default(), by_symbol, by_owner] {
            let answer = store.trades(&filter, &page).await.expect("reads");
            assert_eq!(answer.items.len(), 20, "{filter:?}");
            assert!(answer.total.is_some_and(|total| total >= count / 3), "{filter:?}");
        }
    }
}
