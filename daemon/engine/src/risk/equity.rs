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
    /// Equity when it began, in proportion to what has moved in or out since: losses are measured
    /// from it.
    pub day_start: Amount,
    /// Equity when it began, as it was.
    pub day_opening: Amount,
    /// Equity that has moved in, less out, without trading since the day began.
    pub day_external: Amount,
    /// The same since the account was opened.
    pub external: Amount,
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

/// Decimal places of levels that moved with the equity.
const MOVED_SCALE: u32 = 10;
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
            day_opening: opening,
            day_external: Amount::ZERO,
            external: Amount::ZERO,
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
        self.day_opening = self.equity;
        self.day_external = Amount::ZERO;
        self.day_limit_hit = false;
        self.day_floor = floor(self.day_start, limits.daily_loss_limit_pct);
        true
    }

    /// Money moved in or out, which is neither profit nor loss: falls and losses in percent stay as
    /// they are, so a withdrawal trips no limit and a deposit hides no loss. From an equity of zero
    /// or below, or down to one, everything is measured anew.
    pub fn shift(&mut self, before: Amount, after: Amount, limits: &RiskSettings) {
        if before == after {
            return;
        }
        self.external += after - before;
        self.day_external += after - before;
        let moved = |level: Amount| {
            if before > Amount::ZERO && after > Amount::ZERO {
                (level * after / before).round_dp(MOVED_SCALE)
            } else {
                after
            }
        };
        self.peak = moved(self.peak).max(after);
        self.all_time_peak = moved(self.all_time_peak).max(after);
        self.day_start = moved(self.day_start);
        self.equity = after;
        self.record_floor = floor(self.all_time_peak, self.max_drawdown_pct);
        self.set_limits(limits);
    }

    /// Gain since the day began, quote units, without what moved in or out.
    #[must_use]
    pub fn day_profit(&self) -> Amount {
        self.equity - self.day_opening - self.day_external
    }

    /// What was put in: the opening and what has moved in, less out, since.
    #[must_use]
    pub fn capital(&self) -> Amount {
        self.opening + self.external
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
        if self.day_start <= Amount::ZERO {
            return Decimal::ZERO;
        }
        ((self.day_start - self.equity) * HUNDRED / self.day_start).round_dp(4)
    }
}

fn floor(from: Amount, pct: Decimal) -> Amount {
    if from <= Amount::ZERO {
        // There is nothing to lose.
        return Amount::MIN;
    }
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
    fn money_that_moves_is_neither_profit_nor_loss() {
        let d = |n: i64| Decimal::new(n, 0);
        let limits = RiskSettings::default();
        // Change, then peak, day's start, and what was put in; equity was 9,600 of 12,000.
        for (after, peak, day_start, capital) in [
            (d(19_200), d(24_000), d(20_000), d(19_600)),
            (d(960), d(1_200), d(1_000), d(1_360)),
            (d(0), d(0), d(0), d(400)),
            (d(-5), d(-5), d(-5), d(395)),
        ] {
            let mut watch = EquityWatch::new(d(10_000), UtcDay(1), &limits);
            let calm = RiskSettings { max_drawdown_pct: d(100), ..limits };
            watch.mark(d(12_000), &calm);
            watch.mark(d(9_600), &calm);
            let (fall, loss) = (watch.drawdown_pct(), watch.day_loss_pct());
            watch.shift(d(9_600), after, &limits);
            assert_eq!((watch.peak, watch.day_start, watch.capital()), (peak, day_start, capital));
            assert_eq!(watch.day_profit(), d(-400));
            if after > d(0) {
                assert_eq!((watch.drawdown_pct(), watch.day_loss_pct()), (fall, loss));
                assert_eq!(watch.max_drawdown_pct, d(20));
            } else {
                assert_eq!(watch.mark(after, &limits), None, "nothing is left to lose");
                assert!(!watch.day_limit_hit);
            }
        }
    }

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
