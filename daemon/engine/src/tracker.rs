//! What each strategy earned in each symbol, and when that switches it off or on again.
//!
//! Statistics come from closed trades alone. A person's "off" is kept elsewhere and always wins.

use crate::settings::TrackerSettings;
use domain::{Amount, Decimal, Regime, SwitchCause, Timestamp};
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

/// One strategy in one symbol.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Record {
    /// Closed trades in which it had a share.
    pub trades: u64,
    /// Of these with a profit above zero.
    pub wins: u64,
    /// Sum of its profits.
    pub total_profit: Amount,
    /// Sum of its winning profits.
    pub gross_profit: Amount,
    /// Sum of its losses, as a positive amount.
    pub gross_loss: Amount,
    /// Losing round trips in a row; zero profit counts as a loss. A position is left in parts, each
    /// a trade of its own: losing both halves at one stop is one loss in a row, not two.
    pub streak: u32,
    /// When the position was opened whose loss was counted last, while nothing was won since.
    lost: Option<Timestamp>,
    /// Set while the tracker has it switched off.
    pub disabled: Option<Disabled>,
    /// Trades and wins since it was last switched on again.
    since: (u32, u32),
    /// For the deviation of profits: sum of squares (a statistic, hence a float).
    squares: f64,
}

/// Why and when the tracker switched it off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    /// Why.
    pub cause: SwitchCause,
    /// When.
    pub at: Timestamp,
    /// When the wait for switching on again began.
    pub checked_at: Timestamp,
    /// The symbol's regime then, if it was known.
    pub regime: Option<Regime>,
}

impl Record {
    /// Books the share in a trade of the position that was opened at `opened_at`; says why it must
    /// be switched off, if so.
    #[must_use]
    pub fn close(
        &mut self,
        profit: Amount,
        opened_at: Timestamp,
        settings: &TrackerSettings,
    ) -> Option<SwitchCause> {
        self.trades += 1;
        self.since.0 += 1;
        self.total_profit += profit;
        self.squares += profit.to_f64().unwrap_or(0.0).powi(2);
        if profit > Amount::ZERO {
            self.wins += 1;
            self.since.1 += 1;
            self.gross_profit += profit;
            (self.streak, self.lost) = (0, None);
        } else {
            self.gross_loss -= profit;
            self.streak += u32::from(self.lost != Some(opened_at));
            self.lost = Some(opened_at);
        }
        if !settings.enabled || self.disabled.is_some() {
            return None;
        }
        if self.since.0 >= settings.min_trades_for_eval {
            let rate = percent(u64::from(self.since.1), u64::from(self.since.0));
            if rate < settings.min_win_rate_pct {
                return Some(SwitchCause::LowWinRate {
                    win_rate_pct: rate,
                    limit_pct: settings.min_win_rate_pct,
                });
            }
        }
        (self.streak >= settings.max_consecutive_losses).then_some(SwitchCause::ConsecutiveLosses {
            streak: self.streak,
            limit: settings.max_consecutive_losses,
        })
    }

    /// Switches it off.
    pub fn disable(&mut self, cause: SwitchCause, at: Timestamp, regime: Option<Regime>) {
        self.disabled = Some(Disabled { cause, at, checked_at: at, regime });
    }

    /// Switches it on again; totals stay, the evaluation starts anew.
    pub fn enable(&mut self) {
        self.disabled = None;
        self.streak = 0;
        self.since = (0, 0);
    }

    /// Whether it may be switched on again now that the symbol is in `regime`.
    #[must_use]
    pub fn re_enable(
        &mut self,
        now: Timestamp,
        regime: Option<Regime>,
        settings: &TrackerSettings,
    ) -> Option<SwitchCause> {
        let disabled = self.disabled.as_mut()?;
        let now_known = regime?;
        if disabled.regime.is_some_and(|then| then != now_known) {
            return Some(SwitchCause::RegimeChanged);
        }
        let hours = settings.re_enable_check_hours.to_f64().unwrap_or(24.0);
        let wait = (hours * 3_600_000_000.0) as i64;
        if now.micros() - disabled.checked_at.micros() < wait {
            return None;
        }
        disabled.checked_at = now;
        // Switched off before the regime was known: any known regime is a change.
        disabled.regime.is_none().then_some(SwitchCause::RegimeChangedAfterTimeout)
    }

