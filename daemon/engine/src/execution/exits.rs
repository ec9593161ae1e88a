//! Exits: protection makes way, what is held is sold, what did not fill is tried again.

use super::PendingExit;
use crate::engine::Engine;
use crate::output::Output;
use crate::risk::{ApprovedRequest, ExitPermit};
use domain::{
    Decimal, EventKind, Name, NewOrder, OrderKind, OrderPurpose, OrderSide, OrderSize, Quantity,
};

/// Orders that a close-all sends per position before it reports a remainder.
pub(super) const CLOSE_ALL_ROUNDS: u32 = 5;

impl Engine {
    /// Approves an exit and begins to work on it; gives the intent's number.
    pub(crate) fn begin_exit(
        &mut self,
        index: usize,
        mut exit: PendingExit,
        outputs: &mut Vec<Output>,
    ) -> u64 {
        let quantity = Quantity::new(exit.quantity).unwrap_or(Quantity::ZERO);
        let Some(price) = self.markets[index].last_price else {
            unreachable!("Invariant: what is held has been priced")
        };
        let shares = exit.owners.iter().map(|o| (*o, self.share_of(index, *o, &exit))).collect();
        let details = (OrderSide::Sell, exit.purpose, OrderSize::Base(quantity), price);
        exit.intent = self.approve_intent(index, details, shares, exit.decision, outputs);
        let intent = exit.intent;
        self.end_exit(index);
        self.manage[index].exit = Some(exit);
        self.manage[index].tried_at = None;
        self.advance(index, outputs);
        intent
    }

    fn share_of(&self, index: usize, owner: Name, exit: &PendingExit) -> Decimal {
        let owned = self.book.positions[index].owned_by(owner.as_str());
        if exit.quantity.is_zero() {
            return Decimal::ZERO;
        }
        (owned / exit.quantity).trunc_with_scale(8).normalize()
    }

    /// Does the next thing that a symbol needs: cancel, sell, protect, or nothing.
    pub(crate) fn advance(&mut self, index: usize, outputs: &mut Vec<Output>) {
        if self.book.positions[index].is_flat() {
            self.end_exit(index);
            self.drop_protection(index, outputs);
            return;
        }
        if self.manage[index].exit.is_none() {
            if self.live(index, OrderPurpose::Entry).is_empty() {
                self.ensure_protection(index, outputs);
            }
            return;
        }
        if self.exit_is_working(index) {
            return;
        }
        if !self.venue_protection(index).is_empty() {
            self.drop_protection(index, outputs);
            return;
        }
        if self.manage[index].tried_at.is_some_and(|tried| self.now <= tried) {
            return;
        }
        self.submit_exit(index, outputs);
    }

    /// True while an exit order of the pending exit can still fill.
    fn exit_is_working(&self, index: usize) -> bool {
        let symbol = self.markets[index].instrument.symbol;
        self.book
            .live_orders(symbol)
            .any(|o| o.order.side == OrderSide::Sell && o.order.kind == OrderKind::Market)
    }

    fn submit_exit(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let Some(exit) = self.manage[index].exit.clone() else { return };
        let instrument = self.markets[index].instrument;
        let held = self.book.positions[index].quantity;
        let wanted = instrument.floor_quantity(exit.quantity.min(held)).get();
        let permit = ExitPermit::new(instrument.symbol, held, Decimal::ZERO, wanted);
        let Some(permit) = permit else {
            self.give_up_exit(index, "dust", outputs);
            return;
        };
        if exit.purpose == OrderPurpose::CloseAll && exit.rounds >= CLOSE_ALL_ROUNDS {
            self.give_up_exit(index, "no_liquidity", outputs);
            return;
        }
        let order = NewOrder {
            id: self.order_id(exit.intent, exit.rounds, 'x'),
            symbol: instrument.symbol,
            side: OrderSide::Sell,
            kind: OrderKind::Market,
            size: OrderSize::Base(Quantity::new(permit.quantity()).unwrap_or(Quantity::ZERO)),
            purpose: exit.purpose,
        };
        if let Some(exit) = &mut self.manage[index].exit {
            exit.rounds += 1;
        }
        let approved = ApprovedRequest::exit(&permit, order);
        let intent = exit.intent;
        self.record(EventKind::OrderSubmitted { intent, order, linked: None }, outputs);
        outputs.push(Output::Request(approved));
    }

    /// Ends the pending exit, whatever it came to; its intent goes with its last order.
    pub(crate) fn end_exit(&mut self, index: usize) -> Option<PendingExit> {
        let exit = self.manage[index].exit.take()?;
        self.book.forget_intent(exit.intent);
        Some(exit)
    }

    /// Ends an exit that can't go on: what is left is protected again.
    pub(super) fn give_up_exit(&mut self, index: usize, why: &str, outputs: &mut Vec<Output>) {
        let exit = self.end_exit(index);
        if exit.is_some_and(|e| e.purpose == OrderPurpose::CloseAll) {
            self.close_all_done(index, why, outputs);
        }
        self.ensure_protection(index, outputs);
    }
}
