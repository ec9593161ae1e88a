//! Protection: what is held is covered, at the venue or by the engine, exactly once.

use crate::Oracle;
use crate::orders::Tracked;
use crate::rules::Rule;
use std::collections::BTreeMap;

use domain::{
    ClientOrderId, Decimal, OrderKind, OrderPurpose, OrderSide, Price, Symbol, ceil_to_step,
    floor_to_step,
};

/// Where stop and target of a position must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Levels {
    stop: Option<Decimal>,
    target: Option<Decimal>,
    /// Where a part is sold before.
    first: Option<Decimal>,
    /// What the last announcement said: true for the venue.
    at_venue: Option<bool>,
}

impl Oracle {
    /// An entry that has ended with fills sets stop and target.
    pub(crate) fn entry_over(&mut self, id: ClientOrderId) {
        let Some(tracked) = self.orders.get(&id) else { return };
        let symbol = tracked.order.symbol;
        let entry = tracked.order.purpose == OrderPurpose::Entry;
        if !entry || !tracked.done || tracked.filled.is_zero() {
            if self.held(symbol).is_zero() {
                self.levels.remove(&symbol);
                self.rough.remove(&symbol);
            }
            return;
        }
        let Some(price) = self.money.entry_price(symbol) else { return };
        let risk = self.limits;
        let tick = self.instrument(symbol).tick_size;
        let hundred = Decimal::ONE_HUNDRED;
        let stop = floor_to_step(price * (hundred - risk.stop_loss_pct) / hundred, tick);
        let target = ceil_to_step(price * (hundred + risk.take_profit_pct) / hundred, tick);
        let levels = Levels {
            stop: (!risk.stop_loss_pct.is_zero() && stop > Decimal::ZERO).then_some(stop),
            target: (!risk.take_profit_pct.is_zero()).then_some(target),
            first: None,
            at_venue: None,
        };
        // The same levels as before, on top of a rest, are not announced again.
        let rough = self.rough.contains(&symbol);
        let same = |old: &&Levels| {
            (old.stop, old.target) == (levels.stop, levels.target)
                || rough
                    && self.is_near(symbol, old.stop, levels.stop)
                    && self.is_near(symbol, old.target, levels.target)
        };
        let known = self.levels.get(&symbol).filter(same).copied();
        self.levels.insert(symbol, known.unwrap_or(levels));
    }

    pub(crate) fn on_protection_set(
        &mut self,
        symbol: Symbol,
        (stop, first, target): (Option<Price>, Option<Price>, Option<Price>),
        at_venue: bool,
    ) {
        let levels = self.levels.get(&symbol).copied().unwrap_or_default();
        let own = (levels.stop, levels.target);
        let set = (stop.map(Price::get), target.map(Price::get));
        let near = self.rough.contains(&symbol)
            && self.is_near(symbol, own.0, set.0)
            && self.is_near(symbol, own.1, set.1);
        let fits = own == set || near;
        self.must(fits, Rule::LevelsAsSet, || {
            format!("{symbol}: {stop:?} {target:?}, should be {levels:?}")
        });
        if let Some(levels) = self.levels.get_mut(&symbol) {
            levels.at_venue = Some(at_venue);
            (levels.stop, levels.target) = set;
            levels.first = first.map(Price::get);
        }
    }

    fn is_near(&self, symbol: Symbol, own: Option<Decimal>, set: Option<Decimal>) -> bool {
        let (Some(own), Some(set)) = (own, set) else { return own == set };
        let tick = self.instrument(symbol).tick_size;
        (own - set).abs() <= tick * Decimal::TWO + own * Decimal::new(1, 2)
    }

