//! Protection of a position: at the venue as one-cancels-other pairs, else watched on every price.
//!
//! With a first target there are two pairs, each for its own part of what is held. Where the venue
//! does not take them, or the stop has moved on a little, the engine watches the price itself.

use super::levels::{Call, Levels};
use super::{Announced, PendingExit};
use crate::engine::Engine;
use crate::output::Output;
use crate::risk::{ApprovedRequest, ExitPermit};
use domain::{
    ClientOrderId, Decimal, EventKind, ExecutionStyle, ExitReason, NewOrder, OcoOrder, OrderKind,
    OrderPurpose, OrderSide, OrderSize, OrderView, Price, Quantity,
};

/// What one pair protects, and up to where.
type Part = (Quantity, Option<Price>);

impl Engine {
    /// Sets the levels from the average entry price, unless an operator has set them.
    pub(super) fn set_levels(&mut self, index: usize) {
        let position = &self.book.positions[index];
        let Some(entry) = position.entry_price() else { return };
        if self.manage[index].levels.by_operator {
            return;
        }
        let first_done = self.manage[index].levels.first_done;
        let levels = Levels::of(
            entry,
            position.opened_at,
            &self.markets[index].instrument,
            &self.settings.risk,
            &self.settings.position,
        );
        self.manage[index].levels = Levels { first_done, ..levels };
        self.manage[index].synthetic = false;
    }

    /// Stop and target orders that can still fire, or of which fills are missing; a triggered one
    /// too.
    pub(super) fn venue_protection(&self, index: usize) -> Vec<ClientOrderId> {
        self.resting(index).map(|o| o.order.id).collect()
    }

