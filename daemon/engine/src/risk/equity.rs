//! Marked equity, its peak, its fall, and the day's loss.
//!
//! Thresholds are kept ready-made so that a mark costs comparisons, no divisions.

use crate::settings::RiskSettings;
use domain::{Amount, Decimal, UtcDay};
use serde::{Deserialize, Serialize};

/// The equity's history as far as limits need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EquityWatch {
    /// Last marked equity.
    pub equity: Amount,
    /// What the account was opened with.
    pub opening: Amount,
    /// Highest equity since the last resume (or the opening).
    pub peak: Amount,
    /// The current UTC day.
    pub day: UtcDay,
    /// Equity when it began.
    pub day_start: Amount,
    /// True once the day's loss has reached its limit.
    pub day_limit_hit: bool,
    /// Highest equity ever, and the deepest fall from such a peak so far, in percent.
    pub all_time_peak: Amount,
    /// Deepest fall so far, in percent of the peak it fell from.
    pub max_drawdown_pct: Decimal,
    drawdown_floor: Amount,
    day_floor: Amount,
    record_floor: Amount,
}

/// What a mark brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// The fall from the peak has passed its limit.
    Drawdown {
        /// The limit in percent.
        limit: Decimal,
        /// The fall in percent.
        value: Decimal,
    },
}

const HUNDRED: Decimal = Decimal::ONE_HUNDRED;

impl EquityWatch {
    /// Starts with the opening equity.
    #[must_use]
    pub fn new(opening: Amount, day: UtcDay, limits: &RiskSettings) -> Self {
        let mut watch = Self {
            equity: opening,
            opening,
            peak: opening,
            day,
            day_start: opening,
            day_limit_hit: false,
            all_time_peak: opening,
            max_drawdown_pct: Decimal::ZERO,
            drawdown_floor: Amount::ZERO,
            day_floor: Amount::ZERO,
            record_floor: opening,
        };
        watch.set_limits(limits);
        watch
    }

    /// Takes new limits.
    pub fn set_limits(&mut self, limits: &RiskSettings) {
        self.drawdown_floor = floor(self.peak, limits.max_drawdown_pct);
        self.day_floor = floor(self.day_start, limits.daily_loss_limit_pct);
    }

    /// Marks the equity; says whether the drawdown limit is passed (at each mark below it).
    #[inline]
    pub fn mark(&mut self, equity: Amount, limits: &RiskSettings) -> Option<Breach> {
        self.equity = equity;
        if equity > self.peak {
            self.peak = equity;
            self.drawdown_floor = floor(equity, limits.max_drawdown_pct);
        }
        if equity > self.all_time_peak {
            self.all_time_peak = equity;
            self.record_floor = floor(equity, self.max_drawdown_pct);
        } else if equity < self.record_floor {
            self.max_drawdown_pct = fall_pct(self.all_time_peak, equity);
            self.record_floor = equity;
        }
        if equity <= self.day_floor && limits.daily_loss_limit_pct < HUNDRED {
            self.day_limit_hit = true;
        }
        let passed = equity <= self.drawdown_floor && limits.max_drawdown_pct < HUNDRED;
        passed.then(|| Breach::Drawdown {
            limit: limits.max_drawdown_pct,
            value: fall_pct(self.peak, equity),
        })
    }

    /// Begins a UTC day; an earlier or equal day changes nothing and gives false.
    pub fn start_day(&mut self, day: UtcDay, limits: &RiskSettings) -> bool {
        if day <= self.day {
            return false;
        }
        self.day = day;
        self.day_start = self.equity;
        self.day_limit_hit = false;
        self.day_floor = floor(self.day_start, limits.daily_loss_limit_pct);
        true
    }

    /// Measures falls from here on, after an operator has resumed.
    pub fn reset_peak(&mut self, limits: &RiskSettings) {
        self.peak = self.equity;
        self.drawdown_floor = floor(self.peak, limits.max_drawdown_pct);
    }

    /// Current fall from the peak, in percent.
    #[must_use]
    pub fn drawdown_pct(&self) -> Decimal {
        fall_pct(self.peak, self.equity)
    }

    /// Loss since the day began, in percent of its opening equity; negative for a gain.
    #[must_use]
    pub fn day_loss_pct(&self) -> Decimal {
        if self.day_start.is_zero() {
            return Decimal::ZERO;
        }
        ((self.day_start - self.equity) * HUNDRED / self.day_start).round_dp(4)
    }
}

fn floor(from: Amount, pct: Decimal) -> Amount {
    from * (HUNDRED - pct) / HUNDRED
}

fn fall_pct(peak: Amount, equity: Amount) -> Decimal {
    if peak <= Amount::ZERO {
        return Decimal::ZERO;
    }
    ((peak - equity) * HUNDRED / peak).round_dp(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawdown_and_day_loss_on_marked_equity() {
        let d = |n: i64| Decimal::new(n, 0);
        let limits = RiskSettings::default();
        let mut watch = EquityWatch::new(d(10_000), UtcDay(1), &limits);
        assert_eq!(watch.mark(d(12_000), &limits), None);
        assert_eq!(watch.mark(d(10_201), &limits), None);
        assert!(!watch.day_limit_hit);
        let breach = watch.mark(d(10_200), &limits);
        assert_eq!(breach, Some(Breach::Drawdown { limit: d(15), value: d(15) }));
        assert_eq!(watch.max_drawdown_pct, d(15));
        assert!(watch.mark(d(9_500), &limits).is_some());
        assert!(watch.day_limit_hit, "5 % below the day's opening of 10,000");
        assert!(!watch.start_day(UtcDay(1), &limits));
        assert!(watch.start_day(UtcDay(2), &limits));
        assert!(!watch.day_limit_hit);
        assert_eq!(watch.day_start, d(9_500));
        watch.reset_peak(&limits);
        assert_eq!(watch.mark(d(9_400), &limits), None);
    }
}
