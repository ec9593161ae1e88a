//! Arguments of what lists and charts are sorted, filtered and made by.

use super::{ExportArgs, PurposeFilter};
use crate::examples as ex;
use crate::parse;
use clap::{Args, Subcommand, ValueEnum};
use prost_types::Timestamp;

/// What trades are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TradeSortBy {
    /// When they were closed.
    ClosedAt,
    /// When they were opened.
    OpenedAt,
    /// Profit after fees.
    Profit,
    /// The same over the entry cost.
    ProfitPct,
    /// Base quantity.
    Quantity,
    /// Fees of both sides.
    Fees,
    /// How long they were held.
    Held,
    /// The pair.
    Symbol,
}

/// How trades ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutcomeFilter {
    /// A profit above zero.
    Won,
    /// A loss, or exactly zero.
    Lost,
}

/// Why a position was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LeftFilter {
    /// The price fell to the stop.
    StopLoss,
    /// The price rose to the target.
    TakeProfit,
    /// The strategy asked for it.
    StrategyExit,
    /// Close-all.
    CloseAll,
    /// A part was sold at the first target.
    FirstTarget,
    /// The price fell to a stop that had followed it.
    TrailingStop,
    /// The price fell to a stop at the entry.
    BreakEven,
    /// It was held for as long as the settings allow.
    TimeStop,
    /// An operator closed it.
    Operator,
    /// Coins left the account by no order of ours.
    External,
}

/// Filters of `trades` and `trades export`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct TradeWords {
    /// Only those left for this reason (again for more)
    #[arg(long = "reason", value_name = "REASON")]
    pub reasons: Vec<LeftFilter>,
    /// Only those that were won, or lost
    #[arg(long)]
    pub outcome: Option<OutcomeFilter>,
    /// Only those with at least this profit
    #[arg(
        long,
        value_name = "AMOUNT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    pub min_profit: String,
    /// Only those with at most this profit
    #[arg(
        long,
        value_name = "AMOUNT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    pub max_profit: String,
}

/// Arguments of `trades export`.
#[derive(Debug, Args)]
pub struct TradesExportArgs {
    /// What every export takes.
    #[command(flatten)]
    pub export: ExportArgs,
    /// Only trades in which this strategy had a share
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub strategy: String,
    /// Which.
    #[command(flatten)]
    pub words: TradeWords,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusFilter {
    /// Approved, not sent.
    Intent,
    /// Sent, no answer yet.
    Attempted,
    /// At the venue.
    Working,
    /// In part.
    PartiallyFilled,
    /// Done.
    Filled,
    /// Taken back.
    Cancelled,
    /// Ended by the venue's rules.
    Expired,
    /// Refused.
    Rejected,
    /// Its outcome is not known yet.
    Unknown,
    /// It never reached the venue.
    NeverArrived,
}

/// Buy or sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SideFilter {
    /// Takes base.
    Buy,
    /// Gives base.
    Sell,
}

/// More filters of `orders list`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct OrderWords {
    /// Only orders that stand so (again for more)
    #[arg(long = "status", value_name = "STATUS")]
    pub statuses: Vec<StatusFilter>,
    /// Only this side
    #[arg(long)]
    pub side: Option<SideFilter>,
    /// Only orders for this
    #[arg(long = "for", value_name = "PURPOSE")]
    pub purpose: Option<PurposeFilter>,
    /// Only orders that this strategy stood behind
    #[arg(long, value_name = "NAME")]
    pub strategy: Option<String>,
}

impl OrderWords {
    /// These, filled up with those that stood before `list`.
    #[must_use]
    pub fn or(self, before: Self) -> Self {
        Self {
            statuses: if self.statuses.is_empty() { before.statuses } else { self.statuses },
            side: self.side.or(before.side),
            purpose: self.purpose.or(before.purpose),
            strategy: self.strategy.or(before.strategy),
        }
    }
}

/// Verbs of `decisions`.
#[derive(Debug, Subcommand)]
pub enum DecisionsVerb {
    /// How often each outcome and reason came up
    #[command(after_help = ex::DECISIONS_COUNT)]
    Count(DecisionsCountArgs),
}

/// Arguments of `decisions count`.
#[derive(Debug, Args)]
pub struct DecisionsCountArgs {
    /// Only this symbol
    #[arg(long, default_value = "", hide_default_value = true)]
    pub symbol: String,
    /// Only those on which this strategy wanted to buy or sell
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub strategy: String,
    /// Only decisions at or after this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub from: Option<Timestamp>,
    /// Only decisions before this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub to: Option<Timestamp>,
}

/// Verbs of `indicators`.
#[derive(Debug, Subcommand)]
pub enum IndicatorsVerb {
    /// The engine's indicators with their parameters
    #[command(after_help = ex::INDICATORS)]
    List,
    /// Values of an indicator on closed candles
    #[command(after_help = ex::INDICATORS)]
    Get(IndicatorArgs),
}

/// Arguments of `indicators get`.
#[derive(Debug, Args)]
pub struct IndicatorArgs {
    /// Symbol, e.g. BTC/USDT
    pub symbol: String,
    /// Indicator with parameters where they are not the usual ones, e.g. rsi or macd:fast=8,slow=21
    #[arg(required = true, num_args = 1..=12, value_name = "INDICATOR")]
    pub indicators: Vec<String>,
    /// Interval, e.g. 1m; default: the one on which strategies decide
    #[arg(long, default_value = "", hide_default_value = true)]
    pub interval: String,
    /// Only candles that open before this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub before: Option<Timestamp>,
    /// Candles at most, 1 to 5000
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=5000))]
    pub limit: u32,
}

/// Arguments of `marks`.
#[derive(Debug, Args)]
pub struct MarksArgs {
    /// Symbol, e.g. BTC/USDT
    pub symbol: String,
    /// From this moment of data time (RFC 3339); default: the start
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub from: Option<Timestamp>,
    /// Before this moment of data time (RFC 3339); default: now
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub to: Option<Timestamp>,
    /// Rows of each kind at most, 1 to 5000: the newest
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=5000))]
    pub limit: u32,
}

/// Verbs of `emergency`.
#[derive(Debug, Subcommand)]
pub enum EmergencyVerb {
    /// Every change of the trading state, newest first
    #[command(after_help = ex::EMERGENCY_HISTORY)]
    History {
        /// Rows at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
    },
}

/// Arguments of `strategies profits`.
#[derive(Debug, Args)]
pub struct ProfitsArgs {
    /// Only this strategy
    #[arg(default_value = "", hide_default_value = true)]
    pub name: String,
    /// Trades of each strategy at most, 1 to 500: the newest
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub limit: u32,
}