    fn resting(&self, index: usize) -> impl Iterator<Item = &OrderView> + '_ {
        let symbol = self.markets[index].instrument.symbol;
        self.book.live_orders(symbol).filter(|o| {
            o.order.purpose == OrderPurpose::Protection && o.order.kind != OrderKind::Market
        })
    }

    /// Cancels what protection is live (one leg of a pair takes the other with it).
    pub(crate) fn drop_protection(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let ids: Vec<_> = self
            .resting(index)
            .filter(|o| !o.status.is_terminal())
            .filter(|o| {
                let other = o.linked.and_then(|id| self.book.orders.get(&id));
                other.is_none_or(|other| other.status.is_terminal() || o.order.id < other.order.id)
            })
            .map(|o| o.order.id)
            .collect();
        for id in ids {
            self.cancel(index, id, outputs);
        }
    }

    /// Places stop and targets for all that is held, unless they are live already.
    pub(crate) fn ensure_protection(&mut self, index: usize, outputs: &mut Vec<Output>) {
        if self.book.positions[index].is_flat() || self.trading.frozen {
            return;
        }
        let levels = self.manage[index].levels;
        if self.resting(index).next().is_some() {
            if !self.covers(index) {
                self.drop_protection(index, outputs);
            }
            return;
        }
        let Some(reference) = levels.stop.or(levels.target).or(levels.first_target) else {
            self.announce_protection(index, false, outputs);
            return;
        };
        if self.manage[index].synthetic {
            self.announce_protection(index, false, outputs);
            return;
        }
        if levels.stop.is_none() && levels.target.is_none() {
            // A first target alone covers a part: no pair can stand for all that is held.
            self.watch_it_ourselves(index, outputs);
            return;
        }
        let held = self.book.positions[index].quantity;
        let free = (held - self.reserved(index)).max(Decimal::ZERO);
        if !self.sellable(index, free, reference) {
            // The venue would refuse it; an order that never lives is not on anyone's list.
            self.watch_it_ourselves(index, outputs);
            return;
        }
        for part in self.parts(index, free) {
            self.place_pair(index, part, outputs);
        }
        self.announce_protection(index, true, outputs);
    }

    /// What is held, split over the pairs that protect it.
    fn parts(&self, index: usize, held: Decimal) -> arrayvec::ArrayVec<Part, 2> {
        let levels = &self.manage[index].levels;
        let instrument = &self.markets[index].instrument;
        let all = instrument.floor_quantity(held);
        let whole: Part = (all, levels.target);
        let Some(first) = levels.first_target.filter(|_| !levels.first_done) else {
            return [whole].into_iter().collect();
        };
        let share = self.first_part(index, held);
        let rest = all.saturating_sub(share);
        let least = levels.stop.unwrap_or(first);
        if share == all {
            return [(all, Some(first))].into_iter().collect();
        }
        let splits = self.sellable(index, share.get(), least)
            && self.sellable(index, rest.get(), least)
            && (levels.stop.is_some() || levels.target.is_some());
        if splits {
            [(share, Some(first)), (rest, levels.target)].into()
        } else {
            [whole].into_iter().collect()
        }
    }

    /// What is sold at the first target.
    fn first_part(&self, index: usize, held: Decimal) -> Quantity {
        let share = self.settings.position.first_target_share_pct / Decimal::ONE_HUNDRED;
        self.markets[index].instrument.floor_quantity(held * share)
    }

    fn place_pair(&mut self, index: usize, (quantity, target): Part, outputs: &mut Vec<Output>) {
        let stop = self.manage[index].levels.stop;
        let Some(reference) = stop.or(target) else { return };
        let instrument = self.markets[index].instrument;
        let held = self.book.positions[index].quantity;
        let reserved = self.reserved(index);
        let permit = ExitPermit::new(instrument.symbol, held, reserved, quantity.get());
        let Some(permit) = permit.filter(|permit| permit.quantity() == quantity.get()) else {
            return;
        };
        let details = (
            OrderSide::Sell,
            OrderPurpose::Protection,
            ExecutionStyle::Resting,
            OrderSize::Base(quantity),
            reference,
        );
        let intent = self.approve_intent(index, details, Vec::new(), None, outputs);
        let order = |leg: char, kind: OrderKind| NewOrder {
            id: self.order_id(intent, 0, leg),
            symbol: instrument.symbol,
            side: OrderSide::Sell,
            kind,
            size: OrderSize::Base(quantity),
            purpose: OrderPurpose::Protection,
        };
        let stop = stop.map(|trigger| order('s', OrderKind::Stop { trigger }));
        let target = target.map(|trigger| order('t', OrderKind::TakeProfit { trigger }));
        let approved = match (stop, target) {
            (Some(stop), Some(target)) => {
                ApprovedRequest::protection(&permit, OcoOrder { stop, target })
            }
            (Some(single), None) | (None, Some(single)) => ApprovedRequest::exit(&permit, single),
            (None, None) => return,
        };
        self.submit(index, intent, approved, outputs);
    }

    /// True when the resting orders are for exactly what is held, at the wanted levels.
    fn covers(&self, index: usize) -> bool {
        let held =
            self.markets[index].instrument.floor_quantity(self.book.positions[index].quantity);
        let levels = &self.manage[index].levels;
        let wanted = |o: &OrderView| match o.order.kind {
            _ if o.triggered || o.status.is_terminal() => true,
            OrderKind::Stop { trigger } => levels.stop_will_do(trigger, &self.settings.position),
            OrderKind::TakeProfit { trigger } => {
                Some(trigger) == levels.target
                    || (Some(trigger) == levels.first_target && !levels.first_done)
            }
            OrderKind::Market | OrderKind::Limit { .. } | OrderKind::PostOnly { .. } => false,
        };
        // A pair placed before a level was set or cleared lacks a leg, or has one too many.
        let firing = self.resting(index).any(|o| o.triggered || !o.filled.is_zero());
        let stops = self.resting(index).any(|o| matches!(o.order.kind, OrderKind::Stop { .. }));
        let complete = firing || stops == levels.stop.is_some();
        let reserved = self.reserved(index);
        self.resting(index).all(wanted) && complete && reserved == held.get()
    }

    /// The venue does not protect this position: the engine does, on every price.
    pub(super) fn watch_it_ourselves(&mut self, index: usize, outputs: &mut Vec<Output>) {
        self.manage[index].synthetic = true;
        self.announce_protection(index, false, outputs);
    }

    fn announce_protection(&mut self, index: usize, at_venue: bool, outputs: &mut Vec<Output>) {
        let Levels { stop, stop_kind: kind, target, first_target, first_done, .. } =
            self.manage[index].levels;
        let first_target = first_target.filter(|_| !first_done);
        let now = Announced { stop, first_target, target, at_venue, kind };
        if self.manage[index].announced == Some(now) {
            return;
        }
        self.manage[index].announced = Some(now);
        let symbol = self.markets[index].instrument.symbol;
        let kind = EventKind::ProtectionSet {
            symbol,
            stop,
            target,
            at_venue,
            first_target,
            stop_kind: kind,
        };
        self.record(kind, outputs);
    }

    /// False for what a venue would refuse to sell at a price: less than a lot or its minimum.
    /// Asking again with every price would only fill the log.
    pub(crate) fn sellable(&self, index: usize, quantity: Decimal, price: Price) -> bool {
        let instrument = &self.markets[index].instrument;
        let whole = instrument.floor_quantity(quantity).get();
        !whole.is_zero() && whole * price.get() >= instrument.min_notional
    }

    /// Moves the stop after the price, and exits where no resting order will. Runs on every price of
    /// a held symbol.
    pub(crate) fn watch_protection(
        &mut self,
        index: usize,
        price: Price,
        outputs: &mut Vec<Output>,
    ) {
        let instrument = &self.markets[index].instrument;
        let moved = self.manage[index].levels.follow(price, instrument, &self.settings.position);
        let call = self.manage[index].levels.call(price, self.now);
        if moved && call.is_none() && self.manage[index].exit.is_none() {
            self.advance(index, outputs);
        }
        let Some(call) = call else { return };
        if self.trading.frozen || self.manage[index].exit.is_some() {
            return;
        }
        if self.fires_at_venue(index, price, call) {
            return;
        }
        let held = self.book.positions[index].quantity;
        let (reason, quantity) = match call {
            Call::All(reason) => (reason, held),
            Call::Part => (ExitReason::FirstTarget, self.first_part(index, held).get()),
        };
        if !self.sellable(index, quantity, price) {
            if call == Call::Part {
                // Too small to be split: it goes at the second target.
                self.manage[index].levels.first_done = true;
            }
            return;
        }
        if call == Call::Part {
            let rest = held - quantity;
            if !rest.is_zero() && !self.sellable(index, rest, price) {
                self.manage[index].levels.first_done = true;
                return;
            }
        }
        let exit = PendingExit::of_all(OrderPurpose::Protection, reason, quantity);
        self.begin_exit(index, exit, outputs);
    }

    /// True when resting orders do what a price calls for. Of the time stop they know nothing, and a
    /// stop that lags behind does not fire yet. While their fate is open, so is the answer: what may
    /// have fired is not sold twice, and what was taken back will be sold once that is known.
    fn fires_at_venue(&self, index: usize, price: Price, call: Call) -> bool {
        match call {
            Call::All(ExitReason::TimeStop) => {
                self.resting(index).any(|o| o.triggered || !o.filled.is_zero())
            }
            Call::All(ExitReason::TakeProfit) | Call::Part => self.resting(index).next().is_some(),
            Call::All(_) => self.resting(index).any(|o| {
                o.triggered
                    || !o.filled.is_zero()
                    || matches!(o.order.kind, OrderKind::Stop { trigger } if price <= trigger)
            }),
        }
    }
}
