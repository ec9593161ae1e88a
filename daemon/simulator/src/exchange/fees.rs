//! What a fill's fee is taken in, and how much of it.

use super::SimulatedExchange;
use super::order::{ceil_money, fee_of};
use domain::{Amount, Asset, Decimal, Price};
use serde::{Deserialize, Serialize};

/// What fees are taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeAsset {
    /// The quote of the pair.
    #[default]
    Quote,
    /// What the fill brings: base for buys, quote for sells.
    Received,
    /// This asset at its last price, as long as enough of it is free and that price is known; else
    /// the quote of the pair.
    Named(Asset),
}

impl SimulatedExchange {
    /// The fee of a fill and what it is taken in.
    pub(super) fn fee(
        &self,
        market: usize,
        (price, quantity): (Price, Decimal),
        rate: Decimal,
        buy: bool,
    ) -> (Amount, Asset) {
        let instrument = self.markets[market].instrument;
        let notional = quantity * price.get();
        let in_quote = (fee_of(notional, rate), instrument.quote);
        let in_base = (fee_of(quantity, rate), instrument.base);
        match self.config.fee_asset {
            FeeAsset::Quote => in_quote,
            FeeAsset::Received if buy => in_base,
            FeeAsset::Received => in_quote,
            FeeAsset::Named(asset) if asset == instrument.base && buy => in_base,
            FeeAsset::Named(asset) if asset == instrument.base => {
                if self.has_free(asset, in_base.0) { in_base } else { in_quote }
            }
            FeeAsset::Named(asset) => match self.rate_in(asset, instrument.quote) {
                Some(rate_in) => {
                    let fee = ceil_money(notional * rate / rate_in.get()).normalize();
                    if self.has_free(asset, fee) { (fee, asset) } else { in_quote }
                }
                None => in_quote,
            },
        }
    }

    fn has_free(&self, asset: Asset, amount: Amount) -> bool {
        self.books.balances().any(|b| b.asset == asset && b.free >= amount)
    }

    /// Last price of an asset in a quote, where that pair is traded.
    fn rate_in(&self, asset: Asset, quote: Asset) -> Option<Price> {
        let pair = |i: &domain::Instrument| i.base == asset && i.quote == quote;
        self.markets.iter().find(|m| pair(&m.instrument)).and_then(|m| m.last_price)
    }
}
