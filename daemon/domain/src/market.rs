//! Market data: a kline row, a trade, a closed candle, and its float form for indicators.

use crate::number::to_float;
use crate::{Interval, Price, Quantity, Symbol, Timestamp};
use serde::{Deserialize, Serialize};

/// One kline of a source: a closed bar of the source's own interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// The pair.
    pub symbol: Symbol,
    /// The bar's length.
    pub interval: Interval,
    /// The candle itself.
    pub candle: Candle,
}

/// A closed candle. `high >= max(open, close)` and `low <= min(open, close)` always hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candle {
    /// First moment of the candle, UTC.
    pub open_time: Timestamp,
    /// First price.
    pub open: Price,
    /// Highest price.
    pub high: Price,
    /// Lowest price.
    pub low: Price,
    /// Last price.
    pub close: Price,
    /// Traded quantity in base units.
    pub volume: Quantity,
}

/// A candle whose prices contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBar {
    /// The high is below the open or the close.
    #[error("high {high} is below open or close")]
    High {
        /// The high that is too low.
        high: Price,
    },
    /// The low is above the open or the close.
    #[error("low {low} is above open or close")]
    Low {
        /// The low that is too high.
        low: Price,
    },
}

impl Candle {
    /// Builds a candle whose prices are consistent.
    pub fn new(
        open_time: Timestamp,
        [open, high, low, close]: [Price; 4],
        volume: Quantity,
    ) -> Result<Self, InvalidBar> {
        if high < open || high < close {
            return Err(InvalidBar::High { high });
        }
        if low > open || low > close {
            return Err(InvalidBar::Low { low });
        }
        Ok(Self { open_time, open, high, low, close, volume })
    }

    /// The same candle for indicators and statistics.
    #[must_use]
    #[inline]
    pub fn ohlcv(&self) -> Ohlcv {
        let float = |p: Price| to_float(p.get());
        Ohlcv {
            open_time: self.open_time,
            open: float(self.open),
            high: float(self.high),
            low: float(self.low),
            close: float(self.close),
            volume: to_float(self.volume.get()),
        }
    }
}

/// A candle in floats: what indicators, strategies and statistics read. Never money.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ohlcv {
    /// First moment of the candle, UTC.
    pub open_time: Timestamp,
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Base volume.
    pub volume: f64,
}

/// One public trade of the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketTrade {
    /// The pair.
    pub symbol: Symbol,
    /// The venue's own number for it.
    pub trade_id: u64,
    /// When it happened, UTC.
    pub at: Timestamp,
    /// Its price.
    pub price: Price,
    /// Its base quantity.
    pub quantity: Quantity,
    /// True when the buyer's order was resting, i.e. the seller took.
    pub buyer_is_maker: bool,
}