    /// Wins over trades in percent; `None` without trades.
    #[must_use]
    pub fn win_rate_pct(&self) -> Option<Decimal> {
        (self.trades > 0).then(|| percent(self.wins, self.trades))
    }

    /// Mean over sample deviation of trade profits; `None` with fewer than two trades or no deviation.
    #[must_use]
    pub fn sharpe(&self) -> Option<f64> {
        if self.trades < 2 {
            return None;
        }
        let n = self.trades as f64;
        let mean = self.total_profit.to_f64()? / n;
        let variance = (self.squares - n * mean * mean) / (n - 1.0);
        (variance > 1e-18).then(|| mean / variance.sqrt())
    }

    /// Gross profit over gross loss; `None` without losses.
    #[must_use]
    pub fn profit_factor(&self) -> Option<Decimal> {
        (!self.gross_loss.is_zero()).then(|| (self.gross_profit / self.gross_loss).round_dp(4))
    }
}

fn percent(part: u64, whole: u64) -> Decimal {
    (Decimal::from(part) * Decimal::ONE_HUNDRED / Decimal::from(whole)).round_dp(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(profits: &[i64]) -> (Record, Option<SwitchCause>) {
        let mut record = Record::default();
        let mut cause = None;
        for (at, profit) in profits.iter().enumerate() {
            let opened_at = Timestamp::from_micros(at as i64);
            let profit = Decimal::new(*profit, 0);
            cause = record.close(profit, opened_at, &TrackerSettings::default());
        }
        (record, cause)
    }

    #[test]
    fn five_losses_in_a_row_switch_off_and_zero_is_a_loss() {
        let (_, cause) = run(&[1, -1, -1, 0, -1]);
        assert_eq!(cause, None);
        let (_, cause) = run(&[1, -1, -1, 0, -1, -1]);
        assert_eq!(cause, Some(SwitchCause::ConsecutiveLosses { streak: 5, limit: 5 }));
    }

    #[test]
    fn parts_of_one_position_are_one_loss_in_a_row() {
        let settings = TrackerSettings::default();
        let mut record = Record::default();
        let mut lose = |opened_at: i64| {
            let cause =
                record.close(Decimal::NEGATIVE_ONE, Timestamp::from_micros(opened_at), &settings);
            (record.streak, cause)
        };
        for position in 1..=4 {
            assert_eq!(lose(i64::from(position)), (position, None));
            assert_eq!(lose(i64::from(position)), (position, None));
        }
        let switched_off = Some(SwitchCause::ConsecutiveLosses { streak: 5, limit: 5 });
        assert_eq!(lose(5), (5, switched_off));
        assert_eq!((record.trades, record.total_profit), (9, Decimal::new(-9, 0)));
    }

    #[test]
    fn a_low_win_rate_counts_from_twenty_trades_on() {
        // 7 wins of 20 is 35 %; losses never five in a row.
        let mut profits = Vec::new();
        for i in 0..20 {
            profits.push(if i % 3 == 0 { 5 } else { -1 });
        }
        let (record, cause) = run(&profits);
        assert_eq!(record.win_rate_pct(), Some(Decimal::new(35, 0)));
        assert!(matches!(cause, Some(SwitchCause::LowWinRate { .. })));
    }

    #[test]
    fn another_regime_switches_on_again_and_evaluation_starts_anew() {
        let settings = TrackerSettings::default();
        let (mut record, cause) = run(&[-1, -1, -1, -1, -1]);
        record.disable(cause.expect("disabled"), Timestamp::ZERO, Some(Regime::Ranging));
        assert_eq!(record.re_enable(Timestamp::ZERO, Some(Regime::Ranging), &settings), None);
        let cause = record.re_enable(Timestamp::ZERO, Some(Regime::TrendingUp), &settings);
        assert_eq!(cause, Some(SwitchCause::RegimeChanged));
        record.enable();
        assert_eq!(record.close(Decimal::NEGATIVE_ONE, Timestamp::from_micros(9), &settings), None);
        assert_eq!(record.trades, 6);
    }

    #[test]
    fn figures_without_enough_trades_are_absent() {
        let (record, _) = run(&[]);
        assert_eq!(
            (record.win_rate_pct(), record.sharpe(), record.profit_factor()),
            (None, None, None)
        );
        let (record, _) = run(&[2, 4]);
        assert!((record.sharpe().expect("two trades") - 3.0 / 2f64.sqrt()).abs() < 1e-12);
        assert_eq!(record.profit_factor(), None);
    }
}
