//! Orders from intent to end: entries, exits, protection, unknown outcomes, and what reports mean.
//!
//! Venue-neutral: it speaks [`domain::OrderRequest`] and hears [`domain::ExecutionReport`].

mod chase;
mod close_all;
mod entries;
mod exits;
mod external;
mod levels;
mod measure;
mod operator;
mod protection;
mod reports;
#[cfg(test)]
mod tests;

pub use chase::{Chase, Want};
pub use entries::EntryRun;
pub use levels::Levels;

use crate::engine::Engine;
use crate::output::Output;
use crate::risk::ApprovedRequest;
use domain::{
    Amount, ClientOrderId, ClosedRemainder, Decimal, EventKind, ExitReason, Interval, Name,
    NewOrder, OrderKind, OrderPurpose, OrderSide, OrderSize, OrderView, Price, StopKind, Timestamp,
};
use serde::{Deserialize, Serialize};

/// What one symbol's position is managed by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Management {
    /// Stop and targets of the open position.
    pub levels: Levels,
    /// True when the venue did not take the protection: the engine watches the price itself.
    pub synthetic: bool,
    /// An entry on its way.
    pub entry: Option<EntryRun>,
    /// An exit on its way.
    pub exit: Option<PendingExit>,
    /// Signal candles left of the pause after a stop-out.
    pub cooldown: u32,
    /// An exit order ended unfilled; the next one waits until then.
    pub retry_at: Option<Timestamp>,
    /// Orders whose cancel was asked for.
    pub cancelling: Vec<ClientOrderId>,
    /// What the last protection event said.
    pub announced: Option<Announced>,
}

/// What a protection event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    stop: Option<Price>,
    first_target: Option<Price>,
    target: Option<Price>,
    at_venue: bool,
    kind: StopKind,
}

/// An exit on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingExit {
    /// Strategy exit, protection, operator or close-all.
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

