//! Permissions: the oracle's own copy of the trading state, the latch and the switches.

use super::Oracle;
use domain::{
    Amount, EventKind, Name, OrderPurpose, StateCause, SwitchCause, Symbol, TradingState,
};
use engine::settings::EngineSettings;
use simulator::PaperSession;
use std::collections::{BTreeMap, BTreeSet};

/// What is allowed, by the events.
#[derive(Debug)]
pub(super) struct Permissions {
    pub state: TradingState,
    epoch: u64,
    switches: BTreeMap<Name, bool>,
    /// Switched off by the tracker.
    benched: BTreeSet<(Name, Symbol)>,
    /// Equity at the start of the day.
    pub day_start: Amount,
    /// Highest equity seen since the last resume.
    pub peak: Amount,
}

impl Permissions {
    pub fn new(settings: &EngineSettings) -> Self {
        let switches = settings
            .strategies
            .iter()
            .map(|s| (Name::from(s.params.name()).unwrap_or_default(), s.enabled))
            .collect();
        Self {
            state: TradingState::Active,
            epoch: 0,
            switches,
            benched: BTreeSet::new(),
            day_start: Amount::ZERO,
            peak: Amount::ZERO,
        }
    }

    /// True when a strategy may take part in an entry.
    pub fn may_vote(&self, strategy: Name, symbol: Symbol) -> bool {
        self.switches.get(&strategy).copied().unwrap_or(false)
            && !self.benched.contains(&(strategy, symbol))
    }
}

impl Oracle {
    pub(super) fn on_permission(&mut self, kind: &EventKind) {
        match kind {
            EventKind::TradingStateChanged { from, to, epoch, cause } => {
                let own = &self.permissions;
                let due = own.epoch + u64::from(*to != TradingState::Active);
                let fits = *from == own.state && *epoch == due;
                let person = matches!(cause, StateCause::Operator(_));
                let resumes = *to == TradingState::Active;
                self.must(fits, "each closing raises the latch by one", || format!("{kind:?}"));
                self.must(person || !resumes, "only a person resumes", || format!("{kind:?}"));
                self.latched |= !person;
                self.permissions.state = *to;
                self.permissions.epoch = *epoch;
                if resumes {
                    self.permissions.peak = self.equity();
                }
            }
            EventKind::StrategySwitched { strategy, symbol: None, enabled, cause } => {
                let person = *cause == SwitchCause::Operator;
                self.must(person, "a person's switch is a person's", || format!("{kind:?}"));
                self.permissions.switches.insert(*strategy, *enabled);
            }
            EventKind::StrategySwitched { strategy, symbol: Some(symbol), enabled, .. } => {
                let key = (*strategy, *symbol);
                let changed = if *enabled {
                    self.permissions.benched.remove(&key)
                } else {
                    self.permissions.benched.insert(key)
                };
                self.must(changed, "a switch event is a change", || format!("{kind:?}"));
            }
            _ => {}
        }
    }

    /// What the trading state says about orders of a purpose.
    pub(super) fn check_allowed(&mut self, purpose: OrderPurpose, what: &'static str) {
        let state = self.permissions.state;
        let allowed = match purpose {
            OrderPurpose::Entry => state == TradingState::Active,
            OrderPurpose::StrategyExit => state != TradingState::Halted,
            OrderPurpose::Protection | OrderPurpose::CloseAll => true,
        };
        let rule = "no entry unless Active, no strategy exit while Halted";
        self.must(allowed, rule, || format!("{purpose:?} {what} while {state:?}"));
    }

    /// The engine, its gate and the events agree on what is allowed.
    pub(super) fn check_state(&mut self, session: &PaperSession) {
        let trading = session.engine().trading();
        let own = (self.permissions.state, self.permissions.epoch);
        let same = (trading.state, trading.epoch) == own;
        self.must(same, "the events tell the trading state", || {
            format!("engine {trading:?}, events {own:?}")
        });
        let fenced = session.gate().fenced;
        self.must(fenced == 0, "the engine never asks for what the gate must refuse", || {
            format!("{fenced} orders fenced")
        });
        let unknown = session.engine().unknown_reports();
        self.must(unknown == 0, "every report is about a known order", || unknown.to_string());
        for (place, strategy) in session.engine().settings().strategies.iter().enumerate() {
            let name = Name::from(strategy.params.name()).unwrap_or_default();
            let on = session.engine().switch_of(place).enabled;
            let same = self.permissions.switches.get(&name) == Some(&on);
            self.must(same, "the events tell the switches", || format!("{name} {on}"));
        }
    }
}
