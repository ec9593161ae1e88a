//! What was approved, and what of it was sent: per intent, filled and live together never exceed it.
//!
//! Built from events alone. A pair of which one leg fills counts once, with its larger leg.

use domain::{
    ClientOrderId, Decimal, EventKind, ExecutionStyle, Fill, NewOrder, OrderPurpose, OrderSide,
    OrderSize, Quantity, Symbol,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Orders of one intent that may be live at once; a pair is one.
const MOST_LIVE: usize = 4;

/// An approved intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Intent {
    symbol: Symbol,
    side: OrderSide,
    purpose: OrderPurpose,
    size: OrderSize,
    /// True for a resting pair: its end is not told, it sends nothing after its legs.
    resting: bool,
    /// Filled by orders that have ended, in the unit of the size.
    spent: Decimal,
}

/// A recorded order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Order {
    order: NewOrder,
    intent: u64,
    linked: Option<ClientOrderId>,
    /// True once it was let through.
    sent: bool,
    /// Filled so far, in the unit of its size.
    filled: Decimal,
    /// True for a budget order that has filled: the venue has spent it, or will say that a rest expires.
    over: bool,
}

impl Order {
    /// What it may come to, in the unit of its size.
    fn most(&self) -> Decimal {
        if self.over { self.filled } else { amount(self.order.size).max(self.filled) }
    }
}

/// Approved intents and their orders.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Intents {
    approved: BTreeMap<u64, Intent>,
    orders: BTreeMap<ClientOrderId, Order>,
    /// Base quantity that the venue has executed of ended orders and whose fills are still missing;
    /// it counts as spent already.
    missing: BTreeMap<ClientOrderId, Decimal>,
}

impl Intents {
    /// Learns from an event.
    pub fn observe(&mut self, kind: &EventKind) {
        match kind {
            EventKind::IntentApproved { intent, symbol, side, purpose, style, size, .. } => {
                let (symbol, side, purpose, size) = (*symbol, *side, *purpose, *size);
                let (resting, spent) = (*style == ExecutionStyle::Resting, Decimal::ZERO);
                let approved = Intent { symbol, side, purpose, size, resting, spent };
                self.approved.insert(*intent, approved);
            }
            EventKind::OrderSubmitted { intent, order, linked, .. } => {
                let (order, intent, linked) = (*order, *intent, *linked);
                let filled = Decimal::ZERO;
                let recorded = Order { order, intent, linked, sent: false, filled, over: false };
                self.orders.insert(order.id, recorded);
            }
            EventKind::OrderFilled { id, fill, .. } => self.fill(*id, fill),
            EventKind::OrderRejected { id, .. } | EventKind::OrderNeverArrived { id } => {
                self.end(*id, None);
            }
            EventKind::OrderCancelled { id, executed }
            | EventKind::OrderExpired { id, executed, .. } => self.end(*id, *executed),
            EventKind::IntentFinished { result } => self.forget(result.intent),
            _ => {}
        }
    }

    /// True for an order whose event was seen, exactly as it is, and that was not sent before.
    pub fn is_recorded(&self, order: &NewOrder) -> bool {
        self.orders.get(&order.id).is_some_and(|known| known.order == *order && !known.sent)
    }

    /// True when the orders of one request fit into what their intent has left.
    pub fn has_room(&self, orders: &[NewOrder]) -> bool {
        let Some(number) = orders.first().and_then(|o| self.intent_of(o.id)) else { return false };
        let Some(intent) = self.approved.get(&number) else { return false };
        let of_it = orders.iter().all(|o| {
            self.intent_of(o.id) == Some(number)
                && (o.symbol, o.side, o.purpose) == (intent.symbol, intent.side, intent.purpose)
                && same_unit(o.size, intent.size)
        });
        let linked = orders.len() == 1 || self.are_a_pair(orders);
        let wanted = orders.iter().map(|o| amount(o.size)).max().unwrap_or(Decimal::MAX);
        let (live, committed) = self.committed(number);
        of_it
            && linked
            && live < MOST_LIVE
            && intent.spent + committed + wanted <= amount(intent.size)
    }

    /// Marks orders as sent.
    pub fn send(&mut self, orders: &[NewOrder]) {
        for order in orders {
            if let Some(known) = self.orders.get_mut(&order.id) {
                known.sent = true;
            }
        }
    }

