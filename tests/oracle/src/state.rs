//! Permissions: the oracle's own copy of the trading state, the latch and the switches.

use crate::rules::Rule;
use crate::{Oracle, Shown};
use domain::{
    Amount, EventKind, Name, OrderPurpose, StateCause, SwitchCause, Symbol, TradingState,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is allowed, by the events.
#[derive(Debug)]
pub(crate) struct Permissions {
    pub state: TradingState,
    pub epoch: u64,
    /// On or off, and the version, which each change raises.
    pub switches: BTreeMap<Name, (bool, u64)>,
    /// Switched off by the tracker.
    benched: BTreeSet<(Name, Symbol)>,
    /// Equity at the start of the day.
    pub day_start: Amount,
    /// Highest equity seen since the last resume.
    pub peak: Amount,
    /// The day's loss has passed its limit.
    pub day_lost: bool,
}

impl Permissions {
    pub fn new(strategies: &[(Name, bool)]) -> Self {
        let switches = strategies.iter().map(|(name, on)| (*name, (*on, 1))).collect();
        Self {
            state: TradingState::Active,
            epoch: 0,
            switches,
            benched: BTreeSet::new(),
            day_start: Amount::ZERO,
            peak: Amount::ZERO,
            day_lost: false,
        }
    }

    /// True when a strategy may take part in an entry.
    pub fn may_vote(&self, strategy: Name, symbol: Symbol) -> bool {
        self.switches.get(&strategy).is_some_and(|s| s.0)
            && !self.benched.contains(&(strategy, symbol))
    }
}

impl Oracle {
    pub(crate) fn on_permission(&mut self, kind: &EventKind) {
        match kind {
            EventKind::TradingStateChanged { from, to, epoch, cause, .. } => {
                let own = &self.permissions;
                let due = own.epoch + u64::from(*to != TradingState::Active);
                let fits = *from == own.state && *epoch == due;
                let person = matches!(cause, StateCause::Operator(_));
                let resumes = *to == TradingState::Active;
                self.must(fits, Rule::LatchRises, || format!("{kind:?}"));
                self.must(person || !resumes, Rule::OnlyPersonResumes, || format!("{kind:?}"));
                self.latched |= !person;
                self.permissions.state = *to;
                self.permissions.epoch = *epoch;
                if resumes {
                    self.permissions.peak = self.equity();
                }
            }
            EventKind::StrategySwitched { strategy, symbol: None, enabled, cause } => {
                let person = *cause == SwitchCause::Operator;
                self.must(person, Rule::PersonsSwitch, || format!("{kind:?}"));
                let switch = self.permissions.switches.entry(*strategy).or_default();
                *switch = (*enabled, switch.1 + 1);
            }
            EventKind::StrategySwitched { strategy, symbol: Some(symbol), enabled, .. } => {
                let key = (*strategy, *symbol);
                let changed = if *enabled {
                    self.permissions.benched.remove(&key)
                } else {
                    self.permissions.benched.insert(key)
                };
                self.must(changed, Rule::SwitchChanges, || format!("{kind:?}"));
            }
            _ => {}
        }
    }

    /// What the trading state says about orders of a purpose.
    pub(crate) fn check_allowed(&mut self, purpose: OrderPurpose, what: &'static str) {
        let state = self.permissions.state;
        let allowed = match purpose {
            OrderPurpose::Entry => state == TradingState::Active,
            OrderPurpose::StrategyExit => state != TradingState::Halted,
            OrderPurpose::Protection | OrderPurpose::CloseAll | OrderPurpose::OperatorExit => true,
        };
        self.must(allowed, Rule::Allowed, || format!("{purpose:?} {what} while {state:?}"));
    }

    /// Trading state and switches as people are shown them.
    pub(crate) fn check_state(&mut self, shown: &Shown) {
        let own = Some((self.permissions.state, self.permissions.epoch));
        self.must(shown.trading == own, Rule::StateShown, || {
            format!("shown {:?}, events {own:?}", shown.trading)
        });
        for line in &shown.strategies {
            let own = self.permissions.switches.get(&line.name).copied();
            let same = own == Some((line.enabled, line.version));
            self.must(same, Rule::SwitchShown, || format!("{line:?}, events {own:?}"));
        }
    }
}
