//! The trades of an interval: sums, streaks, time in the market, groups, and those worth a mark.
//!
//! Money stays decimal and is never rounded on the way, so that groups add up to the whole.

use super::calendar::{Month, hour, weekday};
use super::ratios::Moments;
use super::spread::{HELD_FROM, held_place};
use domain::{Amount, Decimal, ExitReason, Name, Symbol, Timestamp};
use rust_decimal::prelude::ToPrimitive as _;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use storage::{FactShare, TradeFact};

/// Decimal places of a fee that is divided among owners; the last one takes what is left over.
const FEE_SCALE: u32 = 12;

/// Sums over some trades.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// How many.
    pub trades: u64,
    /// Those with a profit above zero.
    pub wins: u64,
    /// Sum of the profits.
    pub profit: Amount,
    /// Sum of the profits above zero.
    pub gross_profit: Amount,
    /// Sum of the losses, above zero.
    pub gross_loss: Amount,
    /// Sum of the fees.
    pub fees: Amount,
    /// Time held, microseconds.
    pub held: i128,
}

impl Tally {
    fn add(&mut self, profit: Amount, fees: Amount, held: i64) {
        self.trades += 1;
        if profit > Amount::ZERO {
            self.wins += 1;
            self.gross_profit += profit;
        } else {
            self.gross_loss -= profit;
        }
        self.profit += profit;
        self.fees += fees;
        self.held += i128::from(held);
    }

    /// Share of wins in percent; `None` without trades.
    #[must_use]
    pub fn win_rate_pct(&self) -> Option<f64> {
        (self.trades > 0).then(|| self.wins as f64 / self.trades as f64 * 100.0)
    }

    /// Mean time held, microseconds.
    #[must_use]
    pub fn average_held(&self) -> Option<i64> {
        let trades = i128::from(self.trades);
        self.held.checked_div(trades).and_then(|mean| i64::try_from(mean).ok())
    }
}

/// A trade that gets markers. Ordered by the size of its result; of equal ones the older is larger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marked {
    size: Amount,
    age: Reverse<u64>,
    /// The symbol.
    pub symbol: Symbol,
    /// Entry: moment and price.
    pub entry: (Timestamp, Decimal),
    /// Exit: moment and price.
    pub exit: (Timestamp, Decimal),
    /// Profit after fees.
    pub profit: Amount,
}

impl Marked {
    fn new(fact: &TradeFact) -> Self {
        Self {
            size: fact.profit.abs(),
            age: Reverse(fact.id),
            symbol: fact.symbol,
            entry: (fact.opened_at, fact.entry_price),
            exit: (fact.closed_at, fact.exit_price),
            profit: fact.profit,
        }
    }

    /// Number of the trade.
    #[must_use]
    pub const fn id(&self) -> u64 {
        self.age.0
    }
}

/// Wins or losses in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Streak {
    now: u64,
    longest: u64,
}

impl Streak {
    fn step(&mut self, goes_on: bool) {
        self.now = if goes_on { self.now + 1 } else { 0 };
        self.longest = self.longest.max(self.now);
    }
}

/// Everything about the trades of an interval.
#[derive(Debug, Default)]
pub struct Trades {
    /// Over all of them.
    pub total: Tally,
    /// Largest and smallest profit.
    pub best: Option<Amount>,
    /// The smallest.
    pub worst: Option<Amount>,
    /// Value bought and sold.
    pub turnover: Amount,
    /// Profits as a series.
    pub(super) profits: Moments,
    winning: Streak,
    losing: Streak,
    /// Stretches of time with an open position, apart from each other, oldest first.
    open: Vec<(i64, i64)>,
    /// By owner, with each one's share; `unassigned` is what no strategy owned.
    pub by_strategy: BTreeMap<Name, Tally>,
    /// By pair.
    pub by_symbol: BTreeMap<Symbol, Tally>,
    /// By hour of the entry.
    pub by_hour: [Tally; 24],
    /// By weekday of the entry.
    pub by_weekday: [Tally; 7],
    /// By weekday and hour of the entry.
    pub by_hour_of_week: [[Tally; 24]; 7],
    /// By time held, in the ranges of `spread`.
    pub by_held: [Tally; HELD_FROM.len()],
    /// By exit reason.
    pub by_reason: BTreeMap<ExitReason, Tally>,
    /// By month of the exit.
    pub by_month: BTreeMap<Month, Tally>,
    marked: BinaryHeap<Reverse<Marked>>,
    max_marked: usize,
}

impl Trades {
    /// No trades yet; at most so many get marks.
    #[must_use]
    pub fn new(max_marked: usize) -> Self {
        Self { max_marked, ..Self::default() }
    }

