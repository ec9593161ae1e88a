//! An engine that sends more than was approved, or what was never approved, gets nothing through.

use super::*;
use domain::{
    Asset, Decimal, EngineEvent, Fill, Liquidity, OcoOrder, OrderKind, OrderSide, OrderSize, Price,
    Quantity, StateCause,
};

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

fn base(text: &str) -> OrderSize {
    OrderSize::Base(Quantity::new(d(text)).expect("quantity"))
}

fn symbol() -> Symbol {
    Symbol::parse("BTCUSDT").expect("symbol")
}

/// A gate that has seen what a test says.
#[derive(Default)]
struct Rig {
    gate: Gate,
    sequence: u64,
}

impl Rig {
    fn see(&mut self, kind: EventKind) {
        self.sequence += 1;
        let event = EngineEvent { sequence: self.sequence, at: Timestamp::ZERO, kind };
        self.gate.observe(&Output::Event(event));
    }

    fn approve(&mut self, intent: u64, side: OrderSide, purpose: OrderPurpose, size: OrderSize) {
        self.see(EventKind::IntentApproved {
            intent,
            symbol: symbol(),
            side,
            purpose,
            size,
            reference_price: Price::new(d("100")).expect("price"),
            owners: Vec::new(),
            decision: None,
            style: domain::ExecutionStyle::Market,
        });
    }

    fn finish(&mut self, intent: u64) {
        let result = domain::IntentResult {
            intent,
            symbol: symbol(),
            side: OrderSide::Sell,
            purpose: OrderPurpose::CloseAll,
            style: domain::ExecutionStyle::Market,
            wanted: Quantity::ZERO,
            filled: Quantity::ZERO,
            average_price: None,
            reference_price: Price::new(d("1")).expect("price"),
            fees: Decimal::ZERO,
            slippage_bps: None,
            shortfall: Decimal::ZERO,
            orders: 1,
            note: domain::Name::new(),
        };
        self.see(EventKind::IntentFinished { result });
    }

    fn approve_exit(&mut self, intent: u64, size: &str) {
        self.approve(intent, OrderSide::Sell, OrderPurpose::CloseAll, base(size));
    }

    fn record(&mut self, intent: u64, order: NewOrder, linked: Option<ClientOrderId>) {
        self.see(EventKind::OrderSubmitted { intent, order, linked, reference_price: None });
    }

    /// Records an order and asks for it; says why it was refused.
    fn send(&mut self, intent: u64, order: NewOrder) -> String {
        self.record(intent, order, None);
        self.ask(OrderRequest::Place(order))
    }

    fn ask(&mut self, request: OrderRequest) -> String {
        let answer = self.gate.pass(&request);
        answer.err().map(|fenced| fenced.reason().to_owned()).unwrap_or_default()
    }

    fn fill(&mut self, order: &NewOrder, quantity: &str) {
        let fill = Fill {
            trade_id: self.sequence,
            price: Price::new(d("100")).expect("price"),
            quantity: Quantity::new(d(quantity)).expect("quantity"),
            fee: d("0"),
            fee_asset: Asset::parse("USDT").expect("asset"),
            liquidity: Liquidity::Taker,
        };
        let (id, symbol, side) = (order.id, order.symbol, order.side);
        self.see(EventKind::OrderFilled { id, symbol, side, fill, fee_value: None });
    }

    fn expire(&mut self, order: &NewOrder) {
        let reason = Name::from("no_liquidity").expect("name");
        self.see(EventKind::OrderExpired { id: order.id, reason, executed: None });
    }

    /// The order was cancelled; the venue says how much of it was executed.
    fn cancel(&mut self, order: &NewOrder, executed: &str) {
        let executed = Quantity::new(d(executed)).ok();
        self.see(EventKind::OrderCancelled { id: order.id, executed });
    }
}

fn order(
    intent: u64,
    attempt: u32,
    side: OrderSide,
    purpose: OrderPurpose,
    size: OrderSize,
) -> NewOrder {
    let id = ClientOrderId::new("00000000", intent, attempt, 'x');
    NewOrder { id, symbol: symbol(), side, kind: OrderKind::Market, size, purpose }
}

fn entry(intent: u64, size: OrderSize) -> NewOrder {
    order(intent, 0, OrderSide::Buy, OrderPurpose::Entry, size)
}

fn exit(intent: u64, attempt: u32, size: &str) -> NewOrder {
    order(intent, attempt, OrderSide::Sell, OrderPurpose::CloseAll, base(size))
}

