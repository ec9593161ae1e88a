//! Fees, slippage and liquidity of the simulated exchange, checked all at once.
//!
//! Does not know about instruments or balances; those are checked when the exchange is built.

use super::FeeAsset;
use domain::Decimal;
use serde::{Deserialize, Serialize};

/// What trading costs on the simulated exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExchangeConfig {
    /// Fee of fills that rested, in percent of the notional, 0 to 100.
    pub maker_fee_pct: Decimal,
    /// Fee of fills that took, in percent of the notional, 0 to 100.
    pub taker_fee_pct: Decimal,
    /// How much worse than the market price a taker fills, in basis points, 0 to 1000.
    pub slippage_bps: Decimal,
    /// Further slippage of a fill that takes the whole volume of a row, in basis points, 0 to
    /// 1000; smaller fills suffer their share of it.
    pub impact_bps: Decimal,
    /// Largest share of a row's volume that may be ours, 0 to 1; 0 lifts the limit.
    pub max_volume_share: Decimal,
    /// What fees are taken in.
    pub fee_asset: FeeAsset,
}

impl Default for ExchangeConfig {
    fn default() -> Self {
        Self {
            maker_fee_pct: Decimal::new(1, 1),
            taker_fee_pct: Decimal::new(1, 1),
            slippage_bps: Decimal::from(2),
            impact_bps: Decimal::ZERO,
            max_volume_share: Decimal::new(25, 2),
            fee_asset: FeeAsset::Quote,
        }
    }
}

/// One setting outside its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be {least} to {most}, got {value}")]
pub struct ConfigError {
    /// The setting.
    pub field: &'static str,
    /// Its value.
    pub value: Decimal,
    /// Smallest allowed value.
    pub least: u32,
    /// Largest allowed value.
    pub most: u32,
}

/// All settings outside their ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl std::error::Error for ConfigErrors {}

impl std::fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        super::setup::write_joined(f, &self.0)
    }
}

impl ExchangeConfig {
    /// Checks every setting; the error names all that are wrong.
    pub fn validate(&self) -> Result<(), ConfigErrors> {
        let rules = [
            ("maker_fee_pct", self.maker_fee_pct, 100),
            ("taker_fee_pct", self.taker_fee_pct, 100),
            ("slippage_bps", self.slippage_bps, 1_000),
            ("impact_bps", self.impact_bps, 1_000),
            ("max_volume_share", self.max_volume_share, 1),
        ];
        let wrong: Vec<ConfigError> = rules
            .into_iter()
            .filter(|(_, value, most)| *value < Decimal::ZERO || *value > Decimal::from(*most))
            .map(|(field, value, most)| ConfigError { field, value, least: 0, most })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(ConfigErrors(wrong)) }
    }

    /// The maker fee as a fraction.
    pub(super) fn maker_rate(&self) -> Decimal {
        self.maker_fee_pct / Decimal::ONE_HUNDRED
    }

    /// The taker fee as a fraction.
    pub(super) fn taker_rate(&self) -> Decimal {
        self.taker_fee_pct / Decimal::ONE_HUNDRED
    }

    /// Slippage as a fraction, for a fill of `share` (0 to 1) of the row's volume.
    pub(super) fn slippage(&self, share: Decimal) -> Decimal {
        (self.slippage_bps + self.impact_bps * share) / Decimal::from(10_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_setting_is_named_at_once() {
        assert_eq!(ExchangeConfig::default().validate(), Ok(()));
        let config = ExchangeConfig {
            maker_fee_pct: Decimal::from(-1),
            max_volume_share: Decimal::new(11, 1),
            ..ExchangeConfig::default()
        };
        let text = config.validate().expect_err("two settings are wrong").to_string();
        assert_eq!(
            text,
            "maker_fee_pct must be 0 to 100, got -1; max_volume_share must be 0 to 1, got 1.1"
        );
    }
}
