//! What can be traded: a pair with its venue steps.

use crate::{Asset, Price, Quantity, Symbol, ceil_to_step, floor_to_step};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A pair and the venue's rules for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// The pair as the venue writes it.
    pub symbol: Symbol,
    /// What is bought and sold.
    pub base: Asset,
    /// What it is paid with.
    pub quote: Asset,
    /// Smallest price step, above 0, in quote units.
    pub tick_size: Decimal,
    /// Smallest quantity step, above 0, in base units.
    pub lot_size: Decimal,
    /// Smallest order value that the venue takes, in quote units, 0 or above.
    pub min_notional: Decimal,
}

/// Why a pair cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstrumentError {
    /// The quote asset could not be told from the symbol.
    #[error(
        "symbol {0:?}: can't tell base from quote; write the instrument into the config as [instruments.{0}]"
    )]
    UnknownQuote(String),
    /// Not a usable symbol.
    #[error("symbol {0:?}: use 3 to 24 ASCII letters and digits, such as BTCUSDT")]
    BadSymbol(String),
}

/// Quote assets by which a symbol is split, longest first where one ends with another.
const QUOTES: [&str; 16] = [
    "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP", "DAI", "KRW", "EUR", "GBP", "TRY", "BRL",
    "BTC", "ETH", "BNB", "USD",
];

/// Steps of well-known pairs (Binance spot). Others get 8 decimals.
const KNOWN: [(&str, i64, u32, i64, u32); 4] = [
    ("BTCUSDT", 1, 2, 1, 5),
    ("ETHUSDT", 1, 2, 1, 4),
    ("SOLUSDT", 1, 2, 1, 3),
    ("XRPUSDT", 1, 4, 1, 1),
];

impl Instrument {
    /// Derives base and quote from the symbol's ending and takes default steps.
    pub fn from_symbol(text: &str) -> Result<Self, InstrumentError> {
        let plain: String = text.chars().filter(|c| *c != '/').collect::<String>().to_uppercase();
        let symbol =
            Symbol::parse(&plain).ok_or_else(|| InstrumentError::BadSymbol(text.to_owned()))?;
        let quote = match text.split_once('/') {
            Some((_, quote)) => Some(quote.to_uppercase()),
            // A base of three letters or more first: XBTUSD is XBT/USD, not XB/TUSD.
            None => [3, 1].into_iter().find_map(|shortest| {
                let fits = |q: &&&str| plain.len() >= q.len() + shortest && plain.ends_with(**q);
                QUOTES.iter().find(fits).map(|q| (*q).to_owned())
            }),
        };
        let unknown = || InstrumentError::UnknownQuote(text.to_owned());
        let quote = quote.ok_or_else(unknown)?;
        let base = plain.strip_suffix(quote.as_str()).ok_or_else(unknown)?;
        let (tick_size, lot_size) = KNOWN
            .iter()
            .find(|k| k.0 == plain)
            .map_or((Decimal::new(1, 8), Decimal::new(1, 8)), |k| {
                (Decimal::new(k.1, k.2), Decimal::new(k.3, k.4))
            });
        Ok(Self {
            symbol,
            base: Asset::parse(base).ok_or_else(unknown)?,
            quote: Asset::parse(&quote).ok_or_else(unknown)?,
            tick_size,
            lot_size,
            min_notional: Decimal::new(5, 0),
        })
    }

    /// The quantity rounded down to the lot size.
    #[must_use]
    pub fn floor_quantity(&self, quantity: Decimal) -> Quantity {
        Quantity::new(floor_to_step(quantity.max(Decimal::ZERO), self.lot_size))
            .unwrap_or(Quantity::ZERO)
    }

    /// The price rounded down to a tick; `None` when nothing is left.
    #[must_use]
    pub fn floor_price(&self, price: Decimal) -> Option<Price> {
        Price::new(floor_to_step(price, self.tick_size)).ok()
    }

    /// The price rounded up to a tick; `None` for zero and below.
    #[must_use]
    pub fn ceil_price(&self, price: Decimal) -> Option<Price> {
        Price::new(ceil_to_step(price, self.tick_size)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_split_into_base_and_quote() {
        for (text, base, quote) in [
            ("BTCUSDT", "BTC", "USDT"),
            ("ETHBTC", "ETH", "BTC"),
            ("BTC/EUR", "BTC", "EUR"),
            ("btcfdusd", "BTC", "FDUSD"),
            ("XBTUSD", "XBT", "USD"),
        ] {
            let i = Instrument::from_symbol(text).expect("valid");
            assert_eq!((i.base.as_str(), i.quote.as_str()), (base, quote), "{text}");
        }
        assert!(Instrument::from_symbol("ABC").is_err());
        assert!(Instrument::from_symbol("").is_err());
    }
}
