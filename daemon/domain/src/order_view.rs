//! An order as the events tell it: folding an order's events gives its state, here and nowhere else.

use crate::{
    Amount, Asset, ClientOrderId, EngineEvent, EventKind, Fill, Name, NewOrder, OrderStatus, Price,
    Quantity, Timestamp,
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
        let EventKind::OrderSubmitted { intent, order, linked } = &event.kind else { return None };
        Some(Self {
            order: *order,
            intent: *intent,
            linked: *linked,
            status: OrderStatus::Attempted,
            filled: Quantity::ZERO,
            filled_quote: Amount::ZERO,
            fee: Amount::ZERO,
            fee_asset: None,
            reason: Name::new(),
            created_at: event.at,
            updated_at: event.at,
            sequence: event.sequence,
        })
    }

    /// Applies an event of this order; false when the event is not about it or changes nothing.
    ///
    /// States only move up the lattice; a fill counts in every state, also after a cancel.
    pub fn apply(&mut self, event: &EngineEvent) -> bool {
        if event_order_id(&event.kind) != Some(self.order.id) {
            return false;
        }
        match &event.kind {
            EventKind::OrderAccepted { .. } => self.raise(OrderStatus::Working),
            EventKind::OrderRejected { reason, .. } => {
                self.reason = *reason;
                self.raise(OrderStatus::Rejected);
            }
            EventKind::OrderCancelled { .. } => self.raise(OrderStatus::Cancelled),
            EventKind::OrderExpired { reason, .. } => {
                self.reason = *reason;
                self.raise(OrderStatus::Expired);
            }
            EventKind::OrderFilled { fill, .. } => self.fill(fill),
            EventKind::OrderTriggered { .. } => {}
            _ => return false,
        }
        self.updated_at = event.at;
        self.sequence = event.sequence;
        true
    }

    fn fill(&mut self, fill: &Fill) {
        self.filled = self.filled + fill.quantity;
        self.filled_quote += fill.price.get() * fill.quantity.get();
        self.fee += fill.fee;
        self.fee_asset = Some(fill.fee_asset);
        let complete = match self.order.size {
            crate::OrderSize::Base(size) => self.filled >= size,
            // The venue says when a budget is spent, by an expiry of the rest.
            crate::OrderSize::QuoteBudget(_) => true,
        };
        self.raise(if complete { OrderStatus::Filled } else { OrderStatus::PartiallyFilled });
    }

    fn raise(&mut self, to: OrderStatus) {
        if to.rank() > self.status.rank() || to == OrderStatus::Filled {
            self.status = to;
        }
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
        | EventKind::OrderRejected { id, .. }
        | EventKind::OrderTriggered { id }
        | EventKind::OrderFilled { id, .. }
        | EventKind::CancelRequested { id }
        | EventKind::OrderCancelled { id }
        | EventKind::OrderExpired { id, .. } => Some(*id),
        _ => None,
    }
}