#[test]
fn an_order_is_never_larger_or_other_than_its_intent() {
    type Change = fn(&mut NewOrder);
    let rows: [(&str, Change); 6] = [
        ("", |_| {}),
        ("above_intent", |o| o.size = base("1.0001")),
        ("above_intent", |o| o.size = OrderSize::QuoteBudget(d("0.5"))),
        ("above_intent", |o| o.side = OrderSide::Sell),
        ("above_intent", |o| o.purpose = OrderPurpose::Protection),
        ("above_intent", |o| o.symbol = Symbol::parse("ETHUSDT").expect("symbol")),
    ];
    for (expected, change) in rows {
        let mut rig = Rig::default();
        rig.approve(1, OrderSide::Buy, OrderPurpose::Entry, base("1"));
        let mut order = entry(1, base("1"));
        change(&mut order);
        assert_eq!(rig.send(1, order), expected, "{order:?}");
        assert_eq!(rig.gate.above_intent, u64::from(!expected.is_empty()));
    }
}

#[test]
fn what_no_event_approved_or_recorded_does_not_leave() {
    let mut rig = Rig::default();
    assert_eq!(rig.send(1, entry(1, base("1"))), "above_intent", "no intent was seen");
    rig.approve(2, OrderSide::Buy, OrderPurpose::Entry, base("1"));
    let order = entry(2, base("1"));
    assert_eq!(rig.ask(OrderRequest::Place(order)), "not_recorded");
    rig.record(2, order, None);
    let other = NewOrder { size: base("0.9"), ..order };
    assert_eq!(rig.ask(OrderRequest::Place(other)), "not_recorded", "not as it was recorded");
    assert_eq!(rig.ask(OrderRequest::Place(order)), "");
    assert_eq!(rig.ask(OrderRequest::Place(order)), "not_recorded", "once only");
}

#[test]
fn filled_and_live_together_stay_within_the_intent() {
    let mut rig = Rig::default();
    rig.approve_exit(1, "10");
    let first = exit(1, 0, "10");
    assert_eq!(rig.send(1, first), "");
    assert_eq!(rig.send(1, exit(1, 1, "0.1")), "above_intent", "ten are live");
    rig.fill(&first, "4");
    assert_eq!(rig.send(1, exit(1, 2, "6")), "above_intent", "the rest is still live");
    rig.expire(&first);
    assert_eq!(rig.send(1, exit(1, 3, "6.1")), "above_intent", "four are sold");
    let second = exit(1, 4, "6");
    assert_eq!(rig.send(1, second), "");
    rig.fill(&second, "6");
    assert_eq!(rig.send(1, exit(1, 5, "0.1")), "above_intent", "all is sold");
    // A refused or unsent order takes nothing away.
    rig.approve_exit(2, "1");
    assert_eq!(rig.send(2, exit(2, 0, "2")), "above_intent");
    assert_eq!(rig.send(2, exit(2, 1, "1")), "");
}

#[test]
fn fills_that_come_late_are_counted_once() {
    let mut rig = Rig::default();
    rig.approve_exit(1, "10");
    let first = exit(1, 0, "10");
    assert_eq!(rig.send(1, first), "");
    rig.fill(&first, "3");
    // The venue has executed five; two are still on their way.
    rig.cancel(&first, "5");
    assert_eq!(rig.send(1, exit(1, 1, "5.1")), "above_intent");
    rig.fill(&first, "2");
    let second = exit(1, 2, "5");
    assert_eq!(rig.send(1, second), "", "announced fills are not counted again");
    rig.cancel(&second, "0");
    // Nobody has announced this one.
    rig.fill(&second, "1");
    assert_eq!(rig.send(1, exit(1, 3, "4.1")), "above_intent");
    assert_eq!(rig.send(1, exit(1, 4, "4")), "");
}

#[test]
fn a_flood_of_tiny_orders_ends_after_a_few() {
    let mut rig = Rig::default();
    rig.approve_exit(1, "10");
    let passed = (0..1_000).filter(|n| rig.send(1, exit(1, *n, "0.001")).is_empty()).count();
    assert_eq!(passed, 4);
    assert_eq!((rig.gate.sent, rig.gate.fenced, rig.gate.above_intent), (4, 996, 996));
}