impl PendingExit {
    /// An exit of `quantity`, pro rata from all lots.
    pub(crate) fn of_all(purpose: OrderPurpose, reason: ExitReason, quantity: Decimal) -> Self {
        let (owners, decision) = (Vec::new(), None);
        Self { purpose, reason, owners, quantity, intent: 0, rounds: 0, decision }
    }
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
        self.expect_cancel(index, id);
    }

    /// Records an order, asks for it, and begins to wait for the answer.
    pub(crate) fn submit(
        &mut self,
        index: usize,
        intent: u64,
        approved: ApprovedRequest,
        outputs: &mut Vec<Output>,
    ) {
        let orders: arrayvec::ArrayVec<(NewOrder, Option<ClientOrderId>), 2> =
            match *approved.request() {
                domain::OrderRequest::Place(order) => [(order, None)].into_iter().collect(),
                domain::OrderRequest::PlaceOco(pair) => {
                    [(pair.stop, Some(pair.target.id)), (pair.target, Some(pair.stop.id))].into()
                }
                domain::OrderRequest::Cancel(_) | domain::OrderRequest::Query(_) => return,
            };
        for (order, linked) in orders {
            let reference_price = match order.kind {
                OrderKind::Stop { trigger } | OrderKind::TakeProfit { trigger } => Some(trigger),
                OrderKind::Market | OrderKind::Limit { .. } | OrderKind::PostOnly { .. } => {
                    self.markets[index].last_price
                }
            };
            let kind = EventKind::OrderSubmitted { intent, order, linked, reference_price };
            self.record(kind, outputs);
            self.expect_answer(index, order.id);
        }
        outputs.push(Output::Request(approved));
    }

    pub(crate) fn order_id(&self, intent: u64, attempt: u32, leg: char) -> ClientOrderId {
        ClientOrderId::new(&self.settings.instance, intent, attempt, leg)
    }

    /// Orders of a symbol with this purpose that can still fill, or of which fills are missing.
    pub(crate) fn live(&self, index: usize, purpose: OrderPurpose) -> Vec<&OrderView> {
        let symbol = self.markets[index].instrument.symbol;
        self.book.live_orders(symbol).filter(|o| o.order.purpose == purpose).collect()
    }

    /// True when there are such orders.
    pub(crate) fn has_live(&self, index: usize, purpose: OrderPurpose) -> bool {
        let symbol = self.markets[index].instrument.symbol;
        self.book.orders.values().any(|o| o.order.purpose == purpose && o.order.symbol == symbol)
    }

    /// True when the symbol has a position that can be sold, or an entry at work.
    pub(crate) fn is_open(&self, index: usize) -> bool {
        self.manage[index].entry.is_some()
            || !self.is_flat_but_for_dust(index)
            || self.has_live(index, OrderPurpose::Entry)
    }

    /// True when nothing is held that the venue would take: less than a lot, or worth less than its
    /// smallest order. Such a rest must not keep a symbol closed; the next entry takes it along.
    fn is_flat_but_for_dust(&self, index: usize) -> bool {
        let quantity = self.book.positions[index].quantity;
        let market = &self.markets[index];
        let Some(price) = market.last_price.filter(|_| !quantity.is_zero()) else { return true };
        let lot = market.instrument.lot_size;
        // Rounding down takes less than a lot: most positions are far above, without any division.
        if quantity > lot && (quantity - lot) * price.get() >= market.instrument.min_notional {
            return false;
        }
        let sellable = market.instrument.floor_quantity(quantity).get();
        sellable.is_zero() || sellable * price.get() < market.instrument.min_notional
    }

    pub(crate) fn open_symbols(&self) -> u32 {
        (0..self.markets.len()).filter(|i| self.is_open(*i)).count() as u32
    }

    /// Base quantity that live sells may still take, or have taken without our knowing. Of a pair
    /// only one leg fills, so it counts once.
    pub(crate) fn reserved(&self, index: usize) -> Decimal {
        let symbol = self.markets[index].instrument.symbol;
        let sells = self.book.live_orders(symbol).filter(|o| o.order.side == OrderSide::Sell);
        let counts = |o: &OrderView| {
            let other = o.linked.and_then(|id| self.book.orders.get(&id));
            other.is_none_or(|other| {
                let (own, its) = (o.outstanding(), other.outstanding());
                own > its || (own == its && o.order.id < other.order.id)
            })
        };
        sells.filter(|o| counts(o)).map(|o| o.outstanding().get()).sum()
    }

    /// Quote that entries at work may still spend, fees included.
    pub(crate) fn working_entries(&self) -> Amount {
        let sent: Amount = self
            .book
            .orders
            .values()
            .filter(|o| o.order.purpose == OrderPurpose::Entry)
            .map(|o| self.entry_cost(o))
            .sum();
        let waiting: Amount = (0..self.manage.len())
            .filter(|i| self.manage[*i].entry.is_some())
            .map(|i| self.unsent_cost(i))
            .sum();
        sent + waiting
    }

    pub(crate) fn entry_cost(&self, order: &OrderView) -> Amount {
        match order.order.size {
            OrderSize::QuoteBudget(budget) => budget - order.filled_quote - order.fee,
            OrderSize::Base(_) => {
                let price = match order.order.kind {
                    OrderKind::Limit { price, .. } | OrderKind::PostOnly { price } => Some(price),
                    _ => self
                        .book
                        .index_of(order.order.symbol)
                        .and_then(|i| self.markets[i].last_price),
                };
                self.with_fee(order.outstanding().get(), price)
            }
        }
    }

    pub(crate) fn with_fee(&self, quantity: Decimal, price: Option<Price>) -> Amount {
        let with_fee = Decimal::ONE_HUNDRED + self.settings.risk.assumed_fee_pct;
        quantity * price.map_or(Decimal::ZERO, Price::get) * with_fee / Decimal::ONE_HUNDRED
    }

    /// Value of positions at the last price plus entries at work.
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
