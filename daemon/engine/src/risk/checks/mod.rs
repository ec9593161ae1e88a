//! Every check on an entry, in order, each with its limit and the value that would result.
//!
//! They judge; sizing, statistics and what is done about a denial are elsewhere. docs/risk.md has a
//! row for each.

mod account;
mod order;
mod portfolio;

pub use portfolio::{heat, highest_correlation, weights};

use super::approval::EntryPermit;
use super::returns::Returns;
use crate::settings::RiskSettings;
use domain::{
    Amount, Decimal, EntryDenial, Instrument, Name, OrderSize, Price, RiskVerdict, SizingRecord,
    Symbol, TradingState,
};

/// The world as the checks see it.
#[derive(Debug, Clone, Copy)]
pub struct EntryContext<'a> {
    /// The pair.
    pub instrument: &'a Instrument,
    /// Current trading state.
    pub state: TradingState,
    /// True once the day's loss limit was hit.
    pub day_limit_hit: bool,
    /// Loss since the day began, percent.
    pub day_loss_pct: Decimal,
    /// Orders of this symbol whose outcome is not known.
    pub unknown_orders: u32,
    /// Age of the last price, milliseconds of engine time.
    pub price_age_ms: i64,
    /// Orders in the last minute.
    pub orders_last_minute: u32,
    /// Orders, pairs and cancels in the last minute.
    pub messages_last_minute: u32,
    /// Symbols with a position or a working entry.
    pub open_symbols: u32,
    /// True when this symbol has a position or a working entry.
    pub symbol_open: bool,
    /// Signal candles left of the pause after a stop-out.
    pub cooldown: u32,
    /// Value of positions and working entries.
    pub exposure: Amount,
    /// Marked equity.
    pub equity: Amount,
    /// Quote not held by working orders.
    pub free_quote: Amount,
    /// Last traded price.
    pub last_price: Option<Price>,
    /// Median of the closes before the deciding one.
    pub median_close: Option<f64>,
    /// Largest quantity of one entry in this symbol; `None` without a limit.
    pub max_quantity: Option<Decimal>,
    /// The strategies behind the entry, those with a limit of their own.
    pub owners: &'a [OwnerUse],
    /// The symbol to be entered; its value is what sizing makes of it.
    pub candidate: Line<'a>,
    /// The other open symbols.
    pub book: &'a [Line<'a>],
}

/// One symbol of the book, as portfolio checks see it.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The pair.
    pub symbol: Symbol,
    /// Position at the last price and working entries, quote units.
    pub value: Amount,
    /// ATR over price, a share.
    pub swing: f64,
    /// Its sector, when it has one.
    pub sector: Option<Name>,
    /// Its returns on the signal interval.
    pub returns: &'a Returns,
}

/// What a strategy has in the market already.
#[derive(Debug, Clone, Copy)]
pub struct OwnerUse {
    /// Its limit, percent of equity, below 100.
    pub allotment_pct: Decimal,
    /// Value of its lots and its share of working entries, quote units.
    pub used: Amount,
    /// Its share of the entry, 0 to 1.
    pub share: Decimal,
}

/// All checks by name, in the order in which they run.
pub const CHECKS: [&str; 24] = [
    "trading_state",
    "daily_loss_limit",
    "unknown_order",
    "price_age",
    "max_orders_per_minute",
    "max_messages_per_minute",
    "max_concurrent_positions",
    "position_already_exists",
    "cooldown_after_stop",
    "size_above_zero",
    "price_collar",
    "max_order_value",
    "max_order_quantity",
    "max_position_size",
    "min_notional",
    "risk_per_trade",
    "max_total_exposure",
    "strategy_allotment",
    "max_positions_per_sector",
    "max_portfolio_heat",
    "max_correlation",
    "max_portfolio_var",
    "max_portfolio_cvar",
    "free_quote",
];

/// Denials that repeat with each candle as a matter of course; they are in the decision record, but
/// make no event.
pub const QUIET: [&str; 3] = ["position_already_exists", "cooldown_after_stop", "trading_state"];

/// Runs all checks. The verdicts list each check up to and including the first that failed; what is
/// off or can't be measured is not listed.
pub fn approve_entry(
    context: &EntryContext<'_>,
    size: OrderSize,
    sizing: &SizingRecord,
    limits: &RiskSettings,
    verdicts: &mut Vec<RiskVerdict>,
) -> Result<EntryPermit, EntryDenial> {
    verdicts.reserve(CHECKS.len());
    let value = sizing.quantity.get() * sizing.price;
    // A budget order spends what is there; its price may move until it fills, so the budget counts.
    let value = if matches!(size, OrderSize::QuoteBudget(_)) {
        value.min(context.free_quote)
    } else {
        value
    };
    let mut trial = Trial { context, limits, sizing, size, value, verdicts };
    trial.account()?;
    trial.order()?;
    trial.portfolio()?;
    Ok(EntryPermit { symbol: context.instrument.symbol, size })
}

/// A statistic as a decimal of six places, for limits and records; what is no number is the largest.
#[must_use]
pub fn figure(value: f64) -> Decimal {
    if value.is_finite() && value.abs() < 1e12 {
        Decimal::new((value * 1e6).round() as i64, 6)
    } else {
        Decimal::MAX
    }
}

/// One entry on its way through the checks.
struct Trial<'a, 'v> {
    context: &'a EntryContext<'a>,
    limits: &'a RiskSettings,
    sizing: &'a SizingRecord,
    size: OrderSize,
    /// Value of the entry, quote units.
    value: Amount,
    verdicts: &'v mut Vec<RiskVerdict>,
}

impl Trial<'_, '_> {
    fn judge(
        &mut self,
        name: &str,
        passed: bool,
        limit: Decimal,
        value: Decimal,
    ) -> Result<(), EntryDenial> {
        let check = Name::from(name).unwrap_or_default();
        self.verdicts.push(RiskVerdict { check, passed, limit, value });
        if passed { Ok(()) } else { Err(EntryDenial { check, limit, value }) }
    }

    /// Passes up to the limit and on it.
    fn at_most(&mut self, name: &str, value: Decimal, limit: Decimal) -> Result<(), EntryDenial> {
        self.judge(name, value <= limit, limit, value)
    }

    /// Passes for zero; the value is a count.
    fn none(&mut self, name: &str, value: u32) -> Result<(), EntryDenial> {
        self.judge(name, value == 0, Decimal::ZERO, Decimal::from(value))
    }

    fn percent_of_equity(&self, amount: Amount) -> Decimal {
        if self.context.equity > Amount::ZERO {
            (amount * Decimal::ONE_HUNDRED / self.context.equity).round_dp(4)
        } else {
            Decimal::MAX
        }
    }
}

#[cfg(test)]
mod tests;
