//! Stops and targets: at the venue as a one-cancels-other pair, else watched on every price.

use super::PendingExit;
use crate::engine::Engine;
use crate::output::Output;
use crate::risk::{ApprovedRequest, ExitPermit};
use domain::{
    ClientOrderId, Decimal, EventKind, ExitReason, NewOrder, OcoOrder, OrderKind, OrderPurpose,
    OrderSide, OrderSize, Price,
};

impl Engine {
    /// Sets stop and target from the average entry price, as the settings say.
    pub(super) fn set_levels(&mut self, index: usize) {
        let Some(entry) = self.book.positions[index].entry_price() else { return };
        let risk = &self.settings.risk;
        let hundred = Decimal::ONE_HUNDRED;
        let instrument = &self.markets[index].instrument;
        let level = |pct: Decimal| entry.get() * (hundred + pct) / hundred;
        let on = |pct: Decimal| !pct.is_zero();
        let stop = on(risk.stop_loss_pct).then(|| level(-risk.stop_loss_pct));
        let target = on(risk.take_profit_pct).then(|| level(risk.take_profit_pct));
        self.manage[index].stop = stop.and_then(|price| instrument.floor_price(price));
        self.manage[index].target = target.and_then(|price| instrument.ceil_price(price));
        self.manage[index].synthetic = false;
    }

    /// Live stop and target orders at the venue (a triggered one too).
    pub(super) fn venue_protection(&self, index: usize) -> Vec<ClientOrderId> {
        self.live(index, OrderPurpose::Protection)
            .iter()
            .filter(|o| o.order.kind != OrderKind::Market)
            .map(|o| o.order.id)
            .collect()
    }

    /// Cancels what protection is live (one leg of a pair takes the other with it).
    pub(super) fn drop_protection(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let ids = self.venue_protection(index);
        if ids.iter().any(|id| self.manage[index].cancelling.contains(id)) {
            return;
        }
        if let Some(first) = ids.first() {
            self.cancel(index, *first, outputs);
        }
    }

    /// Places stop and target for all that is held, unless they are live already.
    pub(super) fn ensure_protection(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let (stop, target) = (self.manage[index].stop, self.manage[index].target);
        let live = self.venue_protection(index);
        if self.book.positions[index].is_flat() || (stop.is_none() && target.is_none()) {
            return;
        }
        if !live.is_empty() {
            if !self.covers(index) {
                self.drop_protection(index, outputs);
            }
            return;
        }
        if self.manage[index].synthetic {
            return;
        }
        let Some(reference) = stop.or(target) else { return };
        let instrument = self.markets[index].instrument;
        let held = self.book.positions[index].quantity;
        if !self.sellable(index, held, reference) {
            // The venue would refuse it; an order that never lives is not on anyone's list.
            self.watch_it_ourselves(index, outputs);
            return;
        }
        let quantity = instrument.floor_quantity(held);
        let Some(permit) = ExitPermit::new(instrument.symbol, held, Decimal::ZERO, quantity.get())
        else {
            self.watch_it_ourselves(index, outputs);
            return;
        };
        let details =
            (OrderSide::Sell, OrderPurpose::Protection, OrderSize::Base(quantity), reference);
        let intent = self.approve_intent(index, details, Vec::new(), None, outputs);
        let order = |leg: char, kind: OrderKind| NewOrder {
            id: self.order_id(intent, 0, leg),
            symbol: instrument.symbol,
            side: OrderSide::Sell,
            kind,
            size: OrderSize::Base(quantity),
            purpose: OrderPurpose::Protection,
        };
        let stop_order = stop.map(|trigger| order('s', OrderKind::Stop { trigger }));
        let target_order = target.map(|trigger| order('t', OrderKind::TakeProfit { trigger }));
        let approved = match (stop_order, target_order) {
            (Some(stop), Some(target)) => {
                ApprovedRequest::protection(&permit, OcoOrder { stop, target })
            }
            (Some(single), None) | (None, Some(single)) => ApprovedRequest::exit(&permit, single),
            (None, None) => return,
        };
        let ids = (stop_order.map(|o| o.id), target_order.map(|o| o.id));
        for (order, linked) in [(stop_order, ids.1), (target_order, ids.0)] {
            if let Some(order) = order {
                self.record(EventKind::OrderSubmitted { intent, order, linked }, outputs);
            }
        }
        self.announce_protection(index, true, outputs);
        outputs.push(Output::Request(approved));
    }

    /// True when the live protection is for exactly what is held, at the wanted levels.
    fn covers(&self, index: usize) -> bool {
        let held =
            self.markets[index].instrument.floor_quantity(self.book.positions[index].quantity);
        let manage = &self.manage[index];
        self.live(index, OrderPurpose::Protection).iter().all(|o| {
            let level = match o.order.kind {
                OrderKind::Stop { trigger } => Some(trigger) == manage.stop,
                OrderKind::TakeProfit { trigger } => Some(trigger) == manage.target,
                _ => true,
            };
            // A leg that is filling covers what is left of it.
            let rest = match o.order.size {
                OrderSize::Base(size) => size.saturating_sub(o.filled),
                OrderSize::QuoteBudget(_) => held,
            };
            level && rest == held
        })
    }

    /// The venue does not protect this position: the engine does, on every price.
    pub(super) fn watch_it_ourselves(&mut self, index: usize, outputs: &mut Vec<Output>) {
        self.manage[index].synthetic = true;
        self.announce_protection(index, false, outputs);
    }

    fn announce_protection(&mut self, index: usize, at_venue: bool, outputs: &mut Vec<Output>) {
        let manage = &self.manage[index];
        let (stop, target) = (manage.stop, manage.target);
        if manage.announced == Some((stop, target, at_venue)) {
            return;
        }
        self.manage[index].announced = Some((stop, target, at_venue));
        let symbol = self.markets[index].instrument.symbol;
        self.record(EventKind::ProtectionSet { symbol, stop, target, at_venue }, outputs);
    }

    /// False for what a venue would refuse to sell at a price: less than a lot or its minimum.
    /// Asking again with every price would only fill the log.
    pub(crate) fn sellable(&self, index: usize, quantity: Decimal, price: Price) -> bool {
        let instrument = &self.markets[index].instrument;
        let whole = instrument.floor_quantity(quantity).get();
        !whole.is_zero() && whole * price.get() >= instrument.min_notional
    }

    /// Exits at a stop or target that no venue order covers. Runs on every price of a held symbol.
    pub(crate) fn watch_protection(
        &mut self,
        index: usize,
        price: Price,
        outputs: &mut Vec<Output>,
    ) {
        let manage = &self.manage[index];
        let reason = if manage.stop.is_some_and(|stop| price <= stop) {
            ExitReason::StopLoss
        } else if manage.target.is_some_and(|target| price >= target) {
            ExitReason::TakeProfit
        } else {
            return;
        };
        if manage.exit.is_some() || !self.venue_protection(index).is_empty() {
            return;
        }
        if !self.sellable(index, self.book.positions[index].quantity, price) {
            return;
        }
        let exit = PendingExit {
            purpose: OrderPurpose::Protection,
            reason,
            owners: Vec::new(),
            quantity: self.book.positions[index].quantity,
            intent: 0,
            rounds: 0,
            decision: None,
        };
        self.begin_exit(index, exit, outputs);
    }
}
