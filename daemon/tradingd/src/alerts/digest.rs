//! The daily digest: equity, trades and alerts since the last one.

use super::code::Severity;
use crate::read_model::ReadModel;
use domain::{Decimal, Timestamp};
use serde::{Deserialize, Serialize};
use storage::Alert;

/// Alerts that are named one by one.
const NAMED: usize = 15;

/// What the last digest knew; stored, so that a restart sends none twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// Number of the UTC day whose digest was the last.
    pub day: i64,
    /// Wall time at which it was made, microseconds.
    pub at: i64,
    /// Trades closed by then.
    pub trades: u64,
    /// Equity then, decimal text.
    pub equity: String,
}

impl Last {
    /// What the digest of that day knows.
    #[must_use]
    pub fn of(model: &ReadModel, day: i64, now: Timestamp) -> Self {
        let portfolio = &model.portfolio;
        let (trades, equity) = (portfolio.trades, portfolio.equity.clone());
        Self { day, at: now.micros(), trades, equity }
    }

    /// The digest from this one to `next`, with the alerts seen meanwhile.
    #[must_use]
    pub fn text(&self, next: &Self, model: &ReadModel, alerts: &[Alert], total: u64) -> String {
        let quote = &model.portfolio.quote_asset;
        let number = |text: &str| text.parse::<Decimal>().unwrap_or_default();
        let change = number(&next.equity) - number(&self.equity);
        let mut text = format!(
            "daily digest\nequity {} {quote}, {}{change} since the last digest\nday profit {} {quote}, \
             drawdown {} %\n{} trades, {} positions open\n{total} alerts",
            next.equity,
            if change.is_sign_positive() { "+" } else { "" },
            model.portfolio.day_profit,
            model.portfolio.drawdown_pct,
            next.trades.saturating_sub(self.trades),
            model.positions.len(),
        );
        for alert in alerts.iter().take(NAMED) {
            text += &format!(
                "\n{} {}: {} ({}, {} times)",
                alert.id,
                Severity::of(alert.severity).word(),
                alert.title,
                alert.state.token(),
                alert.count,
            );
        }
        if total > NAMED as u64 {
            text += &format!("\nand {} more", total - NAMED as u64);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_what_has_changed_since_the_last_one() {
        let mut model = ReadModel::default();
        model.portfolio.quote_asset = "USDT".to_owned();
        model.portfolio.day_profit = "12.5".to_owned();
        model.portfolio.drawdown_pct = "1.2".to_owned();
        model.portfolio.equity = "10012.5".to_owned();
        model.portfolio.trades = 9;
        let last = Last { day: 1, at: 0, trades: 4, equity: "10020".to_owned() };
        let next = Last::of(&model, 2, Timestamp::from_micros(5));
        let text = last.text(&next, &model, &[], 0);
        assert!(text.contains("equity 10012.5 USDT, -7.5 since"), "{text}");
        assert!(text.contains("5 trades, 0 positions open\n0 alerts"), "{text}");
    }
}
