//! How large an entry may be.

use crate::settings::{RiskSettings, SizingMethod};
use domain::{Amount, Decimal, Instrument, Name, OrderSize, Price, SizingRecord};

/// A hundredth: a product costs a fraction of a division by a hundred and is as exact.
pub(super) const PERCENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// What sizing works on.
#[derive(Debug, Clone, Copy)]
pub struct SizingInput<'a> {
    /// The pair.
    pub instrument: &'a Instrument,
    /// Reference price.
    pub price: Price,
    /// ATR in price units, when warm; floats end here.
    pub atr: Option<f64>,
    /// Deviation that a model expects of the next return, as a share of the price; floats end here.
    pub forecast: Option<f64>,
    /// Marked equity in quote.
    pub equity: Amount,
    /// Quote that is not held by working orders.
    pub free_quote: Amount,
}

/// Sizes an entry. The quantity is rounded down to the lot size and may be zero.
///
/// With [`SizingMethod::Atr`] the risk distance is the largest of ATR × multiplier, the stop's own
/// distance and, when there is one, the forecast × multiplier × price (the method is then recorded as
/// `garch` where it decides), so that a stop-out never loses more than `risk_per_trade_pct` of equity
/// (before gaps and fees): quantity = equity × risk / distance, capped by position size and free
/// quote. With [`SizingMethod::Fixed`] the stop's distance alone counts, and caps.
#[must_use]
pub fn size(input: &SizingInput<'_>, settings: &RiskSettings) -> (OrderSize, SizingRecord) {
    let price = input.price.get();
    let hundred = Decimal::ONE_HUNDRED;
    let stop_distance = (price * settings.stop_loss_pct * PERCENT).normalize();
    let with_fee = price * (hundred + settings.assumed_fee_pct) * PERCENT;
    let cash = input.free_quote.max(Amount::ZERO);
    let cap = input.equity.max(Amount::ZERO) * settings.max_position_size_pct * PERCENT / price;
    let risk = input.equity.max(Amount::ZERO) * settings.risk_per_trade_pct * PERCENT;
    let at_risk = |distance: Decimal| risk.checked_div(distance);
    let (method, mut quantity, mut bound) = match settings.sizing {
        SizingMethod::AllIn => ("all_in", cash / with_fee, "cash"),
        SizingMethod::Fixed => match at_risk(stop_distance).filter(|most| *most < cap) {
            Some(most) => ("fixed", most, "risk_per_trade"),
            None => ("fixed", cap, "max_position_size"),
        },
        SizingMethod::Atr => {
            let (method, distance) = risk_distance(input, settings, stop_distance);
            (method, at_risk(distance).unwrap_or(Decimal::ZERO), "risk_per_trade")
        }
    };
    if settings.sizing != SizingMethod::AllIn && quantity > cap {
        (quantity, bound) = (cap, "max_position_size");
    }
    // A product instead of a division where cash is no bound, which is nearly always.
    if quantity * with_fee > cash {
        (quantity, bound) = (cash / with_fee, "cash");
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

/// The distance that the price is expected to stay within, and what it comes from.
fn risk_distance(
    input: &SizingInput<'_>,
    settings: &RiskSettings,
    stop_distance: Decimal,
) -> (&'static str, Decimal) {
    let money = |float: Option<f64>| float.map_or(Decimal::ZERO, distance);
    let plain = (money(input.atr) * settings.atr_multiplier).max(stop_distance);
    if input.forecast.is_none() {
        return ("atr", plain);
    }
    let forecast = money(input.forecast) * input.price.get() * settings.atr_multiplier;
    if forecast > plain { ("garch", forecast) } else { ("atr", plain) }
}

fn name(text: &str) -> Name {
    Name::from(text).unwrap_or_default()
}

/// A statistic as a distance in price units. Twelve places are nine digits or more within the range
/// in which a whole number holds them; beyond it the exact way is taken, which costs more.
fn distance(float: f64) -> Decimal {
    if (1e-3..9e6).contains(&float) {
        return Decimal::new((float * 1e12).round() as i64, 12);
    }
    Decimal::try_from(float).unwrap_or(Decimal::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("decimal")
    }

    /// Price 100, equity 10,000.
    fn input(instrument: &Instrument) -> SizingInput<'_> {
        SizingInput {
            instrument,
            price: Price::new(d("100")).expect("price"),
            atr: None,
            forecast: None,
            equity: d("10000"),
            free_quote: d("10000"),
        }
    }

    #[test]
    fn table() {
        // atr, equity, free -> quantity, bound
        let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
        for (atr, equity, free, quantity, bound) in [
            // 1 % of 10,000 is 100; distance max(2 × 10, 3 % of 100 = 3) = 20 -> 5; cap 10 -> 5
            (Some(10.0), "10000", "10000", "5", "risk_per_trade"),
            // calm: distance 3 -> 33.3, capped by 10 % of equity = 10
            (Some(0.5), "10000", "10000", "10", "max_position_size"),
            // not warm: the stop's distance alone
            (None, "10000", "10000", "10", "max_position_size"),
            // little cash: 500 / 100.1
            (None, "10000", "500", "4.99500", "cash"),
            (None, "0", "500", "0", "risk_per_trade"),
            (None, "10000", "-5", "0", "cash"),
        ] {
            let input =
                SizingInput { atr, equity: d(equity), free_quote: d(free), ..input(&instrument) };
            let (_, record) = size(&input, &RiskSettings::default());
            assert_eq!(record.quantity.get(), d(quantity), "{input:?}");
            assert_eq!(record.bound.as_str(), bound, "{input:?}");
        }
    }

    #[test]
    fn a_forecast_widens_the_distance_and_never_narrows_it() {
        let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
        for (atr, forecast, quantity, method) in [
            // 2 × 10 % of 100 = 20 against a stop at 3
            (None, Some(0.1), "5", "garch"),
            (Some(20.0), Some(0.1), "2.5", "atr"),
            (Some(10.0), Some(0.001), "5", "atr"),
            (Some(10.0), Some(f64::NAN), "5", "atr"),
        ] {
            let input = SizingInput { atr, forecast, ..input(&instrument) };
            let (_, record) = size(&input, &RiskSettings::default());
            assert_eq!(record.quantity.get(), d(quantity), "{input:?}");
            assert_eq!(record.method.as_str(), method, "{input:?}");
        }
    }

    #[test]
    fn a_fixed_size_shrinks_to_what_its_stop_may_lose() {
        let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
        for (position, stop, quantity, bound) in [
            ("10", "3", "10", "max_position_size"),
            // 50 % of equity × 3 % would lose 1.5 %: 100 / 3 is what loses 1 %.
            ("50", "3", "33.33333", "risk_per_trade"),
            ("50", "0", "50", "max_position_size"),
        ] {
            let settings = RiskSettings {
                sizing: SizingMethod::Fixed,
                max_position_size_pct: d(position),
                stop_loss_pct: d(stop),
                ..RiskSettings::default()
            };
            let (_, record) = size(&input(&instrument), &settings);
            assert_eq!(record.quantity.get(), d(quantity), "{position} {stop}");
            assert_eq!(record.bound.as_str(), bound, "{position} {stop}");
        }
    }
}
