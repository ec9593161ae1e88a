//! The arguments of each verb.

use super::{OrderWords, PlanArgs, TradeSortBy, TradeWords};
use crate::parse;
use clap::{Args, ValueEnum};
use prost_types::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `setup`.
#[derive(Debug, Args)]
pub struct SetupArgs {
    /// File with the one-time secret; by default the daemon names it (same machine only)
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Who and with which password.
    #[command(flatten)]
    pub login: LoginArgs,
}

/// Arguments of `login`.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Name of the user
    #[arg(long, value_name = "NAME")]
    pub user: String,
    /// Where the password comes from.
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// Where a password comes from; without these it is asked for on the terminal.
#[derive(Debug, Clone, Default, Args)]
pub struct PasswordArgs {
    /// Read the password from the first line of stdin instead of asking on the terminal
    #[arg(long)]
    pub password_stdin: bool,
    /// Read the password from the first line of this file, which only you may read
    #[arg(long, value_name = "FILE", conflicts_with = "password_stdin")]
    pub password_file: Option<PathBuf>,
}

/// Arguments of `login`, with what `setup` has no use for.
#[derive(Debug, Args)]
pub struct LoginVerb {
    /// Who and with which password.
    #[command(flatten)]
    pub login: LoginArgs,
    /// One-time code, for users who have enrolled; asked for on a terminal
    #[arg(long, value_name = "CODE")]
    pub code: Option<String>,
}

/// Arguments of `equity`.
#[derive(Debug, Args)]
pub struct EquityArgs {
    /// From this moment (RFC 3339); default: the start
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub from: Option<Timestamp>,
    /// Before this moment (RFC 3339); default: now
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub to: Option<Timestamp>,
    /// Points at most, 2 to 5000
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..=5000))]
    pub points: u32,
}

/// Arguments of `portfolio deposit` and `portfolio withdraw`.
#[derive(Debug, Args)]
pub struct MoveArgs {
    /// Asset, such as USDT
    pub asset: String,
    /// Amount above 0, at most 8 decimal places
    pub amount: String,
    /// Why; recorded
    #[arg(long, value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub reason: String,
    /// Plan first.
    #[command(flatten)]
    pub plan: PlanArgs,
}

/// A filter by symbol.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub struct SymbolArgs {
    /// Only this symbol
    #[arg(long)]
    pub symbol: Option<String>,
}

/// Arguments of `trades`.
#[derive(Debug, Args)]
pub struct TradesArgs {
    /// Only this symbol
    #[arg(long)]
    pub symbol: Option<String>,
    /// Only trades in which this strategy had a share
    #[arg(long, value_name = "NAME")]
    pub strategy: Option<String>,
    /// Only those closed at or after this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub from: Option<Timestamp>,
    /// Only those closed before this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub to: Option<Timestamp>,
    /// Which.
    #[command(flatten)]
    pub words: TradeWords,
    /// What to sort by, the greatest first; default: the newest first
    #[arg(long, value_name = "BY")]
    pub sort: Option<TradeSortBy>,
    /// The smallest first
    #[arg(long)]
    pub ascending: bool,
    /// Rows at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// All rows
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
}

/// Arguments of `orders list`.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub struct OrdersArgs {
    /// Only orders that can still fill
    #[arg(long)]
    pub open: bool,
    /// Only this symbol
    #[arg(long)]
    pub symbol: Option<String>,
    /// Only those created at or after this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub from: Option<Timestamp>,
    /// Only those created before this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub to: Option<Timestamp>,
    /// Which.
    #[command(flatten)]
    pub words: OrderWords,
    /// Rows at most [default: 50]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
}

impl OrdersArgs {
    /// These arguments, filled up with those that stood before `list`.
    #[must_use]
    pub fn or(self, before: Self) -> Self {
        Self {
            open: self.open || before.open,
            symbol: self.symbol.or(before.symbol),
            from: self.from.or(before.from),
            to: self.to.or(before.to),
            words: self.words.or(before.words),
            limit: self.limit.or(before.limit),
        }
    }
}

