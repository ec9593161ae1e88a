//! What an order must be before the exchange takes it. The refusals are reason tokens.
//!
//! Balances are not looked at here, only the order itself and the venue's steps.

use super::order::{affordable, ceil_money, fee_of};
use super::{Market, OpenOrder, Phase, SimulatedExchange};
use domain::{
    Amount, Decimal, NewOrder, OcoOrder, OrderKind, OrderSide, OrderSize, Price, Quantity,
    TimeInForce, floor_to_step,
};

/// Largest price, quantity or budget taken; keeps every product within the decimal type.
pub(super) const LARGEST: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

impl SimulatedExchange {
    /// Checks one order; gives the index of its market.
    pub(super) fn check(&mut self, order: &NewOrder) -> Result<usize, &'static str> {
        let index = self.find(&order.symbol).ok_or("unknown_symbol")?;
        let known = self.open_orders().any(|o| o.order.id == order.id)
            || self.ended.iter().any(|ended| ended.id == order.id);
        if known {
            return Err("duplicate_order");
        }
        let market = &self.markets[index];
        let price = market.check_price(order)?;
        match order.size {
            OrderSize::Base(quantity) => market.check_quantity(quantity, price)?,
            OrderSize::QuoteBudget(budget) => self.check_budget(market, order, budget, price)?,
        }
        Ok(index)
    }

    /// Checks a pair; gives the index of its market.
    pub(super) fn check_pair(&mut self, pair: &OcoOrder) -> Result<usize, &'static str> {
        let (stop, target) = (&pair.stop, &pair.target);
        let OrderKind::Stop { trigger } = stop.kind else { return Err("bad_pair") };
        let goal = match target.kind {
            OrderKind::TakeProfit { trigger } => trigger,
            OrderKind::Limit { price, tif: TimeInForce::Gtc } => price,
            _ => return Err("bad_pair"),
        };
        let apart = if stop.side == OrderSide::Sell { trigger < goal } else { trigger > goal };
        let alike = stop.symbol == target.symbol
            && stop.side == target.side
            && stop.size == target.size
            && stop.id != target.id;
        if !apart || !alike {
            return Err("bad_pair");
        }
        self.check(stop)?;
        self.check(target)
    }

    fn check_budget(
        &self,
        market: &Market,
        order: &NewOrder,
        budget: Amount,
        price: Price,
    ) -> Result<(), &'static str> {
        if order.kind != OrderKind::Market || order.side != OrderSide::Buy {
            return Err("bad_order");
        }
        if budget <= Decimal::ZERO || budget > LARGEST {
            return Err("out_of_range");
        }
        let price = market.worse_price(price, true, self.config.slippage(Decimal::ZERO));
        let lot = market.instrument.lot_size;
        let quantity = affordable(budget, price, self.config.taker_rate(), lot);
        if quantity * price.get() < market.instrument.min_notional {
            return Err("min_notional");
        }
        if quantity.is_zero() { Err("lot_size") } else { Ok(()) }
    }

    /// Quote that a buy needs for what is left of it, fee and expected slippage included, or base
    /// that a sell needs.
    pub(super) fn needed_lock(&self, market: usize, order: &OpenOrder) -> Amount {
        let market = &self.markets[market];
        let quantity = match order.order.size {
            OrderSize::QuoteBudget(budget) if order.filled.is_zero() => return budget,
            OrderSize::QuoteBudget(_) => return Decimal::ZERO,
            OrderSize::Base(quantity) => quantity.saturating_sub(order.filled).get(),
        };
        if !order.is_buy() {
            return quantity;
        }
        let slipped =
            |price| Some(market.worse_price(price, true, self.config.slippage(Decimal::ZERO)));
        let price = match order.order.kind {
            OrderKind::Market => market.last_price.and_then(slipped),
            OrderKind::Limit { price, .. } | OrderKind::PostOnly { price } => Some(price),
            OrderKind::Stop { trigger } | OrderKind::TakeProfit { trigger } => slipped(trigger),
        };
        let notional = price.map_or(Decimal::ZERO, |price| quantity * price.get());
        let rate = self.config.taker_rate().max(self.config.maker_rate());
        ceil_money(notional + fee_of(notional, rate))
    }
}

impl Market {
    /// The price that the order's value is judged by.
    fn check_price(&self, order: &NewOrder) -> Result<Price, &'static str> {
        let price = match order.kind {
            OrderKind::Market => return self.last_price.ok_or("no_price"),
            OrderKind::Limit { price, .. }
            | OrderKind::PostOnly { price }
            | OrderKind::Stop { trigger: price }
            | OrderKind::TakeProfit { trigger: price } => price,
        };
        if price.get() > LARGEST {
            return Err("out_of_range");
        }
        let on_tick = floor_to_step(price.get(), self.instrument.tick_size) == price.get();
        if on_tick { Ok(price) } else { Err("tick_size") }
    }

    fn check_quantity(&self, quantity: Quantity, price: Price) -> Result<(), &'static str> {
        let quantity = quantity.get();
        if quantity > LARGEST {
            return Err("out_of_range");
        }
        if quantity.is_zero() || floor_to_step(quantity, self.instrument.lot_size) != quantity {
            return Err("lot_size");
        }
        let enough = quantity * price.get() >= self.instrument.min_notional;
        if enough { Ok(()) } else { Err("min_notional") }
    }

    /// True when a post-only order would take right now.
    pub(super) fn would_take(&self, order: &OpenOrder) -> bool {
        self.phase == Phase::Live
            && matches!(order.order.kind, OrderKind::PostOnly { .. })
            && order
                .reach()
                .zip(self.last_price)
                .is_some_and(|(reach, price)| reach.holds_at(price))
    }

    /// A price moved against us by a fraction and on to a tick.
    pub(super) fn worse_price(&self, price: Price, buy: bool, fraction: Decimal) -> Price {
        let slip = price.get() * fraction;
        if buy {
            self.instrument.ceil_price(price.get() + slip).unwrap_or(price)
        } else {
            // Below one tick there is no price; the smallest one is the nearest that exists.
            let least = Price::new(self.instrument.tick_size).map_or(price, |tick| tick.min(price));
            self.instrument.floor_price(price.get() - slip).unwrap_or(least)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_number_is_a_million_millions() {
        assert_eq!(LARGEST, Decimal::from(1_000_000_000_000_u64));
    }
}
