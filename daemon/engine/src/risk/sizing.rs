//! How large an entry may be.

use crate::settings::{RiskSettings, SizingMethod};
use domain::{Amount, Decimal, Instrument, Name, OrderSize, Price, SizingRecord};

/// What sizing works on.
#[derive(Debug, Clone, Copy)]
pub struct SizingInput<'a> {
    /// The pair.
    pub instrument: &'a Instrument,
    /// Reference price.
    pub price: Price,
    /// ATR in price units, when warm; floats end here.
    pub atr: Option<f64>,
    /// Marked equity in quote.
    pub equity: Amount,
    /// Quote that is not held by working orders.
    pub free_quote: Amount,
}

/// Sizes an entry. The quantity is rounded down to the lot size and may be zero.
///
/// With [`SizingMethod::Atr`] the risk distance is the larger of ATR × multiplier and the stop's own
/// distance, so that a stop-out never loses more than `risk_per_trade_pct` of equity (before gaps
/// and fees): quantity = equity × risk / distance, capped by position size and free quote.
#[must_use]
pub fn size(input: &SizingInput<'_>, settings: &RiskSettings) -> (OrderSize, SizingRecord) {
    let price = input.price.get();
    let hundred = Decimal::ONE_HUNDRED;
    let stop_distance = price * settings.stop_loss_pct / hundred;
    let with_fee = price * (hundred + settings.assumed_fee_pct) / hundred;
    let cash_bound = input.free_quote.max(Amount::ZERO) / with_fee;
    let cap = input.equity.max(Amount::ZERO) * settings.max_position_size_pct / hundred / price;
    let (method, mut quantity, mut bound) = match settings.sizing {
        SizingMethod::AllIn => ("all_in", cash_bound, "cash"),
        SizingMethod::Fixed => ("fixed", cap, "max_position_size"),
        SizingMethod::Atr => {
            let atr = input.atr.and_then(|a| Decimal::try_from(a).ok()).unwrap_or(Decimal::ZERO);
            let distance = (atr * settings.atr_multiplier).max(stop_distance);
            let risk = input.equity.max(Amount::ZERO) * settings.risk_per_trade_pct / hundred;
            let quantity = if distance.is_zero() { Decimal::ZERO } else { risk / distance };
            ("atr", quantity, "risk_per_trade")
        }
    };
    if settings.sizing != SizingMethod::AllIn && quantity > cap {
        (quantity, bound) = (cap, "max_position_size");
    }
    if quantity > cash_bound {
        (quantity, bound) = (cash_bound, "cash");
    }
    let quantity = input.instrument.floor_quantity(quantity);
    let size = match settings.sizing {
        SizingMethod::AllIn => OrderSize::QuoteBudget(input.free_quote.max(Amount::ZERO)),
        _ => OrderSize::Base(quantity),
    };
    let record = SizingRecord {
        method: name(method),
        equity: input.equity,
        price,
        atr: input.atr,
        stop_distance,
        quantity,
        bound: name(bound),
    };
    (size, record)
}

fn name(text: &str) -> Name {
    Name::from(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        // price, atr, equity, free -> quantity, bound
        let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
        for (price, atr, equity, free, quantity, bound) in [
            // 1 % of 10,000 is 100; distance max(2 × 10, 3 % of 100 = 3) = 20 -> 5; cap 10 -> 5
            (100, Some(10.0), 10_000, 10_000, "5", "risk_per_trade"),
            // calm: distance 3 -> 33.3, capped by 10 % of equity = 10
            (100, Some(0.5), 10_000, 10_000, "10", "max_position_size"),
            // not warm: the stop's distance alone
            (100, None, 10_000, 10_000, "10", "max_position_size"),
            // little cash: 500 / 100.1
            (100, None, 10_000, 500, "4.99500", "cash"),
            (100, None, 0, 500, "0", "risk_per_trade"),
            (100, None, 10_000, -5, "0", "cash"),
        ] {
            let input = SizingInput {
                instrument: &instrument,
                price: Price::new(Decimal::new(price, 0)).expect("price"),
                atr,
                equity: Decimal::new(equity, 0),
                free_quote: Decimal::new(free, 0),
            };
            let (_, record) = size(&input, &RiskSettings::default());
            assert_eq!(record.quantity.get(), quantity.parse().expect("decimal"), "{input:?}");
            assert_eq!(record.bound.as_str(), bound, "{input:?}");
        }
    }
}
