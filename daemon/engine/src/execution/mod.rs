//! Orders from intent to end: entries, exits, protection, and what venue reports mean.
//!
//! Venue-neutral: it speaks [`domain::OrderRequest`] and hears [`domain::ExecutionReport`].

mod close_all;
mod exits;
mod protection;
mod reports;

use crate::engine::Engine;
use crate::output::Output;
use crate::risk::{ApprovedRequest, EntryPermit};
use domain::{
    Amount, ClientOrderId, ClosedRemainder, Decimal, EventKind, ExitReason, Interval, Name,
    NewOrder, OrderKind, OrderPurpose, OrderSide, OrderSize, OrderView, Price, Timestamp,
};
use serde::{Deserialize, Serialize};

/// What one symbol's position is managed by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Management {
    /// Stop of the open position.
    pub stop: Option<Price>,
    /// Target of the open position.
    pub target: Option<Price>,
    /// True when the venue did not take the protection: the engine watches the price itself.
    pub synthetic: bool,
    /// An exit on its way.
    pub exit: Option<PendingExit>,
    /// Signal candles left of the pause after a stop-out.
    pub cooldown: u32,
    /// Last moment at which an exit order ended unfilled; it is tried again later than that.
    pub tried_at: Option<Timestamp>,
    /// Orders whose cancel was asked for.
    pub cancelling: Vec<ClientOrderId>,
    /// What the last protection event said: stop, target, at the venue.
    pub announced: Option<(Option<Price>, Option<Price>, bool)>,
}

/// An exit on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingExit {
    /// Strategy exit, protection or close-all.
    pub purpose: OrderPurpose,
    /// What the trade will say.
    pub reason: ExitReason,
    /// Strategies whose lots go; all when empty.
    pub owners: Vec<Name>,
    /// Base quantity still to be sold.
    pub quantity: Decimal,
    /// The approved intent.
    pub intent: u64,
    /// Orders sent for it so far.
    pub rounds: u32,
    /// The deciding candle.
    pub decision: Option<(Interval, Timestamp)>,
}

/// A close-all at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseAllRun {
    /// Its number.
    pub id: u64,
    /// One line per position, in the order of the instruments.
    pub lines: Vec<ClosedRemainder>,
    /// Quote received and fees so far, per line.
    pub proceeds: Vec<Amount>,
    /// Symbols that are done.
    pub done: Vec<bool>,
}

impl Engine {
    /// Sends an approved entry.
    pub(crate) fn submit_entry(
        &mut self,
        index: usize,
        intent: u64,
        permit: &EntryPermit,
        size: OrderSize,
        outputs: &mut Vec<Output>,
    ) {
        let order = NewOrder {
            id: self.order_id(intent, 0, 'e'),
            symbol: self.markets[index].instrument.symbol,
            side: OrderSide::Buy,
            kind: OrderKind::Market,
            size,
            purpose: OrderPurpose::Entry,
        };
        let approved = ApprovedRequest::entry(permit, order);
        self.record(EventKind::OrderSubmitted { intent, order, linked: None }, outputs);
        outputs.push(Output::Request(approved));
    }

    /// Asks the venue to cancel, once per order; a leg of a pair takes the other with it.
    pub(crate) fn cancel(&mut self, index: usize, id: ClientOrderId, outputs: &mut Vec<Output>) {
        if self.manage[index].cancelling.contains(&id) {
            return;
        }
        let linked = self.book.orders.get(&id).and_then(|order| order.linked);
        let partner = linked.filter(|other| self.book.orders.contains_key(other));
        self.manage[index].cancelling.extend(std::iter::once(id).chain(partner));
        self.record(EventKind::CancelRequested { id }, outputs);
        outputs.push(Output::Request(ApprovedRequest::cancel(id)));
    }

    pub(crate) fn order_id(&self, intent: u64, attempt: u32, leg: char) -> ClientOrderId {
        ClientOrderId::new(&self.settings.instance, intent, attempt, leg)
    }

    /// Orders of a symbol with this purpose that can still fill.
    pub(crate) fn live(&self, index: usize, purpose: OrderPurpose) -> Vec<&OrderView> {
        let symbol = self.markets[index].instrument.symbol;
        self.book.live_orders(symbol).filter(|o| o.order.purpose == purpose).collect()
    }

    /// True when the symbol has a position that can be sold, or a working entry.
    pub(crate) fn is_open(&self, index: usize) -> bool {
        !self.is_flat_but_for_dust(index) || !self.live(index, OrderPurpose::Entry).is_empty()
    }

    /// True when nothing is held that the venue would take: less than a lot, or worth less than its
    /// smallest order. Such a rest must not keep a symbol closed; the next entry takes it along.
    fn is_flat_but_for_dust(&self, index: usize) -> bool {
        let quantity = self.book.positions[index].quantity;
        let market = &self.markets[index];
        let Some(price) = market.last_price.filter(|_| !quantity.is_zero()) else { return true };
        let sellable = market.instrument.floor_quantity(quantity).get();
        sellable.is_zero() || sellable * price.get() < market.instrument.min_notional
    }

    pub(crate) fn open_symbols(&self) -> u32 {
        (0..self.markets.len()).filter(|i| self.is_open(*i)).count() as u32
    }

    /// Quote that working entries may still spend, fees included.
    pub(crate) fn working_entries(&self) -> Amount {
        self.book
            .orders
            .values()
            .filter(|o| o.order.purpose == OrderPurpose::Entry && !o.status.is_terminal())
            .map(|o| self.entry_cost(o))
            .sum()
    }

    fn entry_cost(&self, order: &OrderView) -> Amount {
        match order.order.size {
            OrderSize::QuoteBudget(budget) => budget - order.filled_quote - order.fee,
            OrderSize::Base(quantity) => {
                let price = match order.order.kind {
                    OrderKind::Limit { price, .. } | OrderKind::PostOnly { price } => Some(price),
                    _ => self
                        .book
                        .index_of(order.order.symbol)
                        .and_then(|i| self.markets[i].last_price),
                };
                let rest = quantity.saturating_sub(order.filled).get();
                let with_fee = Decimal::ONE_HUNDRED + self.settings.risk.assumed_fee_pct;
                rest * price.map_or(Decimal::ZERO, Price::get) * with_fee / Decimal::ONE_HUNDRED
            }
        }
    }

    /// Value of positions at the last price plus working entries.
    pub(crate) fn exposure(&self) -> Amount {
        let held: Amount = self
            .book
            .positions
            .iter()
            .zip(&self.markets)
            .filter(|(p, _)| !p.is_flat())
            .map(|(p, m)| p.quantity * m.last_price.map_or(Decimal::ZERO, Price::get))
            .sum();
        held + self.working_entries()
    }
}
