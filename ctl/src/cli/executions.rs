//! The arguments of `executions`.

use clap::{Args, ValueEnum};

/// Why an order exists, for filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PurposeFilter {
    /// Entries of strategies.
    Entry,
    /// Exits of strategies.
    StrategyExit,
    /// Stops and targets.
    Protection,
    /// Close-all.
    CloseAll,
    /// An operator's close of one position.
    OperatorExit,
}

/// How an intent is worked, for filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StyleFilter {
    /// One market order.
    Market,
    /// One limit order.
    Limit,
    /// A limit order, the rest at the market.
    LimitThenMarket,
    /// A limit order that never takes.
    PostOnly,
    /// Equal market orders at equal times.
    Twap,
    /// A limit order shown in slices.
    Iceberg,
    /// A resting stop, target or pair.
    Resting,
}

/// Arguments of `executions`.
#[derive(Debug, Args)]
pub struct ExecutionsArgs {
    /// Only this symbol
    #[arg(long)]
    pub symbol: Option<String>,
    /// Only what was done for this
    #[arg(long = "for", value_name = "PURPOSE")]
    pub purpose: Option<PurposeFilter>,
    /// Only what was worked in this style
    #[arg(long)]
    pub style: Option<StyleFilter>,
    /// Rows at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
}
