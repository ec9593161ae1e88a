//! What trading cost in an interval: fees of the fills, slippage and shortfall of the executions.

use super::calendar::DAY;
use domain::{Amount, Asset, Decimal, ExecutionStyle, Liquidity, OrderPurpose, OrderSide, Symbol};
use rust_decimal::prelude::ToPrimitive as _;
use std::collections::BTreeMap;
use storage::{ExecutionFact, FillFact};

/// Sums over fills.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FillSums {
    /// How many.
    pub fills: u64,
    /// Those in which our order rested.
    pub maker_fills: u64,
    /// Value bought and sold, quote units.
    pub turnover: Amount,
    /// Fees in the asset of the group.
    pub fees: Amount,
}

/// Sums over executions. Money in quote units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExecutionSums {
    /// How many.
    pub executions: u64,
    /// Those in which something was done.
    pub done: u64,
    /// Sum of their slippages, basis points.
    bps: Decimal,
    /// How much worse than the reference prices.
    pub slippage: Amount,
    /// Value at the reference prices.
    value: Amount,
    /// Implementation shortfall.
    pub shortfall: Amount,
    /// Fees taken in quote.
    pub fees: Amount,
}

impl ExecutionSums {
    /// Takes an execution.
    pub fn push(&mut self, fact: &ExecutionFact) {
        self.executions += 1;
        self.fees += fact.fees;
        self.shortfall += fact.shortfall;
        if let Some(average) = fact.average_price {
            self.done += 1;
            self.bps += fact.slippage_bps.unwrap_or_default();
            let rise = (average - fact.reference_price) * fact.filled;
            self.slippage += match fact.side {
                OrderSide::Buy => rise,
                OrderSide::Sell => -rise,
            };
            self.value += fact.reference_price * fact.filled;
        }
    }

    /// Mean slippage of those in which something was done, each counting once, basis points.
    #[must_use]
    pub fn mean_bps(&self) -> Option<f64> {
        let sum = self.bps.to_f64()?;
        (self.done > 0).then(|| sum / self.done as f64)
    }

    /// Slippage over the value at the reference prices, basis points.
    #[must_use]
    pub fn weighted_bps(&self) -> Option<f64> {
        let (slippage, value) = (self.slippage.to_f64()?, self.value.to_f64()?);
        (value > 0.0).then(|| slippage / value * 10_000.0)
    }
}

/// False for resting pairs: they are recorded against the price of their stop, so that a target that
/// fires looks like a gain of several percent. Sums would say nothing then.
pub fn is_measured(fact: &ExecutionFact) -> bool {
    fact.style != ExecutionStyle::Resting
}

/// The costs of an interval.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Costs {
    /// By pair and asset of the fee.
    pub fills: BTreeMap<(Symbol, Asset), FillSums>,
    /// By pair, style and purpose.
    pub executions: BTreeMap<(Symbol, ExecutionStyle, OrderPurpose), ExecutionSums>,
    /// Over all whose slippage is [measured](is_measured).
    pub total: ExecutionSums,
    /// By UTC day, counted from 1970-01-01.
    pub days: BTreeMap<i64, DayCosts>,
}

/// The costs of one day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayCosts {
    /// Fees by asset.
    pub fees: BTreeMap<Asset, Amount>,
    /// Value bought and sold, quote units.
    pub turnover: Amount,
    /// Fills of the day.
    pub fills: u64,
    /// Executions that ended on it and are [measured](is_measured).
    pub executions: ExecutionSums,
}

impl Costs {
    /// Takes a fill.
    pub fn fill(&mut self, fact: &FillFact) {
        let sums = self.fills.entry((fact.symbol, fact.fee_asset)).or_default();
        sums.fills += 1;
        sums.maker_fills += u64::from(fact.liquidity == Liquidity::Maker);
        sums.turnover += fact.price * fact.quantity;
        sums.fees += fact.fee;
        let day = self.days.entry(fact.at.micros().div_euclid(DAY)).or_default();
        *day.fees.entry(fact.fee_asset).or_insert(Amount::ZERO) += fact.fee;
        day.turnover += fact.price * fact.quantity;
        day.fills += 1;
    }

    /// Takes an execution.
    pub fn execution(&mut self, fact: &ExecutionFact) {
        let key = (fact.symbol, fact.style, fact.purpose);
        self.executions.entry(key).or_default().push(fact);
        if is_measured(fact) {
            self.total.push(fact);
            let day = self.days.entry(fact.at.micros().div_euclid(DAY)).or_default();
            day.executions.push(fact);
        }
    }

    /// Fees by asset over all pairs.
    #[must_use]
    pub fn fees(&self) -> BTreeMap<Asset, Amount> {
        let mut fees = BTreeMap::new();
        for ((_, asset), sums) in &self.fills {
            *fees.entry(*asset).or_insert(Amount::ZERO) += sums.fees;
        }
        fees
    }
}
