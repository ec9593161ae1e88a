//! The way a price is taken to have gone through a candle.

use domain::{Candle, Price};

/// The prices of a candle in the order in which orders meet them: open, low, high, close.
///
/// A spot holding only loses by a fall, so the low is the adverse extreme and comes first: a stop
/// is met before a target of the same candle. Without a holding the same order is taken, so that a
/// purchase on the way down is exposed to the rest of the fall.
#[must_use]
pub const fn price_path(candle: &Candle) -> [Price; 4] {
    [candle.open, candle.low, candle.high, candle.close]
}
