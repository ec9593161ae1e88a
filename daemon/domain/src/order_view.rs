//! An order as the events tell it: folding an order's events gives its state, here and nowhere else.

use crate::{
    Amount, Asset, ClientOrderId, Decimal, EngineEvent, EventKind, Fill, Name, NewOrder,
    OrderStatus, Price, Quantity, Timestamp,
};
use serde::{Deserialize, Serialize};

/// One order with everything that has happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// The order as it was sent.
    pub order: NewOrder,
    /// The intent it serves.
    pub intent: u64,
    /// The other leg of a pair.
    pub linked: Option<ClientOrderId>,
    /// Where it stands.
    pub status: OrderStatus,
    /// Sum of fills in base units.
    pub filled: Quantity,
    /// Sum of price × quantity over the fills, in quote units.
    pub filled_quote: Amount,
    /// Sum of fees.
    pub fee: Amount,
    /// What the fees were taken in, once there is a fill.
    pub fee_asset: Option<Asset>,
    /// The venue's numbers of the fills: each counts once.
    pub trades: Vec<u64>,
    /// What the venue says to have executed; above `filled` while fills are missing here.
    pub executed: Quantity,
    /// What its fills are measured against.
    pub reference_price: Option<Price>,
    /// True once a stop or target has become a market order.
    pub triggered: bool,
    /// Reason of a rejection or expiry.
    pub reason: Name,
    /// When it was submitted.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Sequence of the event that last changed it.
    pub sequence: u64,
}

impl OrderView {
    /// Starts from an [`EventKind::OrderSubmitted`]; `None` for any other event.
    #[must_use]
    pub fn submitted(event: &EngineEvent) -> Option<Self> {
        let EventKind::OrderSubmitted { intent, order, linked, reference_price } = &event.kind
        else {
            return None;
        };
        Some(Self {
            order: *order,
            intent: *intent,
            linked: *linked,
            status: OrderStatus::Attempted,
            filled: Quantity::ZERO,
            filled_quote: Amount::ZERO,
            fee: Amount::ZERO,
            fee_asset: None,
            trades: Vec::new(),
            executed: Quantity::ZERO,
            reference_price: *reference_price,
            triggered: false,
            reason: Name::new(),
            created_at: event.at,
            updated_at: event.at,
            sequence: event.sequence,
        })
    }

    /// Applies an event of this order; false when the event is not about it or changes nothing.
    ///
    /// States only move up the lattice; a fill counts once, in every state, also after a cancel.
    pub fn apply(&mut self, event: &EngineEvent) -> bool {
        if event_order_id(&event.kind) != Some(self.order.id) {
            return false;
        }
        match &event.kind {
            EventKind::OrderAccepted { .. } => self.raise(OrderStatus::Working),
            EventKind::OrderUnknown { .. } => self.raise(OrderStatus::Unknown),
            EventKind::OrderNeverArrived { .. } => self.raise(OrderStatus::NeverArrived),
            EventKind::OrderRejected { reason, .. } => {
                self.reason = *reason;
                self.raise(OrderStatus::Rejected);
            }
            EventKind::OrderCancelled { executed, .. } => {
                self.executed = self.executed.max(executed.unwrap_or_default());
                self.raise(OrderStatus::Cancelled);
            }
            EventKind::OrderExpired { reason, executed, .. } => {
                self.reason = *reason;
                self.executed = self.executed.max(executed.unwrap_or_default());
                let spent = self.is_budget() && !self.filled.max(self.executed).is_zero();
                self.raise(if spent { OrderStatus::Filled } else { OrderStatus::Expired });
            }
            EventKind::OrderFilled { fill, .. } => self.fill(fill),
            EventKind::OrderTriggered { .. } => {
                self.triggered = true;
                self.raise(OrderStatus::Working);
            }
            _ => return false,
        }
        self.updated_at = event.at;
        self.sequence = event.sequence;
        true
    }

    fn is_budget(&self) -> bool {
        matches!(self.order.size, crate::OrderSize::QuoteBudget(_))
    }

    fn fill(&mut self, fill: &Fill) {
        if self.trades.contains(&fill.trade_id) {
            return;
        }
        self.trades.push(fill.trade_id);
        self.filled = self.filled + fill.quantity;
        self.filled_quote += fill.price.get() * fill.quantity.get();
        self.fee += fill.fee;
        self.fee_asset = Some(fill.fee_asset);
        let complete = match self.order.size {
            crate::OrderSize::Base(size) => self.filled >= size,
            // The venue says when a budget is spent, by an expiry of the rest.
            crate::OrderSize::QuoteBudget(_) => false,
        };
        self.raise(if complete { OrderStatus::Filled } else { OrderStatus::PartiallyFilled });
    }

    fn raise(&mut self, to: OrderStatus) {
        if to.rank() > self.status.rank() || to == OrderStatus::Filled {
            self.status = to;
        }
    }

    /// True when nothing more is to come: it has ended and every fill that the venue counts is here.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.status.is_terminal() && self.filled >= self.executed
    }

    /// Base quantity that may still be executed, or has been and is missing here; for budget orders
    /// only what is missing.
    #[must_use]
    pub fn outstanding(&self) -> Quantity {
        match self.order.size {
            crate::OrderSize::Base(size) if !self.status.is_terminal() => {
                size.saturating_sub(self.filled)
            }
            _ => self.executed.saturating_sub(self.filled),
        }
    }

    /// How much worse than the reference price it was filled, in basis points, 2 places.
    #[must_use]
    pub fn slippage_bps(&self) -> Option<Decimal> {
        slippage_bps(self.order.side, self.reference_price?, self.average_price()?)
    }

    /// Average fill price; `None` before the first fill.
    #[must_use]
    pub fn average_price(&self) -> Option<Price> {
        if self.filled.is_zero() {
            return None;
        }
        Price::new((self.filled_quote / self.filled.get()).round_dp(8)).ok()
    }
}

/// The order that an event is about, if it is about one.
#[must_use]
pub fn event_order_id(kind: &EventKind) -> Option<ClientOrderId> {
    match kind {
        EventKind::OrderSubmitted { order, .. } => Some(order.id),
        EventKind::OrderAccepted { id }
        | EventKind::OrderUnknown { id }
        | EventKind::OrderNeverArrived { id }
        | EventKind::OrderRejected { id, .. }
        | EventKind::OrderTriggered { id }
        | EventKind::OrderFilled { id, .. }
        | EventKind::CancelRequested { id }
        | EventKind::OrderCancelled { id, .. }
        | EventKind::OrderExpired { id, .. } => Some(*id),
        _ => None,
    }
}

/// How much worse than a reference a price is for a side, in basis points, 2 places.
#[must_use]
pub fn slippage_bps(side: crate::OrderSide, reference: Price, average: Price) -> Option<Decimal> {
    let worse = match side {
        crate::OrderSide::Buy => average.get() - reference.get(),
        crate::OrderSide::Sell => reference.get() - average.get(),
    };
    worse
        .checked_mul(Decimal::from(10_000))?
        .checked_div(reference.get())
        .map(|bps| bps.round_dp(2))
}

#[cfg(test)]
mod tests;
