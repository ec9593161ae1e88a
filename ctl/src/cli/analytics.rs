//! The arguments of `analytics` and `costs`.

use crate::parse;
use clap::{Args, ValueEnum};
use prost_types::Timestamp;

/// Named stretches of time; they end with the newest data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Range {
    /// The last day.
    #[value(name = "24h")]
    Day,
    /// The last 7 days.
    #[value(name = "7d")]
    Week,
    /// The last 30 days.
    #[value(name = "30d")]
    Month,
    /// The last 90 days.
    #[value(name = "90d")]
    Quarter,
    /// Everything there is.
    All,
}

/// A stretch of time.
#[derive(Debug, Args)]
pub struct IntervalArgs {
    /// The newest stretch of the data; default: all
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub range: Option<Range>,
    /// From this moment (RFC 3339); default: the start
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub from: Option<Timestamp>,
    /// Before this moment (RFC 3339); default: the newest data
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub to: Option<Timestamp>,
}

/// What trades are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GroupBy {
    /// By owner, with its share.
    Strategy,
    /// By pair.
    Symbol,
    /// By UTC hour of the entry.
    Hour,
    /// By UTC weekday of the entry.
    Weekday,
    /// By UTC month of the exit.
    Month,
    /// By why the position was left.
    Reason,
}

/// Arguments of `analytics`.
#[derive(Debug, Args)]
pub struct AnalyticsArgs {
    /// Which stretch of time.
    #[command(flatten)]
    pub interval: IntervalArgs,
    /// Show only this table, instead of the page (-o json always has everything)
    #[arg(long, value_name = "GROUP")]
    pub by: Option<GroupBy>,
    /// Points of the curve at most, 2 to 5000
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(2..=5000))]
    pub points: u32,
    /// Trades with markers at most, 1 to 2000: those with the largest results (only with -o json)
    #[arg(long, value_name = "N", default_value_t = 250, value_parser = clap::value_parser!(u32).range(1..=2000))]
    pub marked: u32,
}

/// Arguments of `costs`.
#[derive(Debug, Args)]
pub struct CostsArgs {
    /// Which stretch of time.
    #[command(flatten)]
    pub interval: IntervalArgs,
}