    /// Takes the next trade; trades come in order of their end.
    pub fn push(&mut self, fact: &TradeFact) {
        let held = fact.closed_at.micros() - fact.opened_at.micros();
        let (profit, fees) = (fact.profit, fact.fees);
        self.total.add(profit, fees, held);
        self.best = Some(self.best.map_or(profit, |best| best.max(profit)));
        self.worst = Some(self.worst.map_or(profit, |worst| worst.min(profit)));
        self.turnover += fact.quantity * (fact.entry_price + fact.exit_price);
        self.profits.push(profit.to_f64().unwrap_or(0.0));
        self.winning.step(profit > Amount::ZERO);
        self.losing.step(profit <= Amount::ZERO);
        self.hold(fact.opened_at, fact.closed_at);
        self.by_symbol.entry(fact.symbol).or_default().add(profit, fees, held);
        self.by_hour[hour(fact.opened_at)].add(profit, fees, held);
        self.by_weekday[weekday(fact.opened_at)].add(profit, fees, held);
        self.by_hour_of_week[weekday(fact.opened_at)][hour(fact.opened_at)].add(profit, fees, held);
        self.by_held[held_place(held)].add(profit, fees, held);
        self.by_reason.entry(fact.reason).or_default().add(profit, fees, held);
        self.by_month.entry(Month::of(fact.closed_at)).or_default().add(profit, fees, held);
        for (owner, profit, fees) in owners(fact) {
            self.by_strategy.entry(owner).or_default().add(profit, fees, held);
        }
        self.mark(fact);
    }

    fn mark(&mut self, fact: &TradeFact) {
        let marked = Reverse(Marked::new(fact));
        if self.marked.len() < self.max_marked {
            self.marked.push(marked);
        } else if let Some(mut least) = self.marked.peek_mut().filter(|least| marked < **least) {
            *least = marked;
        }
    }

    /// A position was open from one moment to another, which is not earlier than those before.
    pub fn hold(&mut self, opened: Timestamp, closed: Timestamp) {
        let (mut from, to) = (opened.micros(), closed.micros());
        while let Some((start, _)) = self.open.pop_if(|(_, end)| *end >= from) {
            from = from.min(start);
        }
        self.open.push((from, to));
    }

    /// Share of a stretch of time with an open position, percent; `None` for an empty stretch.
    #[must_use]
    pub fn exposure_pct(&self, from: i64, to: i64) -> Option<f64> {
        let inside = |&(start, end): &(i64, i64)| (end.min(to) - start.max(from)).max(0);
        let held: i64 = self.open.iter().map(inside).sum();
        (to > from).then(|| held as f64 / (to - from) as f64 * 100.0)
    }

    /// Longest row of wins, and of losses.
    #[must_use]
    pub const fn streaks(&self) -> (u64, u64) {
        (self.winning.longest, self.losing.longest)
    }

    /// The trades that get marks, by their number.
    #[must_use]
    pub fn take_marked(&mut self) -> Vec<Marked> {
        let mut marked: Vec<_> =
            std::mem::take(&mut self.marked).into_iter().map(|Reverse(trade)| trade).collect();
        marked.sort_by_key(Marked::id);
        marked
    }
}

/// Each owner with its profit and its fees; both add up to the trade's exactly.
fn owners(fact: &TradeFact) -> Vec<(Name, Amount, Amount)> {
    let unassigned = || Name::from("unassigned").unwrap_or_default();
    let mut owners: Vec<(Name, Amount, Amount)> = Vec::with_capacity(fact.shares.len() + 1);
    for FactShare { strategy, quantity, profit } in &fact.shares {
        let fees = match fact.quantity.is_zero() {
            true => Amount::ZERO,
            false => (fact.fees * quantity / fact.quantity).round_dp(FEE_SCALE),
        };
        match owners.iter_mut().find(|(owner, ..)| owner == strategy) {
            // More than one lot of the same strategy is one share.
            Some(known) => {
                known.1 += profit;
                known.2 += fees;
            }
            None => owners.push((*strategy, *profit, fees)),
        }
    }
    let profit_left = fact.profit - owners.iter().map(|o| o.1).sum::<Amount>();
    let fees_left = fact.fees - owners.iter().map(|o| o.2).sum::<Amount>();
    match owners.last_mut() {
        Some(last) => last.2 += fees_left,
        None => return vec![(unassigned(), fact.profit, fact.fees)],
    }
    if !profit_left.is_zero() {
        owners.push((unassigned(), profit_left, Amount::ZERO));
    }
    owners
}
