//! Values that the tests store. Small and regular, so that a test can foretell what it reads.

use arrayvec::ArrayString;
use domain::{
    Action, Asset, Candle, ClientOrderId, ClosedTrade, Decimal, DecisionOutcome, DecisionRecord,
    EngineEvent, EventKind, ExecutionStyle, ExitReason, Fill, HoldReason, IntentResult, Interval,
    Liquidity, Name, NewOrder, OrderKind, OrderPurpose, OrderSide, OrderSize, OrderView, Price,
    Quantity, Regime, RiskVerdict, SignalRecord, SizingRecord, Symbol, Timestamp, TradeShare,
    Trend,
};
use storage::{Batch, Store};
use tempfile::TempDir;

pub fn dec(text: &str) -> Decimal {
    text.parse().expect("Invariant: test decimals are valid")
}

pub fn symbol(text: &str) -> Symbol {
    Symbol::parse(text).expect("Invariant: test symbols are valid")
}

pub fn name(text: &str) -> Name {
    ArrayString::from(text).expect("Invariant: test names are short")
}

pub fn btc() -> Symbol {
    symbol("BTCUSDT")
}

/// Minute `n` of the test's time.
pub fn minute(n: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_040_000 + n * 60_000)
}

pub fn price(value: i64) -> Price {
    Price::new(Decimal::new(value, 2)).expect("Invariant: test prices are above 0")
}

pub fn quantity(text: &str) -> Quantity {
    Quantity::new(dec(text)).expect("Invariant: test quantities are 0 or above")
}

pub async fn open(dir: &TempDir) -> Store {
    Store::open(dir.path()).await.expect("the store opens")
}

pub fn order_id(intent: u64) -> ClientOrderId {
    ClientOrderId::new("testtest", intent, 0, 'e')
}

pub fn event(sequence: u64, kind: EventKind) -> EngineEvent {
    EngineEvent { sequence, at: minute(sequence.cast_signed()), kind }
}

/// An event that belongs to nothing else.
pub fn plain_event(sequence: u64) -> EngineEvent {
    event(sequence, EventKind::CloseAllStarted { id: sequence, reason: "test".to_owned() })
}

pub fn fill(trade_id: u64, fee: &str, asset: &str) -> Fill {
    Fill {
        trade_id,
        price: price(6_000_050),
        quantity: quantity("0.50"),
        fee: dec(fee),
        fee_asset: Asset::parse(asset).expect("Invariant: test assets are valid"),
        liquidity: Liquidity::Taker,
    }
}

/// Four events of one order that fills at once (intent, submit, accept, fill), starting at
/// `sequence`, with the order that they fold to.
pub fn filled_order(
    sequence: u64,
    intent: u64,
    symbol: Symbol,
    trade_id: u64,
) -> (Vec<EngineEvent>, OrderView) {
    let id = order_id(intent);
    let order = NewOrder {
        id,
        symbol,
        side: OrderSide::Buy,
        kind: OrderKind::Market,
        size: OrderSize::Base(quantity("0.50")),
        purpose: OrderPurpose::Entry,
    };
    let approved = EventKind::IntentApproved {
        intent,
        symbol,
        side: OrderSide::Buy,
        purpose: OrderPurpose::Entry,
        style: ExecutionStyle::Market,
        size: order.size,
        reference_price: price(6_000_000),
        owners: vec![(name("momentum"), dec("1"))],
        decision: Some((Interval::MINUTE, minute(intent.cast_signed()))),
    };
    let kinds = [
        approved,
        EventKind::OrderSubmitted {
            intent,
            order,
            linked: None,
            reference_price: Some(price(6_000_000)),
        },
        EventKind::OrderAccepted { id },
        EventKind::OrderFilled {
            id,
            symbol,
            side: OrderSide::Buy,
            fill: fill(trade_id, "1.25", "USDT"),
            fee_value: None,
        },
    ];
    let events: Vec<EngineEvent> =
        kinds.into_iter().zip(sequence..).map(|(kind, n)| event(n, kind)).collect();
    let mut view = OrderView::submitted(&events[1]).expect("Invariant: the second event submits");
    for event in &events[2..] {
        assert!(view.apply(event));
    }
    (events, view)
}