#[test]
fn a_pair_counts_once_and_only_a_linked_one_does() {
    let legs = |intent: u64| {
        let leg = |leg: char, kind: OrderKind| NewOrder {
            id: ClientOrderId::new("00000000", intent, 0, leg),
            kind,
            ..order(intent, 0, OrderSide::Sell, OrderPurpose::Protection, base("10"))
        };
        let trigger = Price::new(d("90")).expect("price");
        (leg('s', OrderKind::Stop { trigger }), leg('t', OrderKind::TakeProfit { trigger }))
    };
    let mut rig = Rig::default();
    rig.approve(1, OrderSide::Sell, OrderPurpose::Protection, base("10"));
    let (stop, target) = legs(1);
    rig.record(1, stop, Some(target.id));
    rig.record(1, target, Some(stop.id));
    assert_eq!(rig.ask(OrderRequest::PlaceOco(OcoOrder { stop, target })), "");
    rig.fill(&stop, "3");
    let more = NewOrder { id: ClientOrderId::new("00000000", 1, 1, 'x'), ..stop };
    assert_eq!(rig.send(1, more), "above_intent");
    rig.expire(&target);
    rig.expire(&stop);
    let rest = NewOrder { id: ClientOrderId::new("00000000", 1, 2, 'x'), size: base("7"), ..stop };
    assert_eq!(rig.send(1, rest), "", "three of ten are sold");

    rig.approve(2, OrderSide::Sell, OrderPurpose::Protection, base("10"));
    let (stop, target) = legs(2);
    rig.record(2, stop, None);
    rig.record(2, target, None);
    assert_eq!(
        rig.ask(OrderRequest::PlaceOco(OcoOrder { stop, target })),
        "above_intent",
        "two orders that are not each other's pair would both fill"
    );
}

#[test]
fn a_budget_is_spent_once() {
    let mut rig = Rig::default();
    let budget = OrderSize::QuoteBudget(d("1000"));
    rig.approve(1, OrderSide::Buy, OrderPurpose::Entry, budget);
    let first = entry(1, budget);
    assert_eq!(rig.send(1, first), "");
    let again = |attempt: u32, budget: &str| {
        order(1, attempt, OrderSide::Buy, OrderPurpose::Entry, OrderSize::QuoteBudget(d(budget)))
    };
    assert_eq!(rig.send(1, again(1, "1")), "above_intent");
    rig.fill(&first, "6");
    assert_eq!(rig.send(1, again(2, "401")), "above_intent", "600 are spent");
    assert_eq!(rig.send(1, again(3, "400")), "");
}

#[test]
fn what_is_over_is_forgotten() {
    let mut rig = Rig::default();
    let budget = OrderSize::QuoteBudget(d("1000"));
    for n in 0..500 {
        let (buy, sell) = (2 * n + 1, 2 * n + 2);
        rig.approve(buy, OrderSide::Buy, OrderPurpose::Entry, budget);
        let bought = entry(buy, budget);
        assert_eq!(rig.send(buy, bought), "");
        rig.fill(&bought, "5");
        rig.approve_exit(sell, "5");
        let part = exit(sell, 0, "5");
        assert_eq!(rig.send(sell, part), "");
        rig.fill(&part, "2");
        rig.expire(&part);
        let rest = exit(sell, 1, "3");
        assert_eq!(rig.send(sell, rest), "");
        rig.fill(&rest, "3");
        rig.finish(buy);
        rig.finish(sell);
        assert_eq!(rig.gate.intents.len(), (0, 0), "round {n}");
    }
}

#[test]
fn the_state_comes_before_the_intent() {
    let mut rig = Rig::default();
    rig.approve(1, OrderSide::Buy, OrderPurpose::Entry, base("1"));
    rig.see(EventKind::TradingStateChanged {
        from: TradingState::Active,
        to: TradingState::Reducing,
        epoch: 1,
        cause: StateCause::RepeatedRejections { limit: 5, value: 5 },
        frozen: false,
    });
    assert_eq!(rig.send(1, entry(1, base("1"))), "trading_state");
    rig.approve_exit(2, "1");
    assert_eq!(rig.send(2, exit(2, 0, "1")), "");
    assert_eq!(rig.ask(OrderRequest::Cancel(exit(2, 0, "1").id)), "", "a cancel always passes");
}

/// An exit may wait long for its first order, or its next, while other intents of the pair come and go.
#[test]
fn an_intent_that_waits_keeps_its_room() {
    let mut rig = Rig::default();
    rig.approve_exit(1, "5");
    let first = exit(1, 0, "5");
    assert_eq!(rig.send(1, first), "");
    rig.see(EventKind::OrderNeverArrived { id: first.id });
    rig.approve_exit(2, "1");
    rig.finish(2);
    assert_eq!(rig.send(1, exit(1, 1, "5")), "");
    rig.finish(1);
    assert_eq!(rig.send(1, exit(1, 2, "5")), "above_intent", "what is over sends nothing more");
}