    /// Looks at every symbol: flat without orders, or held and covered.
    pub(crate) fn check_protection(&mut self) {
        for instrument in &self.instruments.clone() {
            let symbol = instrument.symbol;
            let sells: Vec<Tracked> = self
                .orders
                .values()
                .filter(|t| !t.done && t.order.symbol == symbol && t.order.side == OrderSide::Sell)
                .cloned()
                .collect();
            let held = self.held(symbol);
            if held.is_zero() {
                self.must(sells.is_empty(), Rule::NothingForSale, || format!("{sells:?}"));
                continue;
            }
            let levels = self.levels.get(&symbol).copied().unwrap_or_default();
            let exit = self.exiting.values().any(|s| *s == symbol);
            let wanted = levels.stop.is_some() || levels.target.is_some();
            let entering = self.orders.values().any(|t| {
                !t.done && t.order.symbol == symbol && t.order.purpose == OrderPurpose::Entry
            });
            if exit || !wanted || entering {
                continue;
            }
            let whole = floor_to_step(held, instrument.lot_size);
            if sells.is_empty() {
                self.check_synthetic(symbol, levels, whole);
            } else {
                self.check_venue(&sells, levels, whole);
            }
        }
    }

    fn check_venue(&mut self, sells: &[Tracked], levels: Levels, whole: Decimal) {
        let level = |t: &Tracked| match t.order.kind {
            OrderKind::Stop { trigger } => levels.stop == Some(trigger.get()),
            OrderKind::TakeProfit { trigger } => {
                levels.target == Some(trigger.get()) || levels.first == Some(trigger.get())
            }
            _ => false,
        };
        let mut pairs: BTreeMap<Option<u64>, Vec<&Tracked>> = BTreeMap::new();
        for t in sells {
            pairs.entry(t.order.id.decode().map(|d| d.0)).or_default().push(t);
        }
        let fired = sells.iter().any(|t| t.triggered.is_some());
        let due = usize::from(levels.stop.is_some()) + usize::from(levels.target.is_some());
        // Each pair (there are two with a first target) sells its part once, all of them the whole.
        let whole_pair = |legs: &Vec<&Tracked>| {
            let fired = legs.iter().any(|t| t.triggered.is_some());
            let stops = legs.iter().filter(|t| matches!(t.order.kind, OrderKind::Stop { .. }));
            let one_of_each = legs.len() < 2 || stops.count() == 1;
            legs.len() == if fired { 1 } else { due }
                && one_of_each
                && legs.iter().all(|t| t.rest() == legs[0].rest())
        };
        let covered: Decimal = pairs.values().map(|legs| legs[0].rest()).sum();
        let most = 1 + usize::from(levels.first.is_some());
        let sound = pairs.len() <= most
            && pairs.values().all(whole_pair)
            && sells.iter().all(level)
            && covered == whole
            && levels.at_venue == Some(true);
        self.must(sound, Rule::PairCovers, || format!("{whole} held, {levels:?}, but {sells:?}"));
        self.tally.branch(if fired { "protection_fired" } else { "protection_at_venue" }, 0);
    }

    /// Without orders the engine watches; a price beyond a level makes it act in the same step.
    fn check_synthetic(&mut self, symbol: Symbol, levels: Levels, whole: Decimal) {
        let watched = levels.at_venue == Some(false);
        self.must(watched, Rule::HeldIsProtected, || {
            format!("{symbol}: {whole} held without protection, {levels:?}")
        });
        let Some(range) = self.ranges.get(&symbol).copied() else { return };
        self.tally.branch("synthetic_watched", 1);
        let crossed = levels.stop.is_some_and(|stop| range.low <= stop)
            || levels.target.is_some_and(|target| range.high >= target);
        // What the venue would refuse at every price of the row can't be sold.
        let least = self.instrument(symbol).min_notional;
        if crossed && !whole.is_zero() && whole * range.low >= least {
            let acted = self.guarded.contains(&symbol);
            self.tally.branch("synthetic_crossed", 1);
            self.must(acted, Rule::SyntheticActs, || {
                format!("{symbol}: {levels:?} within {range:?}")
            });
        }
    }
}