pub fn filled_batch(sequence: u64, intent: u64, trade_id: u64) -> Batch {
    let (events, view) = filled_order(sequence, intent, btc(), trade_id);
    Batch { wall_at: minute(0), events, orders: vec![view], ..Batch::default() }
}

/// The result of an intent; `slippage` in basis points, `None` when nothing was done.
pub fn execution(
    intent: u64,
    symbol: Symbol,
    (purpose, style): (OrderPurpose, ExecutionStyle),
    slippage: Option<&str>,
) -> IntentResult {
    IntentResult {
        intent,
        symbol,
        side: OrderSide::Sell,
        purpose,
        style,
        wanted: quantity("0.5"),
        filled: if slippage.is_some() { quantity("0.5") } else { Quantity::ZERO },
        average_price: slippage.map(|_| price(6_000_000)),
        reference_price: price(6_000_050),
        fees: dec("0.10"),
        slippage_bps: slippage.map(dec),
        shortfall: dec("0.3"),
        orders: 1,
        note: name(if slippage.is_some() { "" } else { "cancelled" }),
    }
}

pub fn trade(id: u64, symbol: Symbol, strategies: &[&str]) -> ClosedTrade {
    let shares = strategies.iter().map(|strategy| TradeShare {
        strategy: name(strategy),
        quantity: quantity("0.1"),
        profit: dec("-1.50"),
    });
    ClosedTrade {
        id,
        symbol,
        exit_reason: ExitReason::StopLoss,
        opened_at: minute(0),
        closed_at: minute(id.cast_signed()),
        entry_price: price(100),
        exit_price: price(99),
        quantity: quantity("0.2"),
        fees: dec("0.010"),
        profit: dec("-3.00"),
        profit_pct: dec("-1.2500"),
        shares: shares.collect(),
        entry_decision: Some((Interval::MINUTE, minute(0))),
    }
}

pub fn candle(n: i64) -> Candle {
    let prices = [price(1_000 + n), price(1_100 + n), price(900 + n), price(1_010 + n)];
    Candle::new(minute(n), prices, quantity("12.500")).expect("Invariant: test candles agree")
}

/// A decision with every part filled in.
pub fn decision(n: i64, symbol: Symbol, outcome: DecisionOutcome) -> DecisionRecord {
    let signal = |strategy: &str, confidence| SignalRecord {
        strategy: name(strategy),
        action: Action::Buy,
        confidence,
        weight: 0.1 + 0.2,
        enabled: true,
        reason: name("golden_cross"),
        figures: vec![(name("fast"), f64::MIN_POSITIVE), (name("slow"), -0.0)],
    };
    DecisionRecord {
        at: minute(n + 1),
        symbol,
        interval: Interval::MINUTE,
        open_time: minute(n),
        close: dec("60000.10"),
        regime: Some(Regime::TrendingUp),
        trend: Trend::Bullish,
        signals: vec![signal("momentum", 1.0 / 3.0), signal("breakout", f64::NAN)],
        buy_weight: 0.6,
        sell_weight: 0.0,
        confidence: 0.7,
        sizing: Some(SizingRecord {
            method: name("atr"),
            equity: dec("10000.00"),
            price: dec("60000.10"),
            atr: Some(123.456),
            stop_distance: dec("240.1"),
            quantity: quantity("0.00123"),
            bound: name("cash"),
        }),
        risk: vec![RiskVerdict {
            check: name("max_total_exposure"),
            passed: true,
            limit: dec("80"),
            value: dec("12.5"),
        }],
        outcome,
    }
}

pub fn hold(n: i64, symbol: Symbol) -> DecisionRecord {
    decision(n, symbol, DecisionOutcome::Hold(HoldReason::LowConfidence))
}
