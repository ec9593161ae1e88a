//! Checks on the order itself: price, value, quantity, and what its stop would lose.

use super::{CHECKS, Trial, figure};
use crate::risk::sizing::PERCENT;
use domain::{Decimal, EntryDenial, Price, to_float};

impl Trial<'_, '_> {
    pub(super) fn order(&mut self) -> Result<(), EntryDenial> {
        let (limits, sizing) = (self.limits, self.sizing);
        let quantity = sizing.quantity.get();
        self.judge(CHECKS[9], !quantity.is_zero(), Decimal::ZERO, quantity)?;
        self.collar()?;
        if !limits.max_order_value.is_zero() {
            self.at_most(CHECKS[11], self.value, limits.max_order_value)?;
        }
        if let Some(most) = self.context.max_quantity {
            self.at_most(CHECKS[12], quantity, most)?;
        }
        let size_pct = self.percent_of_equity(self.value);
        self.at_most(CHECKS[13], size_pct, limits.max_position_size_pct)?;
        // What is bought must still be sellable at its stop.
        let hundred = Decimal::ONE_HUNDRED;
        let at_stop = self.value * (hundred - limits.stop_loss_pct) * PERCENT;
        let least = self.context.instrument.min_notional;
        self.judge(CHECKS[14], at_stop >= least, least, at_stop)?;
        if limits.stop_loss_pct.is_zero() {
            return Ok(());
        }
        let lost = (size_pct * limits.stop_loss_pct * PERCENT).round_dp(4);
        self.at_most(CHECKS[15], lost, limits.risk_per_trade_pct)
    }

    /// How far the price that was sized on lies from prices it did not come from: the last trade, and
    /// the median of the closes before. The farther one counts.
    fn collar(&mut self) -> Result<(), EntryDenial> {
        let limit = self.limits.price_collar_pct;
        if limit.is_zero() {
            return Ok(());
        }
        let price = self.sizing.price;
        let from_last = match self.context.last_price.map(Price::get) {
            Some(last) if last == price => Some(Decimal::ZERO),
            Some(last) => Some(((price - last).abs() * Decimal::ONE_HUNDRED / last).round_dp(6)),
            None => None,
        };
        let from_median = self
            .context
            .median_close
            .map(|median| figure((to_float(price) / median - 1.0).abs() * 100.0));
        match from_last.max(from_median) {
            Some(distance) => self.at_most(CHECKS[10], distance, limit),
            None => Ok(()),
        }
    }
}
