//! Leading the price along its path and letting orders act in the order in which it meets them.
//!
//! Which prices a row has, and in which order, is the caller's choice; how an order fills once it
//! is met is settled in `execution`.

use super::order::{Reach, Stage};
use super::{Market, Phase, SimulatedExchange};
use domain::{ExecutionReport, Price, Symbol, Timestamp};
use serde::{Deserialize, Serialize};

/// One move of a symbol's price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceStep {
    /// The pair.
    pub symbol: Symbol,
    /// When it happens; reports carry it.
    pub at: Timestamp,
    /// Where the price goes.
    pub price: Price,
    /// True when it passes through everything in between, false when it jumps. The first step of a
    /// row is always a jump.
    pub continuous: bool,
    /// True for the last step of the row: orders placed from then on wait for the next row.
    pub last: bool,
}

impl SimulatedExchange {
    /// Leads the price towards `step.price` and appends what comes of it to `reports`.
    ///
    /// Returns true once the price is there. False means that something happened on the way: the
    /// caller may react at that price and then calls again with the same step. Where no
    /// order is near this costs a few nanoseconds and never allocates. A symbol that is not traded here, or whose
    /// row was not begun, fills nothing.
    pub fn advance(&mut self, step: &PriceStep, reports: &mut Vec<ExecutionReport>) -> bool {
        let Some(index) = self.find(&step.symbol) else { return true };
        let market = &mut self.markets[index];
        let trading = matches!(market.phase, Phase::Opening | Phase::Live);
        if !trading || market.calm.holds(step.price) {
            market.reach(step);
            return true;
        }
        let from = reports.len();
        let there = self.lead(index, step, reports);
        self.tape.answered(&reports[from..]);
        there
    }

    /// The longer way of `advance`, where orders may act.
    #[inline(never)]
    fn lead(&mut self, index: usize, step: &PriceStep, reports: &mut Vec<ExecutionReport>) -> bool {
        let market = &mut self.markets[index];
        let jumps = !step.continuous || market.phase == Phase::Opening;
        let there = match market.last_price {
            Some(from) if !jumps => self.travel(index, from, step, reports),
            _ => {
                market.phase = Phase::Live;
                market.last_price = Some(step.price);
                self.meet(index, step.price, step.at, 0, reports);
                self.markets[index].reach(step);
                true
            }
        };
        self.markets[index].find_calm();
        there
    }

    /// Goes from `from` to the step's price, stopping where something happens first.
    fn travel(
        &mut self,
        index: usize,
        from: Price,
        step: &PriceStep,
        reports: &mut Vec<ExecutionReport>,
    ) -> bool {
        let before = reports.len();
        if let Some(level) = self.first_level(index, from, step.price) {
            self.markets[index].last_price = Some(level);
            self.meet(index, level, step.at, 0, reports);
            if level != step.price && reports.len() > before {
                return false;
            }
        }
        self.markets[index].reach(step);
        true
    }

    /// The price nearest to `from` on the way to `to` at which an order acts.
    fn first_level(&self, index: usize, from: Price, to: Price) -> Option<Price> {
        let liquid = self.is_liquid(index);
        let levels = self.markets[index].orders.iter().filter_map(|order| {
            let level = order.reach().map_or(Some(from), |r| r.first_between(from, to))?;
            order.acts_at(level, liquid).then_some(level)
        });
        if to < from { levels.max() } else { levels.min() }
    }

    /// Lets every order act that acts at `price`, in order of acceptance, from number `first` on.
    pub(super) fn meet(
        &mut self,
        index: usize,
        price: Price,
        at: Timestamp,
        first: u64,
        reports: &mut Vec<ExecutionReport>,
    ) {
        let mut first = first;
        loop {
            let liquid = self.is_liquid(index);
            let next = self.markets[index]
                .orders
                .iter()
                .position(|o| o.sequence >= first && o.acts_at(price, liquid));
            let Some(position) = next else { return };
            first = self.markets[index].orders[position].sequence + 1;
            self.act(index, position, price, at, reports);
        }
    }
}

/// The prices at which no order of a symbol would do anything. Staying among them is safe however
/// the price moves within: liquidity only shrinks during a row, and whatever acted where the price
/// comes from has acted already.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Calm {
    /// Some order acts at any price.
    nowhere: bool,
    /// At this price or below some order acts.
    floor: Option<Price>,
    /// At this price or above some order acts.
    ceiling: Option<Price>,
}

impl Calm {
    /// A market that is never taken to be calm.
    #[cfg(test)]
    pub const NOWHERE: Self = Self { nowhere: true, floor: None, ceiling: None };

    #[inline]
    fn holds(&self, price: Price) -> bool {
        !self.nowhere
            && self.floor.is_none_or(|floor| price > floor)
            && self.ceiling.is_none_or(|ceiling| price < ceiling)
    }
}

impl Market {
    /// Works out anew where the market is calm; due after any change of its orders.
    pub(super) fn find_calm(&mut self) {
        let mut calm = Calm::default();
        for order in &self.orders {
            match order.reach() {
                _ if order.stage != Stage::Resting => calm.nowhere = true,
                Some(Reach::AtOrBelow(level)) => calm.floor = calm.floor.max(Some(level)),
                Some(Reach::AtOrAbove(level)) => {
                    calm.ceiling = Some(calm.ceiling.map_or(level, |c| c.min(level)));
                }
                None => calm.nowhere = true,
            }
        }
        self.calm = calm;
    }

    /// The price is where the step leads.
    fn reach(&mut self, step: &PriceStep) {
        self.last_price = Some(step.price);
        if step.last {
            self.phase = Phase::Between;
        } else if self.phase == Phase::Opening {
            self.phase = Phase::Live;
        }
    }
}
