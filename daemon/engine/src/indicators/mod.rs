//! Technical indicators, one candle at a time: constant work per update, all state serialisable.
//!
//! Definitions and seeding are TA-Lib's, checked against its output in `golden_tests`. They are
//! written here rather than taken from the Rust port of TA-Lib (277,000 generated lines), because
//! that port's streams cannot be exported: a snapshot of the engine has to bring every average back
//! bit for bit.
//!
//! Two stated deviations, both about markets that do not move: the RSI of a flat series is 50 (not
//! 0) and its ADX is 0. Sums are renewed once per window, so that rounding does not pile up over
//! millions of candles; a window of equal values has exactly that value as mean and exactly 0 as
//! deviation.
//!
//! Not here: what the values mean (that is `strategies`, `regime`, `trend`), money, or any choice of
//! periods. A period of 0 is taken as 1; sensible ranges are the business of the parameters.

mod adx;
mod atr;
mod bollinger;
pub mod catalogue;
mod deviation;
mod ema;
mod macd;
mod mean_true_range;
mod median;
mod rsi;
mod sma;
mod true_range;
mod volume_ratio;
mod window;

#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
pub(crate) mod test_series;

pub use adx::{Adx, AdxValue};
pub use atr::Atr;
pub use bollinger::{Bands, Bollinger};
pub use deviation::StdDev;
pub use ema::Ema;
pub use macd::{Macd, MacdValue};
pub use mean_true_range::MeanTrueRange;
pub use median::RollingMedian;
pub use rsi::Rsi;
pub use sma::Sma;
pub use true_range::TrueRange;
pub use volume_ratio::VolumeRatio;
pub use window::Window;
