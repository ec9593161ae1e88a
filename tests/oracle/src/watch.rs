//! Loss limits: the oracle walks the prices of a row itself and knows what must have latched.

use crate::rules::Rule;
use crate::{Oracle, Row, Step};
use domain::{Amount, Decimal, TradingState};

impl Oracle {
    pub(crate) fn on_day(&mut self, equity: Amount) {
        self.moved = true;
        self.permissions.day_start = equity;
        self.permissions.day_lost = false;
        if self.permissions.peak.is_zero() {
            self.permissions.peak = equity;
        }
    }

    /// In a row without fills the equity is known at each of its prices, and with it the limits.
    pub(crate) fn check_limits(&mut self, step: Step<'_>) {
        let Step::Row(row) = step else { return };
        let symbol = row.symbol();
        let held = self.held(symbol);
        let close = self.prices.get(&symbol).copied().unwrap_or_default();
        if self.moved || held.is_zero() {
            self.permissions.peak = self.permissions.peak.max(self.equity());
            return;
        }
        let path = match row {
            Row::Bar(bar) => {
                let c = &bar.candle;
                vec![c.open.get(), c.low.get(), c.high.get(), c.close.get()]
            }
            Row::Trade(trade) => vec![trade.price.get()],
        };
        let elsewhere = self.equity() - held * close;
        let risk = self.limits;
        let floor = |from: Amount, limit: Decimal| {
            from * (Decimal::ONE_HUNDRED - limit) / Decimal::ONE_HUNDRED
        };
        let on = |limit: Decimal| limit < Decimal::ONE_HUNDRED;
        let (mut fallen, mut day_lost) = (false, false);
        for price in path {
            let equity = elsewhere + held * price;
            self.permissions.peak = self.permissions.peak.max(equity);
            fallen |= on(risk.max_drawdown_pct)
                && equity <= floor(self.permissions.peak, risk.max_drawdown_pct);
            day_lost |= on(risk.daily_loss_limit_pct)
                && equity <= floor(self.permissions.day_start, risk.daily_loss_limit_pct);
        }
        let latched = self.permissions.state != TradingState::Active;
        let peak = self.permissions.peak;
        self.must(!fallen || latched, Rule::FallLatches, || {
            format!("{symbol}: {held} held and {elsewhere} elsewhere, equity fell from {peak}")
        });
        self.permissions.day_lost |= day_lost;
        self.tally.branch("drawdown_walked", u64::from(fallen));
        self.tally.branch("day_loss_walked", u64::from(day_lost));
    }
}
