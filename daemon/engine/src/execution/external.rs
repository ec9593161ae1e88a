//! Money that moves without an order of ours, and what it leaves of positions.
//!
//! It is booked as it is told; limits see neither profit nor loss in it. Coins that are gone can't
//! be sold, so a position never says more than the account holds.

use crate::engine::Engine;
use crate::ledger::Account;
use crate::output::Output;
use domain::{
    Amount, Decimal, EventKind, ExitReason, ExternalMovement, Fill, Quantity, ReductionCause,
};

impl Engine {
    /// Books a movement; false when its reference was booked before.
    ///
    /// Equity counts quote and positions, so that coins that belong to no strategy move without
    /// changing it, and coins of a position count at the last price.
    pub(crate) fn on_external(
        &mut self,
        movement: ExternalMovement,
        outputs: &mut Vec<Output>,
    ) -> bool {
        if self.book.knows_movement(&movement.reference) {
            return false;
        }
        self.mark(outputs);
        let before = self.marked_equity();
        self.record(EventKind::ExternalMovement { movement }, outputs);
        let reduced = self.reduce_positions(ReductionCause::External, outputs);
        let after = self.marked_equity();
        self.watch.shift(before, after, &self.settings.risk);
        self.mark(outputs);
        self.after_reduction(&reduced, outputs);
        true
    }

    /// Value in the pair's quote of a fee that was taken in neither of its assets, at the last price
    /// of that asset, to ten places; `None` for other fees and without a price.
    pub(super) fn fee_value(&self, index: usize, fill: &Fill) -> Option<Amount> {
        let pair = &self.markets[index].instrument;
        if fill.fee_asset == pair.quote || fill.fee_asset == pair.base {
            return None;
        }
        let asked = |m: &&crate::market::SymbolMarket| {
            m.instrument.base == fill.fee_asset && m.instrument.quote == pair.quote
        };
        let price = self.markets.iter().find(asked)?.last_price?;
        Some((fill.fee * price.get()).round_dp(10).normalize())
    }

    /// Shrinks positions that a fee in their asset has eaten into.
    pub(super) fn cover_positions(&mut self, cause: ReductionCause, outputs: &mut Vec<Output>) {
        let reduced = self.reduce_positions(cause, outputs);
        self.after_reduction(&reduced, outputs);
    }

    /// Shrinks every position of which the account holds less; gives the places of those.
    fn reduce_positions(&mut self, cause: ReductionCause, outputs: &mut Vec<Output>) -> Vec<usize> {
        let mut reduced = Vec::new();
        for index in 0..self.markets.len() {
            let position = &self.book.positions[index];
            if position.is_flat() {
                continue;
            }
            let market = &self.markets[index];
            let held = self.book.ledger.balance(market.instrument.base, Account::Holdings);
            let missing = (position.quantity - held.max(Decimal::ZERO)).max(Decimal::ZERO);
            let Some(price) = market.last_price.or(position.entry_price()) else { continue };
            let Ok(quantity) = Quantity::new(missing) else { continue };
            if !quantity.is_zero() {
                let symbol = market.instrument.symbol;
                let kind = EventKind::PositionReduced { symbol, quantity, price, cause };
                self.record(kind, outputs);
                self.close_all_reduced(index, quantity);
                if let Some(part) = self.book.reduced.clone() {
                    self.report_trade(index, ExitReason::External, part, outputs);
                }
                reduced.push(index);
            }
        }
        reduced
    }

    /// Protects what is left, or ends what was there to be managed.
    fn after_reduction(&mut self, reduced: &[usize], outputs: &mut Vec<Output>) {
        for index in reduced {
            let left = self.book.positions[*index].quantity;
            if self.is_sold_out(*index) {
                self.after_flat(*index, ExitReason::External, outputs);
            } else if let Some(exit) = &mut self.manage[*index].exit {
                exit.quantity = exit.quantity.min(left);
            }
            self.advance(*index, outputs);
        }
        if !reduced.is_empty() {
            self.finish_close_all(outputs);
        }
    }

    /// True when less than a lot is left, which nobody can sell: a fee in base leaves such dust. It
    /// stays with its owners, and the next entry takes it along.
    pub(super) fn is_sold_out(&self, index: usize) -> bool {
        let held = self.book.positions[index].quantity;
        self.markets[index].instrument.floor_quantity(held).is_zero()
    }
}
