//! Leading the price along its path and letting orders act in the order in which it meets them.
//!
//! Which prices a row has, and in which order, is the caller's choice; how an order fills once it
//! is met is settled in `execution`.

use super::{Market, Phase, SimulatedExchange};
use domain::{ExecutionReport, Price, Symbol, Timestamp};

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
    /// caller may react at that price and then calls again with the same step. Without open orders
    /// this costs a few nanoseconds and never allocates. A symbol that is not traded here, or whose
    /// row was not begun, fills nothing.
    pub fn advance(&mut self, step: &PriceStep, reports: &mut Vec<ExecutionReport>) -> bool {
        let Some(index) = self.find(step.symbol) else { return true };
        let market = &mut self.markets[index];
        let trading = matches!(market.phase, Phase::Opening | Phase::Live);
        if !trading || market.orders.is_empty() {
            market.reach(step);
            return true;
        }
        let jumps = !step.continuous || market.phase == Phase::Opening;
        match market.last_price {
            Some(from) if !jumps => self.travel(index, from, step, reports),
            _ => {
                market.phase = Phase::Live;
                market.last_price = Some(step.price);
                self.meet(index, step.price, step.at, 0, reports);
                self.markets[index].reach(step);
                true
            }
        }
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

impl Market {
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