    /// Intents and orders that are remembered.
    #[cfg(test)]
    pub fn len(&self) -> (usize, usize) {
        (self.approved.len(), self.orders.len())
    }

    fn intent_of(&self, id: ClientOrderId) -> Option<u64> {
        self.orders.get(&id).map(|order| order.intent)
    }

    fn are_a_pair(&self, orders: &[NewOrder]) -> bool {
        let [first, second] = orders else { return false };
        let links = |a: &NewOrder, b: &NewOrder| {
            self.orders.get(&a.id).is_some_and(|order| order.linked == Some(b.id))
        };
        first.id != second.id && links(first, second) && links(second, first)
    }

    /// Live orders of an intent, pairs counted once, and what they may come to.
    fn committed(&self, intent: u64) -> (usize, Decimal) {
        let (mut live, mut sum) = (0, Decimal::ZERO);
        for (id, order) in self.orders.iter().filter(|o| o.1.intent == intent && o.1.sent) {
            let partner = order.linked.and_then(|other| self.orders.get(&other)).filter(|o| o.sent);
            match (partner, order.linked) {
                // Counted with the other leg.
                (Some(_), Some(other)) if other < *id => {}
                (Some(partner), _) => {
                    live += 1;
                    let filled = order.filled + partner.filled;
                    sum += order.most().max(partner.most()).max(filled);
                }
                (None, _) => {
                    live += usize::from(!order.over);
                    sum += order.most();
                }
            }
        }
        (live, sum)
    }

    fn fill(&mut self, id: ClientOrderId, fill: &Fill) {
        let Some(order) = self.orders.get_mut(&id) else {
            self.late_fill(id, fill.quantity.get());
            return;
        };
        match order.order.size {
            OrderSize::Base(size) => {
                order.filled += fill.quantity.get();
                if order.filled >= size.get() {
                    self.end(id, None);
                }
            }
            OrderSize::QuoteBudget(_) => {
                order.filled += fill.price.get() * fill.quantity.get();
                order.over = true;
            }
        }
    }

    /// An order has ended: what it filled, or what the venue says that it executed, is spent.
    fn end(&mut self, id: ClientOrderId, executed: Option<Quantity>) {
        let Some(order) = self.orders.remove(&id) else { return };
        let Some(intent) = self.approved.get_mut(&order.intent) else { return };
        let executed = match order.order.size {
            OrderSize::Base(_) => executed.map_or(Decimal::ZERO, Quantity::get),
            OrderSize::QuoteBudget(_) => Decimal::ZERO,
        };
        intent.spent += order.filled.max(executed);
        let resting = intent.resting;
        if executed > order.filled {
            self.missing.insert(id, executed - order.filled);
        }
        if resting && !self.orders.values().any(|o| o.intent == order.intent) {
            self.forget(order.intent);
        }
    }

    /// A fill of an order that has ended: counted unless the venue had announced it.
    fn late_fill(&mut self, id: ClientOrderId, quantity: Decimal) {
        let Some(intent) = id.decode().and_then(|(number, _)| self.approved.get_mut(&number))
        else {
            return;
        };
        let announced = self.missing.remove(&id).unwrap_or(Decimal::ZERO);
        if announced > quantity {
            self.missing.insert(id, announced - quantity);
        }
        if matches!(intent.size, OrderSize::Base(_)) {
            intent.spent += (quantity - announced).max(Decimal::ZERO);
        }
    }

    /// The work on an intent is over: it sends nothing more.
    fn forget(&mut self, intent: u64) {
        self.approved.remove(&intent);
        self.orders.retain(|_, order| order.intent != intent);
        self.missing.retain(|id, _| id.decode().is_some_and(|(number, _)| number != intent));
    }
}

fn amount(size: OrderSize) -> Decimal {
    match size {
        OrderSize::Base(quantity) => quantity.get(),
        OrderSize::QuoteBudget(budget) => budget,
    }
}

fn same_unit(a: OrderSize, b: OrderSize) -> bool {
    matches!(
        (a, b),
        (OrderSize::Base(_), OrderSize::Base(_))
            | (OrderSize::QuoteBudget(_), OrderSize::QuoteBudget(_))
    )
}
