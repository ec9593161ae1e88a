//! An order on the exchange: what it waits for and what it binds.
//!
//! Knows prices, not books: filling and locking happen elsewhere.

use domain::{
    Amount, ClientOrderId, Decimal, NewOrder, OrderKind, OrderSide, OrderSize, Price, Quantity,
    Timestamp,
};
use serde::{Deserialize, Serialize};

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    /// Accepted between two rows; meets the market at the next row's first step.
    Queued,
    /// Waits for its price.
    Resting,
    /// Triggered: a market order until it is filled.
    Triggered,
}

/// An order that can still fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOrder {
    pub(super) order: NewOrder,
    pub(super) stage: Stage,
    pub(super) accepted_at: Timestamp,
    /// Number of its acceptance; breaks ties between orders at one price.
    pub(super) sequence: u64,
    pub(super) filled: Quantity,
    /// What it binds: quote for buys, base for sells. The stop leg binds for both legs of a pair.
    pub(super) locked: Amount,
    pub(super) partner: Option<ClientOrderId>,
}

/// Which way the price must go for an order to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    AtOrBelow(Price),
    AtOrAbove(Price),
}

impl Reach {
    pub fn holds_at(self, price: Price) -> bool {
        match self {
            Self::AtOrBelow(level) => price <= level,
            Self::AtOrAbove(level) => price >= level,
        }
    }

    /// The first price between `from` and `to` at which it holds.
    pub fn first_between(self, from: Price, to: Price) -> Option<Price> {
        if self.holds_at(from) {
            return Some(from);
        }
        let (Self::AtOrBelow(level) | Self::AtOrAbove(level)) = self;
        self.holds_at(to).then_some(level)
    }
}

impl OpenOrder {
    /// The order as it was placed.
    #[must_use]
    pub const fn order(&self) -> &NewOrder {
        &self.order
    }

    /// When it was accepted.
    #[must_use]
    pub const fn accepted_at(&self) -> Timestamp {
        self.accepted_at
    }

    /// Base quantity filled so far.
    #[must_use]
    pub const fn filled(&self) -> Quantity {
        self.filled
    }

    /// True once a stop or target has become a market order.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        self.stage == Stage::Triggered
    }

    /// The other leg while both are open.
    #[must_use]
    pub const fn partner(&self) -> Option<ClientOrderId> {
        self.partner
    }

    /// Base quantity that is left; `None` for a market buy by budget, which has none of its own.
    #[must_use]
    pub fn remaining(&self) -> Option<Quantity> {
        match self.order.size {
            OrderSize::Base(quantity) => Some(quantity.saturating_sub(self.filled)),
            OrderSize::QuoteBudget(_) => None,
        }
    }

    pub(super) fn is_buy(&self) -> bool {
        self.order.side == OrderSide::Buy
    }

    pub(super) fn limit(&self) -> Option<Price> {
        match self.order.kind {
            OrderKind::Limit { price, .. } | OrderKind::PostOnly { price } => Some(price),
            OrderKind::Market | OrderKind::Stop { .. } | OrderKind::TakeProfit { .. } => None,
        }
    }

    /// What the price must do before this order acts; `None` for a market order.
    pub(super) fn reach(&self) -> Option<Reach> {
        if self.stage == Stage::Triggered {
            return None;
        }
        let buy = self.is_buy();
        let toward = |down: bool, level| {
            Some(if down { Reach::AtOrBelow(level) } else { Reach::AtOrAbove(level) })
        };
        match self.order.kind {
            OrderKind::Market => None,
            OrderKind::Limit { price, .. } | OrderKind::PostOnly { price } => toward(buy, price),
            OrderKind::Stop { trigger } => toward(!buy, trigger),
            OrderKind::TakeProfit { trigger } => toward(buy, trigger),
        }
    }

    /// True when it waits for a trigger, which needs no liquidity to happen.
    pub(super) fn awaits_trigger(&self) -> bool {
        self.stage == Stage::Resting && self.limit().is_none()
    }

    /// True when it would do something at `price`; `liquid` says whether anything can fill.
    pub(super) fn acts_at(&self, price: Price, liquid: bool) -> bool {
        match self.stage {
            Stage::Queued => true,
            Stage::Triggered => liquid,
            Stage::Resting => {
                (liquid || self.awaits_trigger())
                    && self.reach().is_some_and(|reach| reach.holds_at(price))
            }
        }
    }
}

/// Eight decimals: the step in which fees and locks are rounded up.
pub(super) const MONEY_DECIMALS: u32 = 8;

/// Rounds up to eight decimals.
pub(super) fn ceil_money(value: Decimal) -> Decimal {
    domain::ceil_to_step(value, Decimal::new(1, MONEY_DECIMALS))
}

/// The fee of a notional, rounded up, never above the notional itself.
pub(super) fn fee_of(notional: Amount, rate: Decimal) -> Amount {
    ceil_money(notional * rate).min(notional).normalize()
}

/// What a buy costs, fee included.
pub(super) fn cost_of(quantity: Decimal, price: Price, rate: Decimal) -> Amount {
    let notional = quantity * price.get();
    notional + fee_of(notional, rate)
}

/// The largest quantity, in whole lots, whose cost with fee is within `funds`.
pub(super) fn affordable(funds: Amount, price: Price, rate: Decimal, lot: Decimal) -> Decimal {
    let unit = price.get() * (Decimal::ONE + rate);
    let lots_for = |money: Decimal| domain::floor_to_step(money.max(Decimal::ZERO) / unit, lot);
    let exact = lots_for(funds);
    if cost_of(exact, price, rate) <= funds {
        return exact;
    }
    // The fee's rounding up tipped it over: leave room for it.
    let quantity = lots_for(funds - Decimal::new(1, MONEY_DECIMALS));
    if cost_of(quantity, price, rate) <= funds {
        return quantity;
    }
    (quantity - lot).max(Decimal::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("Invariant: test decimals are valid")
    }

    #[test]
    fn affordable_quantities_use_the_budget_up() {
        for (funds, price, rate, lot, quantity) in [
            ("100.1", "100", "0.001", "0.00001", "1"),
            ("100.09999999", "100", "0.001", "0.00001", "0.99999"),
            ("100", "30000", "0.001", "0.00001", "0.00333"),
            ("0", "30000", "0.001", "0.00001", "0"),
            ("0.00000001", "1", "0.001", "0.00000001", "0"),
            ("5", "1", "0", "5", "5"),
        ] {
            let price = Price::new(d(price)).expect("valid");
            let got = affordable(d(funds), price, d(rate), d(lot));
            assert_eq!(got, d(quantity), "{funds} at {price}");
            assert!(cost_of(got, price, d(rate)) <= d(funds), "{funds} at {price}");
        }
    }

    #[test]
    fn fees_round_up_and_never_exceed_the_notional() {
        assert_eq!(fee_of(d("100"), d("0.001")), d("0.1"));
        assert_eq!(fee_of(d("0.0000150000"), d("0.001")), d("0.00000002"));
        assert_eq!(fee_of(d("0.000000001"), d("0.001")), d("0.000000001"));
        assert_eq!(fee_of(d("100"), d("0")), d("0"));
    }
}
