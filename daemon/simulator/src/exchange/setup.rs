//! Building the exchange: what it may not be built from.
//!
//! Only the checks; the state itself is assembled in the parent module.

use super::config::ConfigError;
use domain::{Amount, Asset, Decimal, Instrument, Symbol};
use std::collections::BTreeSet;

/// One thing the exchange cannot be built from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// A setting is outside its range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Nothing to trade.
    #[error("instruments must name at least one pair, got none")]
    NoInstruments,
    /// The same pair twice.
    #[error("instruments must name each pair once, got {0} twice")]
    DuplicateInstrument(Symbol),
    /// A pair of an asset with itself.
    #[error("instrument {symbol}: base and quote must differ, got {asset} for both")]
    SameAsset {
        /// The pair.
        symbol: Symbol,
        /// The asset on both sides.
        asset: Asset,
    },
    /// A step of zero or below, or a negative minimum.
    #[error("instrument {symbol}: {field} must be {rule}, got {value}")]
    Step {
        /// The pair.
        symbol: Symbol,
        /// Which figure.
        field: &'static str,
        /// What it must be.
        rule: &'static str,
        /// What it is.
        value: Decimal,
    },
    /// The same asset twice.
    #[error("opening balances must name each asset once, got {0} twice")]
    DuplicateAsset(Asset),
    /// Less than nothing.
    #[error("opening balance of {asset} must be 0 or above, got {amount}")]
    NegativeBalance {
        /// The asset.
        asset: Asset,
        /// The amount.
        amount: Amount,
    },
}

/// Everything that the exchange cannot be built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupErrors(pub Vec<SetupError>);

impl std::error::Error for SetupErrors {}

impl std::fmt::Display for SetupErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_joined(f, &self.0)
    }
}

/// Writes several errors as one line.
pub(super) fn write_joined<E: std::fmt::Display>(
    f: &mut std::fmt::Formatter<'_>,
    errors: &[E],
) -> std::fmt::Result {
    for (index, error) in errors.iter().enumerate() {
        let separator = if index == 0 { "" } else { "; " };
        write!(f, "{separator}{error}")?;
    }
    Ok(())
}

/// Everything wrong with the instruments.
pub(super) fn check_instruments(instruments: &[Instrument], wrong: &mut Vec<SetupError>) {
    if instruments.is_empty() {
        wrong.push(SetupError::NoInstruments);
    }
    let mut seen = BTreeSet::new();
    for i in instruments {
        let symbol = i.symbol;
        if !seen.insert(symbol) {
            wrong.push(SetupError::DuplicateInstrument(symbol));
        }
        if i.base == i.quote {
            wrong.push(SetupError::SameAsset { symbol, asset: i.base });
        }
        for (field, value) in [("tick_size", i.tick_size), ("lot_size", i.lot_size)] {
            if value <= Decimal::ZERO {
                wrong.push(SetupError::Step { symbol, field, rule: "above 0", value });
            }
        }
        let value = i.min_notional;
        if value < Decimal::ZERO {
            let field = "min_notional";
            wrong.push(SetupError::Step { symbol, field, rule: "0 or above", value });
        }
    }
}

/// Everything wrong with the opening balances.
pub(super) fn check_opening(opening: &[(Asset, Amount)], wrong: &mut Vec<SetupError>) {
    let mut seen = BTreeSet::new();
    for &(asset, amount) in opening {
        if !seen.insert(asset) {
            wrong.push(SetupError::DuplicateAsset(asset));
        }
        if amount < Decimal::ZERO {
            wrong.push(SetupError::NegativeBalance { asset, amount });
        }
    }
}
