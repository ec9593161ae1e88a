//! The lattice: whatever order the same facts arrive in, and however often, the order ends up the same.

use super::*;
use crate::{Liquidity, OrderKind, OrderPurpose, OrderSide, OrderSize, Symbol};

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

fn qty(text: &str) -> Quantity {
    Quantity::new(d(text)).expect("quantity")
}

fn id() -> ClientOrderId {
    ClientOrderId::new("00000000", 1, 0, 'e')
}

fn event(kind: EventKind) -> EngineEvent {
    EngineEvent { sequence: 1, at: Timestamp::ZERO, kind }
}

fn submitted(size: OrderSize) -> OrderView {
    let order = NewOrder {
        id: id(),
        symbol: Symbol::parse("BTCUSDT").expect("symbol"),
        side: OrderSide::Buy,
        kind: OrderKind::Market,
        size,
        purpose: OrderPurpose::Entry,
    };
    let reference_price = Price::new(d("100")).ok();
    let kind = EventKind::OrderSubmitted { intent: 1, order, linked: None, reference_price };
    OrderView::submitted(&event(kind)).expect("an order")
}

fn fill(trade_id: u64, quantity: &str) -> EventKind {
    EventKind::OrderFilled {
        id: id(),
        symbol: Symbol::parse("BTCUSDT").expect("symbol"),
        side: OrderSide::Buy,
        fill: Fill {
            trade_id,
            price: Price::new(d("101")).expect("price"),
            quantity: qty(quantity),
            fee: d("0.1"),
            fee_asset: Asset::parse("USDT").expect("asset"),
            liquidity: Liquidity::Taker,
        },
        fee_value: None,
    }
}

/// Every order of `items`.
fn permutations(items: &[EventKind]) -> Vec<Vec<EventKind>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for at in 0..items.len() {
        let mut rest = items.to_vec();
        let first = rest.remove(at);
        all.extend(permutations(&rest).into_iter().map(|mut tail| {
            tail.insert(0, first.clone());
            tail
        }));
    }
    all
}

#[test]
fn the_same_facts_in_any_order_and_number_end_the_same() {
    let base = OrderSize::Base(qty("3"));
    let accepted = || EventKind::OrderAccepted { id: id() };
    let unknown = || EventKind::OrderUnknown { id: id() };
    let cancelled =
        |executed: &str| EventKind::OrderCancelled { id: id(), executed: Some(qty(executed)) };
    let spent = || EventKind::OrderExpired {
        id: id(),
        reason: Name::from("budget_spent").expect("name"),
        executed: None,
    };
    let rows: Vec<(OrderSize, Vec<EventKind>, OrderStatus, &str)> = vec![
        (base, vec![accepted(), unknown()], OrderStatus::Working, "0"),
        (base, vec![accepted(), fill(1, "1")], OrderStatus::PartiallyFilled, "1"),
        (base, vec![unknown(), fill(1, "1"), fill(2, "2")], OrderStatus::Filled, "3"),
        (base, vec![accepted(), fill(1, "1"), cancelled("1")], OrderStatus::Cancelled, "1"),
        (
            base,
            vec![accepted(), fill(1, "1"), fill(2, "1"), cancelled("2")],
            OrderStatus::Cancelled,
            "2",
        ),
        (base, vec![cancelled("3"), fill(1, "1"), fill(2, "2")], OrderStatus::Filled, "3"),
        (
            base,
            vec![EventKind::OrderNeverArrived { id: id() }, accepted()],
            OrderStatus::Working,
            "0",
        ),
        (
            OrderSize::QuoteBudget(d("400")),
            vec![accepted(), fill(1, "1"), spent()],
            OrderStatus::Filled,
            "1",
        ),
    ];
    for (size, facts, status, filled) in rows {
        for order in permutations(&facts) {
            let mut view = submitted(size);
            for kind in order.iter().chain(&order) {
                let rank = view.status.rank();
                let had = view.filled;
                view.apply(&event(kind.clone()));
                assert!(view.status.rank() >= rank && view.filled >= had, "{order:?}");
            }
            assert_eq!((view.status, view.filled.get()), (status, d(filled)), "{order:?}");
            assert_eq!(
                view.trades.len() as u64,
                order.iter().filter(|k| is_fill(k)).count() as u64
            );
        }
    }
}

fn is_fill(kind: &EventKind) -> bool {
    matches!(kind, EventKind::OrderFilled { .. })
}

#[test]
fn an_ended_order_is_settled_only_with_all_its_fills() {
    let mut view = submitted(OrderSize::Base(qty("3")));
    view.apply(&event(EventKind::OrderCancelled { id: id(), executed: Some(qty("2")) }));
    assert!(view.status.is_terminal() && !view.is_settled());
    assert_eq!(view.outstanding(), qty("2"));
    view.apply(&event(fill(7, "2")));
    assert!(view.is_settled());
    assert_eq!(view.outstanding(), Quantity::ZERO);
    assert_eq!(view.slippage_bps(), Some(d("100.00")));
}
