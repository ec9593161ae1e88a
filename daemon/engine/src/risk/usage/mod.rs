//! Every limit of the gate with what is used of it, for people. Nothing is decided here.

mod account;
mod parts;

use crate::engine::Engine;
use domain::{Decimal, Name, Symbol};
use std::borrow::Cow;

/// What happens when a limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The entry at hand is denied.
    DeniesEntry,
    /// Entries are denied until the next UTC day.
    DeniesDay,
    /// Trading is latched to reducing until a person resumes.
    LatchesReducing,
}

/// What a limit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole account.
    Account,
    /// One pair.
    Symbol(Symbol),
    /// One strategy.
    Strategy(Name),
    /// One sector.
    Sector(Name),
}

/// One limit and its use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Name of the check, as in decision records, or of the latch.
    pub check: &'static str,
    /// Key of the setting that holds it.
    pub setting: Cow<'static, str>,
    /// `percent`, `share`, `positions`, `candles`, `orders`, `messages`, `seconds`, `quote`, `base`, or
    /// empty for a plain number.
    pub unit: &'static str,
    /// What it is about.
    pub scope: Scope,
    /// The limit.
    pub limit: Decimal,
    /// What is used of it; not below zero.
    pub used: Decimal,
    /// What reaching it does.
    pub effect: Effect,
    /// True while it denies entries.
    pub blocking: bool,
    /// True when the setting's value turns it off.
    pub off: bool,
}

impl Usage {
    /// A limit of the account that denies entries once all of it is used.
    fn new(
        check: &'static str,
        setting: &'static str,
        unit: &'static str,
        limit: Decimal,
        used: Decimal,
    ) -> Self {
        Self {
            check,
            setting: Cow::Borrowed(setting),
            unit,
            scope: Scope::Account,
            limit,
            used: used.max(Decimal::ZERO),
            effect: Effect::DeniesEntry,
            blocking: used >= limit,
            off: false,
        }
    }

    fn about(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    fn with(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// Blocks on something else than being used up.
    fn blocking_when(mut self, blocking: bool) -> Self {
        self.blocking = blocking;
        self
    }

    /// What is off blocks nothing.
    fn off_when(mut self, off: bool) -> Self {
        self.off = off;
        self.blocking &= !off;
        self
    }

    /// What is left, 0 or above.
    #[must_use]
    pub fn headroom(&self) -> Decimal {
        (self.limit - self.used).max(Decimal::ZERO)
    }

    /// Used over limit in percent, 2 places; `None` for a limit of zero.
    #[must_use]
    pub fn used_pct(&self) -> Option<Decimal> {
        (self.used * Decimal::ONE_HUNDRED).checked_div(self.limit).map(|pct| pct.round_dp(2))
    }
}

impl Engine {
    /// All limits with their use: of the account first, then of sectors, strategies and pairs.
    #[must_use]
    pub fn limits(&self) -> Vec<Usage> {
        let mut limits = self.account_limits();
        limits.extend(self.portfolio_limits());
        limits.extend(self.sector_limits());
        limits.extend(self.strategy_limits());
        for index in 0..self.markets().len() {
            limits.extend(self.symbol_limits(index));
        }
        limits
    }

    /// An amount in percent of equity, 4 places; zero without equity.
    fn percent_of_equity(&self, amount: Decimal) -> Decimal {
        let equity = self.equity().equity;
        if equity > Decimal::ZERO {
            (amount * Decimal::ONE_HUNDRED / equity).round_dp(4)
        } else {
            Decimal::ZERO
        }
    }
}

#[cfg(test)]
mod tests;
