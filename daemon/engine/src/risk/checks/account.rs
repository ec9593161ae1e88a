//! Checks on the account and the moment: may anything be entered now?

use super::{CHECKS, Trial};
use domain::{Decimal, EntryDenial, TradingState};

impl Trial<'_, '_> {
    pub(super) fn account(&mut self) -> Result<(), EntryDenial> {
        let (context, limits) = (self.context, self.limits);
        let state = match context.state {
            TradingState::Active => 0,
            TradingState::Reducing => 1,
            TradingState::Halted => 2,
        };
        self.none(CHECKS[0], state)?;
        let day = (limits.daily_loss_limit_pct, context.day_loss_pct);
        self.judge(CHECKS[1], !context.day_limit_hit, day.0, day.1)?;
        self.none(CHECKS[2], context.unknown_orders)?;
        if limits.max_data_age_seconds > 0 {
            let age = Decimal::new(context.price_age_ms, 3).normalize();
            self.at_most(CHECKS[3], age, Decimal::from(limits.max_data_age_seconds))?;
        }
        // The entry itself is one more.
        for (name, count, limit) in [
            (CHECKS[4], context.orders_last_minute, limits.max_orders_per_minute),
            (CHECKS[5], context.messages_last_minute, limits.max_messages_per_minute),
        ] {
            if limit > 0 {
                self.at_most(name, Decimal::from(count) + Decimal::ONE, Decimal::from(limit))?;
            }
        }
        let open = context.open_symbols + u32::from(!context.symbol_open);
        let most = Decimal::from(limits.max_concurrent_positions);
        self.at_most(CHECKS[6], Decimal::from(open), most)?;
        self.none(CHECKS[7], u32::from(context.symbol_open))?;
        self.none(CHECKS[8], context.cooldown)
    }
}
