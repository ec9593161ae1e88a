//! What a run went through, so that a campaign can say which branches it reached.

use crate::rules::{RULES, Rule};
use domain::{
    DecisionOutcome, DecisionRecord, EventKind, Fill, NewOrder, OrderKind, OrderPurpose, OrderSize,
    StateCause, TradingState,
};
use std::collections::BTreeMap;

/// Counts of a run or of many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows and commands.
    pub steps: u64,
    /// Rows of the market.
    pub rows: u64,
    /// Engine events.
    pub events: u64,
    /// Orders submitted.
    pub orders: u64,
    /// Executions.
    pub fills: u64,
    /// Trades closed.
    pub trades: u64,
    /// Full comparisons of the books.
    pub checks: u64,
    /// Broken promises.
    pub violations: u64,
    /// Harsh things done to it, by kind.
    pub faults: BTreeMap<String, u64>,
    /// Branches reached, by name.
    pub branches: BTreeMap<String, u64>,
    /// How often each promise was looked at, in the order of [`RULES`].
    looked_at: Vec<u64>,
}

impl Tally {
    /// Adds another run's counts.
    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.rows += other.rows;
        self.events += other.events;
        self.orders += other.orders;
        self.fills += other.fills;
        self.trades += other.trades;
        self.checks += other.checks;
        self.violations += other.violations;
        self.looked_at.resize(RULES.len(), 0);
        for (own, count) in self.looked_at.iter_mut().zip(&other.looked_at) {
            *own += count;
        }
        for (name, count) in &other.faults {
            *self.faults.entry(name.clone()).or_default() += count;
        }
        for (name, count) in &other.branches {
            *self.branches.entry(name.clone()).or_default() += count;
        }
    }

    /// Counts a harsh thing.
    pub fn fault(&mut self, kind: &str, count: u64) {
        if count > 0 {
            *self.faults.entry(kind.to_owned()).or_default() += count;
        }
    }

    /// Counts a branch; 0 only notes that it exists.
    pub fn branch(&mut self, name: &str, count: u64) {
        match self.branches.get_mut(name) {
            Some(known) => *known += count,
            None => {
                self.branches.insert(name.to_owned(), count);
            }
        }
    }

    /// Counts a look at a promise.
    pub fn look_at(&mut self, rule: Rule) {
        if self.looked_at.is_empty() {
            self.looked_at.resize(RULES.len(), 0);
        }
        self.looked_at[rule as usize] += 1;
    }

    /// How often each promise was looked at.
    pub fn rules(&self) -> impl Iterator<Item = (Rule, u64)> + '_ {
        let count = |rule: &Rule| self.looked_at.get(*rule as usize).copied().unwrap_or_default();
        RULES.iter().map(move |rule| (*rule, count(rule)))
    }

    /// How often a harsh thing was done.
    #[must_use]
    pub fn fault_count(&self, kind: &str) -> u64 {
        self.faults.get(kind).copied().unwrap_or_default()
    }

    /// How often a branch was reached.
    #[must_use]
    pub fn of(&self, branch: &str) -> u64 {
        self.branches.get(branch).copied().unwrap_or_default()
    }

    pub(crate) fn decision(&mut self, decision: &DecisionRecord) {
        match &decision.outcome {
            DecisionOutcome::Hold(reason) => self.branch(&format!("hold_{}", reason.token()), 1),
            DecisionOutcome::Denied(check) => self.branch(&format!("denied_{check}"), 1),
            DecisionOutcome::Entered(_) => self.branch("entered", 1),
            DecisionOutcome::Exited(_) => self.branch("exited", 1),
            DecisionOutcome::ExitFenced => self.branch("exit_fenced", 1),
        }
    }

    pub(crate) fn fill(&mut self, order: &NewOrder, fill: &Fill) {
        let partial = matches!(order.size, OrderSize::Base(size) if size != fill.quantity);
        if partial {
            self.branch("partial_fill", 1);
        }
        let name = match (order.purpose, order.kind) {
            (OrderPurpose::Entry, _) => "filled_entry",
            (OrderPurpose::StrategyExit, _) => "filled_strategy_exit",
            (OrderPurpose::CloseAll, _) => "filled_close_all",
            (OrderPurpose::OperatorExit, _) => "filled_operator_exit",
            (OrderPurpose::Protection, OrderKind::Stop { .. }) => "filled_stop",
            (OrderPurpose::Protection, OrderKind::TakeProfit { .. }) => "filled_target",
            (OrderPurpose::Protection, _) => "filled_synthetic_protection",
        };
        self.branch(name, 1);
    }

    pub(crate) fn event(&mut self, kind: &EventKind) {
        self.events += 1;
        match kind {
            EventKind::OrderSubmitted { .. } => self.orders += 1,
            EventKind::OrderFilled { .. } => self.fills += 1,
            EventKind::TradeClosed { .. } => self.trades += 1,
            EventKind::OrderRejected { reason, .. } => {
                self.branch(&format!("rejected_{reason}"), 1);
            }
            EventKind::OrderExpired { reason, .. } => {
                self.branch(&format!("expired_{reason}"), 1);
            }
            EventKind::OrderCancelled { .. } => self.branch("cancelled", 1),
            EventKind::StrategySwitched { symbol: Some(_), enabled, .. } => {
                self.branch(if *enabled { "re_enabled" } else { "benched" }, 1);
            }
            EventKind::StrategySwitched { symbol: None, .. } => self.branch("switched", 1),
            EventKind::ProtectionSet { at_venue, .. } => {
                self.branch(if *at_venue { "protected_at_venue" } else { "synthetic_set" }, 1);
            }
            EventKind::TradingStateChanged { to, cause, .. } => {
                let name = match (to, cause) {
                    (_, StateCause::Drawdown { .. }) => "drawdown_latched",
                    (_, StateCause::RepeatedRejections { .. }) => "rejections_latched",
                    (_, StateCause::StaleData { .. }) => "stale_data_latched",
                    (TradingState::Halted, _) => "halted",
                    (TradingState::Reducing, _) => "reducing",
                    (TradingState::Active, _) => "resumed",
                };
                self.branch(name, 1);
            }
            _ => {}
        }
    }
}
