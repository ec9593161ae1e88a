//! The terms on which an order may fill: its price, the money behind it, the volume there is.
//!
//! Only reads; what follows from the terms is done in `execution`.

use super::execution::Moment;
use super::order::cost_of;
use super::{OpenOrder, Phase, SimulatedExchange};
use domain::{Amount, Decimal, Liquidity, OrderSize, Price, floor_to_step};

impl SimulatedExchange {
    pub(super) fn rate(&self, liquidity: Liquidity) -> Decimal {
        match liquidity {
            Liquidity::Maker => self.config.maker_rate(),
            Liquidity::Taker => self.config.taker_rate(),
        }
    }

    /// Quote that a buy may spend: what is locked for it and, but for budgets, what is free.
    pub(super) fn funds(&self, market: usize, order: &OpenOrder) -> Amount {
        if matches!(order.order.size, OrderSize::QuoteBudget(_)) {
            return order.locked;
        }
        let market = &self.markets[market];
        let partner = market.orders.iter().find(|o| Some(o.order.id) == order.partner);
        let shared = partner.map_or(Decimal::ZERO, |p| p.locked);
        order.locked + shared + self.books.free(market.quote_book)
    }

    /// Whether all that is left of an order can fill here.
    pub(super) fn fills_whole(&self, here: Moment, order: &OpenOrder) -> bool {
        let quantity = order.remaining().unwrap_or_default().get();
        let price = self.fill_price(here, order, Liquidity::Taker, quantity);
        let rate = self.config.taker_rate();
        quantity <= self.available(here.market)
            && (!order.is_buy() || cost_of(quantity, price, rate) <= self.funds(here.market, order))
    }

    /// The price of a fill: the market's for makers, worse by the slippage for takers, on a tick
    /// against us, never worse than the order's limit.
    pub(super) fn fill_price(
        &self,
        here: Moment,
        order: &OpenOrder,
        liquidity: Liquidity,
        quantity: Decimal,
    ) -> Price {
        let market = &self.markets[here.market];
        let slippage = match liquidity {
            Liquidity::Maker => Decimal::ZERO,
            Liquidity::Taker => {
                self.config.slippage((quantity / market.row_volume).min(Decimal::ONE))
            }
        };
        let price = market.worse_price(here.price, order.is_buy(), slippage);
        match order.limit() {
            Some(limit) if order.is_buy() => price.min(limit),
            Some(limit) => price.max(limit),
            None => price,
        }
    }

    /// Base quantity, in whole lots, that may still fill in this row.
    pub(super) fn available(&self, market: usize) -> Decimal {
        let market = &self.markets[market];
        if market.phase != Phase::Live {
            return Decimal::ZERO;
        }
        if self.config.max_volume_share.is_zero() {
            return Decimal::MAX;
        }
        let left = market.row_volume * self.config.max_volume_share - market.row_filled;
        floor_to_step(left.max(Decimal::ZERO), market.instrument.lot_size)
    }

    /// Whether anything can still fill in this row.
    pub(super) fn is_liquid(&self, market: usize) -> bool {
        self.available(market) > Decimal::ZERO
    }
}
