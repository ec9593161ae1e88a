//! Exits: protection makes way, what is held is sold, what did not fill is tried again.

use super::PendingExit;
use crate::engine::Engine;
use crate::output::Output;
use crate::risk::{ApprovedRequest, ExitPermit};
use domain::{
    Decimal, ExecutionStyle, Name, NewOrder, OrderKind, OrderPurpose, OrderSide, OrderSize,
    Quantity,
};

/// Orders that an operator's close sends per position before it reports a remainder.
pub(super) const CLOSE_ROUNDS: u32 = 5;
/// Base quantity of one order at most: no venue takes more. What is left follows.
const LARGEST_ORDER: i64 = 1_000_000_000_000;
/// Longest wait after an exit order that left something, seconds; the waits are 1, 2, 4, 4, … Nothing
/// rests at the venue meanwhile.
const LONGEST_WAIT_SECONDS: i64 = 4;

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
        let details = (
            OrderSide::Sell,
            exit.purpose,
            ExecutionStyle::Market,
            OrderSize::Base(quantity),
            price,
        );
        exit.intent = self.approve_intent(index, details, shares, exit.decision, outputs);
        let intent = exit.intent;
        self.stop_entry(index, "exit", outputs);
        self.end_exit(index, "superseded", outputs);
        let asked_for = matches!(exit.purpose, OrderPurpose::CloseAll | OrderPurpose::OperatorExit);
        self.manage[index].exit = Some(exit);
        self.manage[index].retry_at = None;
        if asked_for {
            self.cancel_strategy_exits(index, outputs);
        }
        self.advance(index, outputs);
        intent
    }

    /// What an operator asked for takes the place of a strategy's own exit order.
    fn cancel_strategy_exits(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let live = self.live(index, OrderPurpose::StrategyExit);
        let ids: Vec<_> =
            live.iter().filter(|o| !o.status.is_terminal()).map(|o| o.order.id).collect();
        for id in ids {
            self.cancel(index, id, outputs);
        }
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
            self.end_exit(index, "", outputs);
            self.drop_protection(index, outputs);
            return;
        }
        if self.manage[index].exit.is_none() {
            // What a sell is still to take can't be protected twice.
            if !self.has_live(index, OrderPurpose::Entry) && !self.exit_is_working(index) {
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
        if self.manage[index].retry_at.is_some_and(|at| self.now < at) {
            return;
        }
        self.submit_exit(index, outputs);
    }

    /// True while a market sell can still fill, or its fills or its outcome are not known.
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
        let largest = Decimal::new(LARGEST_ORDER, 0);
        let wanted = instrument.floor_quantity(exit.quantity.min(held).min(largest)).get();
        let permit = ExitPermit::new(instrument.symbol, held, self.reserved(index), wanted);
        let Some(permit) = permit else {
            self.give_up_exit(index, "dust", outputs);
            return;
        };
        let asked_for = matches!(exit.purpose, OrderPurpose::CloseAll | OrderPurpose::OperatorExit);
        if asked_for && exit.rounds >= CLOSE_ROUNDS {
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
        self.submit(index, exit.intent, ApprovedRequest::exit(&permit, order), outputs);
    }

    /// An exit order has ended and left something: the next one waits a little longer each time.
    pub(super) fn wait_before_next_exit(&mut self, index: usize) {
        let rounds = self.manage[index].exit.as_ref().map_or(1, |exit| exit.rounds.max(1));
        let seconds = (1_i64 << (rounds - 1).min(2)).min(LONGEST_WAIT_SECONDS);
        let at = self.now.plus_micros(seconds * 1_000_000);
        self.manage[index].retry_at = Some(at);
        self.schedule(at);
    }

    /// Ends the pending exit, whatever it came to; its result comes with its last order.
    pub(crate) fn end_exit(
        &mut self,
        index: usize,
        why: &str,
        outputs: &mut Vec<Output>,
    ) -> Option<PendingExit> {
        let exit = self.manage[index].exit.take()?;
        self.manage[index].retry_at = None;
        self.finish_intent(exit.intent, Name::from(why).unwrap_or_default(), outputs);
        Some(exit)
    }

    /// Ends an exit that can't go on: what is left is protected again.
    pub(super) fn give_up_exit(&mut self, index: usize, why: &str, outputs: &mut Vec<Output>) {
        let exit = self.end_exit(index, why, outputs);
        if exit.is_some_and(|e| e.purpose == OrderPurpose::CloseAll) {
            self.close_all_done(index, why, outputs);
        }
        self.ensure_protection(index, outputs);
    }
}
