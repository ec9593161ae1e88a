//! The second lock: the last look at a request before it leaves. It believes events, not the engine.
//!
//! It keeps its own copy of the trading state and of what was approved, and lets through only what
//! both allow: orders out are never more than intents approved.

mod intents;

use domain::{
    ClientOrderId, EventKind, ExecutionReport, Name, NewOrder, OrderPurpose, OrderRequest,
    ReportKind, Symbol, Timestamp, TradingState,
};
use engine::Output;
use intents::Intents;
use serde::{Deserialize, Serialize};

/// What has been seen of the engine's events, and what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    state: TradingState,
    frozen: bool,
    epoch: u64,
    intents: Intents,
    /// Orders let through.
    pub sent: u64,
    /// Orders refused.
    pub fenced: u64,
    /// Those of them that went beyond what was approved.
    pub above_intent: u64,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            state: TradingState::Active,
            frozen: false,
            epoch: 0,
            intents: Intents::default(),
            sent: 0,
            fenced: 0,
            above_intent: 0,
        }
    }
}

/// A request that must not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fenced {
    orders: Vec<(ClientOrderId, Symbol)>,
    reason: Name,
}

impl Fenced {
    /// What the engine hears: every order of the request was rejected.
    pub fn reports(self, at: Timestamp) -> impl Iterator<Item = ExecutionReport> {
        let kind = ReportKind::Rejected(self.reason);
        let executed = domain::Quantity::ZERO;
        self.orders.into_iter().map(move |(id, symbol)| ExecutionReport {
            at,
            id,
            symbol,
            executed,
            kind,
        })
    }

    /// Why: `trading_state`, `not_recorded`, `above_intent`.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl Gate {
    /// Learns from an event: the trading state, what was approved, which orders were recorded.
    pub fn observe(&mut self, output: &Output) {
        let Output::Event(event) = output else { return };
        if let EventKind::TradingStateChanged { to, epoch, frozen, .. } = &event.kind {
            self.state = *to;
            self.frozen = *frozen;
            self.epoch = *epoch;
        }
        self.intents.observe(&event.kind);
    }

    /// Lets a request through once, and only when its event came before it, the state allows it, and
    /// its intent has room for it.
    pub fn pass(&mut self, request: &OrderRequest) -> Result<(), Fenced> {
        let orders: Vec<NewOrder> = match request {
            OrderRequest::Cancel(_) | OrderRequest::Query(_) => return Ok(()),
            OrderRequest::Place(order) => vec![*order],
            OrderRequest::PlaceOco(pair) => vec![pair.stop, pair.target],
        };
        let reason = if orders.iter().any(|o| !self.allows(o.purpose)) {
            "trading_state"
        } else if orders.iter().any(|o| !self.intents.is_recorded(o)) {
            "not_recorded"
        } else if !self.intents.has_room(&orders) {
            self.above_intent += orders.len() as u64;
            "above_intent"
        } else {
            self.intents.send(&orders);
            self.sent += orders.len() as u64;
            return Ok(());
        };
        self.fenced += orders.len() as u64;
        let orders = orders.iter().map(|o| (o.id, o.symbol)).collect();
        Err(Fenced { orders, reason: Name::from(reason).unwrap_or_default() })
    }

    fn allows(&self, purpose: OrderPurpose) -> bool {
        match purpose {
            OrderPurpose::Entry => self.state == TradingState::Active,
            OrderPurpose::StrategyExit => self.state != TradingState::Halted,
            OrderPurpose::Protection => !self.frozen,
            OrderPurpose::CloseAll | OrderPurpose::OperatorExit => true,
        }
    }
}

#[cfg(test)]
mod tests;