/// Arguments of `strategies enable` and `strategies disable`.
#[derive(Debug, Args)]
pub struct SwitchArgs {
    /// Name of the strategy
    pub name: String,
    /// Why; recorded
    #[arg(long, default_value = "", hide_default_value = true)]
    pub reason: String,
    /// Refuse (exit 6) unless the strategy's version is this one
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub expected_version: u64,
    /// Plan first.
    #[command(flatten)]
    pub plan: PlanArgs,
}

/// What came of a candle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ResultFilter {
    /// Nothing was proposed.
    Hold,
    /// An entry was denied by a risk check.
    Denied,
    /// An entry was approved.
    Entered,
    /// An exit was approved.
    Exited,
    /// An exit was wanted but the trading state forbids it.
    ExitFenced,
}

/// Arguments of `decisions`.
#[derive(Debug, Args)]
pub struct DecisionsArgs {
    /// Only this symbol
    #[arg(long)]
    pub symbol: Option<String>,
    /// Only this result
    #[arg(long)]
    pub result: Option<ResultFilter>,
    /// Only those with this token as their reason (again for more)
    #[arg(long = "reason", value_name = "TOKEN")]
    pub reasons: Vec<String>,
    /// Only those on which this strategy wanted to buy or sell
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub strategy: String,
    /// Only decisions at or after this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub from: Option<Timestamp>,
    /// Only decisions before this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub to: Option<Timestamp>,
    /// Without figures, sizing and checks (shows with -o json)
    #[arg(long)]
    pub summary: bool,
    /// Rows at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Symbol, e.g. BTC/USDT
    pub symbol: String,
    /// Open time of the candle (RFC 3339); default: the latest
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub at: Option<Timestamp>,
}

/// Arguments of `candles`.
#[derive(Debug, Args)]
pub struct CandlesArgs {
    /// Symbol, e.g. BTC/USDT
    pub symbol: String,
    /// Interval, e.g. 1m; default: the one on which strategies decide
    #[arg(long, default_value = "", hide_default_value = true)]
    pub interval: String,
    /// Only candles that open before this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub before: Option<Timestamp>,
    /// Rows at most, 1 to 5000
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=5000))]
    pub limit: u32,
}

/// Arguments of `stop`.
#[derive(Debug, Args)]
pub struct StopArgs {
    /// Why; recorded, not needed
    #[arg(long, default_value = "", hide_default_value = true)]
    pub reason: String,
    /// Suspend stops and targets too: nothing is sold until resume; the answer names every position
    /// that nothing protects any more
    #[arg(long)]
    pub freeze: bool,
    /// Plan first.
    #[command(flatten)]
    pub plan: PlanArgs,
}

/// Arguments of `close-all`.
#[derive(Debug, Args)]
pub struct CloseAllArgs {
    /// Why; recorded
    #[arg(long, value_parser = parse::reason)]
    pub reason: String,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// How long to wait until everything is sold
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = parse::duration)]
    pub wait: Duration,
    /// Plan first.
    #[command(flatten)]
    pub plan: PlanArgs,
}

/// Arguments of `resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// Why; recorded
    #[arg(long, value_parser = parse::reason)]
    pub reason: String,
    /// Clear only this halt; default: the present one, so that a newer stop wins
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub epoch: Option<u64>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Plan first.
    #[command(flatten)]
    pub plan: PlanArgs,
}

/// Shells that completion can be made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// GNU bash.
    Bash,
    /// zsh.
    Zsh,
    /// fish.
    Fish,
}

/// Arguments of `completion`.
#[derive(Debug, Args)]
pub struct CompletionArgs {
    /// The shell
    pub shell: Shell,
}

/// Arguments of `health`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// Name of one service, e.g. tradingd.v1.SystemService; default: the daemon as a whole
    #[arg(default_value = "", hide_default_value = true)]
    pub service: String,
}
