//! The book: ledger, orders, intents and positions, changed by events only.
//!
//! Folding the stored events through [`Book::apply`] rebuilds the money of any account with any build.

use super::Ledger;
use super::positions::{ClosedPart, Position};
use domain::{
    Amount, ClientOrderId, Decimal, EngineEvent, EventKind, Instrument, Interval, Name,
    OrderPurpose, OrderSide, OrderView, Symbol, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An approved intent that may still lead to fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The pair.
    pub symbol: Symbol,
    /// Why it exists.
    pub purpose: OrderPurpose,
    /// Strategies with their shares.
    pub owners: Vec<(Name, Decimal)>,
    /// The deciding candle.
    pub decision: Option<(Interval, Timestamp)>,
}

/// Running totals since the account was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Orders submitted.
    pub orders: u64,
    /// Executions.
    pub fills: u64,
    /// Closed trades.
    pub trades: u64,
    /// Closed trades with a profit above zero.
    pub wins: u64,
    /// Sum of the trades' profits after fees.
    pub realised: Amount,
    /// Sum of profits of winning trades.
    pub gross_profit: Amount,
    /// Sum of losses of the others, as a positive amount.
    pub gross_loss: Amount,
}

/// Everything about money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    instruments: Vec<Instrument>,
    /// Balances.
    pub ledger: Ledger,
    /// Orders that can still fill, and intents they serve.
    pub orders: BTreeMap<ClientOrderId, OrderView>,
    /// Intents of those orders.
    pub intents: BTreeMap<u64, Intent>,
    /// Positions, in the order of the instruments.
    pub positions: Vec<Position>,
    /// What exits have closed and not yet reported as a trade.
    pub closing: BTreeMap<ClientOrderId, ClosedPart>,
    /// Running totals.
    pub totals: Totals,
}

impl Book {
    /// An empty book over sorted instruments.
    #[must_use]
    pub fn new(instruments: Vec<Instrument>) -> Self {
        let positions = vec![Position::default(); instruments.len()];
        Self {
            instruments,
            ledger: Ledger::default(),
            orders: BTreeMap::new(),
            intents: BTreeMap::new(),
            positions,
            closing: BTreeMap::new(),
            totals: Totals::default(),
        }
    }

    /// Place of a symbol in the sorted list.
    #[must_use]
    pub fn index_of(&self, symbol: Symbol) -> Option<usize> {
        self.instruments.binary_search_by_key(&symbol, |i| i.symbol).ok()
    }

    /// The instruments, sorted by symbol.
    #[must_use]
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// Applies one event; events that are not about money change nothing.
    pub fn apply(&mut self, event: &EngineEvent) {
        match &event.kind {
            EventKind::AccountOpened { balances } => self.ledger.open(balances),
            EventKind::IntentApproved { intent, symbol, purpose, owners, decision, .. } => {
                let held = Intent {
                    symbol: *symbol,
                    purpose: *purpose,
                    owners: owners.clone(),
                    decision: *decision,
                };
                self.intents.insert(*intent, held);
            }
            EventKind::OrderSubmitted { order, .. } => {
                self.totals.orders += 1;
                if let Some(view) = OrderView::submitted(event) {
                    self.orders.insert(order.id, view);
                }
            }
            EventKind::OrderFilled { id, symbol, side, fill } => {
                self.totals.fills += 1;
                if let Some(index) = self.index_of(*symbol) {
                    self.ledger.fill(&self.instruments[index], *side, fill);
                    self.fill_position(index, *id, *side, fill, event.at);
                }
                self.update_order(*id, event);
            }
            EventKind::OrderAccepted { id }
            | EventKind::OrderRejected { id, .. }
            | EventKind::OrderTriggered { id }
            | EventKind::OrderCancelled { id }
            | EventKind::OrderExpired { id, .. } => self.update_order(*id, event),
            EventKind::TradeClosed { trade } => {
                self.totals.trades += 1;
                self.totals.realised += trade.profit;
                if trade.profit > Amount::ZERO {
                    self.totals.wins += 1;
                    self.totals.gross_profit += trade.profit;
                } else {
                    self.totals.gross_loss -= trade.profit;
                }
            }
            _ => {}
        }
    }

    fn update_order(&mut self, id: ClientOrderId, event: &EngineEvent) {
        if let Some(order) = self.orders.get_mut(&id) {
            order.apply(event);
        }
    }

    fn fill_position(
        &mut self,
        index: usize,
        id: ClientOrderId,
        side: OrderSide,
        fill: &domain::Fill,
        at: Timestamp,
    ) {
        let Some(intent) = self.orders.get(&id).and_then(|o| self.intents.get(&o.intent)) else {
            panic!("Invariant: every fill belongs to an order of an approved intent ({id})");
        };
        let lot_size = self.instruments[index].lot_size;
        let position = &mut self.positions[index];
        match side {
            OrderSide::Buy => {
                if position.is_flat() {
                    position.decision = intent.decision;
                }
                let fee_in_base = fill.fee_asset == self.instruments[index].base;
                position.add(&intent.owners, fill, at, fee_in_base, lot_size);
            }
            OrderSide::Sell => {
                let owners: Vec<Name> = match intent.purpose {
                    OrderPurpose::StrategyExit => intent.owners.iter().map(|o| o.0).collect(),
                    _ => Vec::new(),
                };
                let closed = self.closing.entry(id).or_default();
                position.remove(&owners, fill, closed, lot_size);
            }
        }
    }

    /// Drops an ended order and, with its last order, the intent, unless it is `kept` for another try.
    pub fn forget(&mut self, id: ClientOrderId, kept: Option<u64>) {
        if let Some(order) = self.orders.remove(&id)
            && kept != Some(order.intent)
        {
            self.forget_intent(order.intent);
        }
    }

    /// Drops an intent that no order serves any more.
    pub fn forget_intent(&mut self, intent: u64) {
        if !self.orders.values().any(|o| o.intent == intent) {
            self.intents.remove(&intent);
        }
    }

    /// Orders of a symbol that can still fill.
    pub fn live_orders(&self, symbol: Symbol) -> impl Iterator<Item = &OrderView> + '_ {
        self.orders.values().filter(move |o| o.order.symbol == symbol && !o.status.is_terminal())
    }

    /// Checks that holdings of each base asset equal the positions in it.
    #[must_use]
    pub fn holdings_match_positions(&self) -> bool {
        self.instruments.iter().zip(&self.positions).all(|(instrument, position)| {
            self.ledger.balance(instrument.base, super::Account::Holdings)
                - self.opening(instrument.base)
                == position.quantity
        })
    }

    fn opening(&self, asset: domain::Asset) -> Amount {
        -self.ledger.balance(asset, super::Account::Opening)
    }
}
