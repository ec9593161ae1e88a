//! The arguments of `watch` and `wait`.

use crate::parse;
use clap::{Args, ValueEnum};
use std::time::Duration;
use tradingd_proto::v1::{EventKind, EventSeverity};

/// Kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WatchKind {
    /// Orders, fills, what intents came to.
    Orders,
    /// Protection, closed trades and positions.
    Positions,
    /// Halts, switches, close-alls.
    Trading,
    /// Denied entries.
    Risk,
    /// Balances, days, movements.
    Account,
    /// Logins, commands, starts and stops.
    Control,
    /// Prices and equity.
    Marks,
    /// Alerts: raised, acknowledged, escalated, resolved.
    Alerts,
}

impl From<WatchKind> for EventKind {
    fn from(kind: WatchKind) -> Self {
        match kind {
            WatchKind::Orders => Self::Order,
            WatchKind::Positions => Self::Position,
            WatchKind::Trading => Self::Trading,
            WatchKind::Risk => Self::Risk,
            WatchKind::Account => Self::Account,
            WatchKind::Control => Self::Control,
            WatchKind::Marks => Self::Mark,
            WatchKind::Alerts => Self::Alert,
        }
    }
}

/// How serious an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WatchSeverity {
    /// All.
    Info,
    /// Worth a look.
    Warning,
    /// Somebody has to look.
    Critical,
}

impl From<WatchSeverity> for EventSeverity {
    fn from(severity: WatchSeverity) -> Self {
        match severity {
            WatchSeverity::Info => Self::Info,
            WatchSeverity::Warning => Self::Warning,
            WatchSeverity::Critical => Self::Critical,
        }
    }
}

/// Arguments of `wait`.
#[derive(Debug, Args)]
pub struct WaitArgs {
    /// flat (no position is open), halted, active, order ID (it can't fill any more), or sequence N
    /// (the journal has reached it)
    #[arg(long, value_names = ["WHAT", "ID"], num_args = 1..=2, required = true)]
    pub until: Vec<String>,
    /// How long
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = parse::duration)]
    pub timeout: Duration,
}

/// Arguments of `watch`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// No snapshot, but every record after this journal sequence
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub resume_after: Option<u64>,
    /// Store that the sequence belongs to (see status); default: the daemon's present one
    #[arg(long, value_name = "ID", requires = "resume_after")]
    pub store: Option<String>,
    /// Try to reconnect for ever; without it, give up after a minute without connection
    #[arg(long)]
    pub follow_reconnect: bool,
    /// Also print price and equity marks (always there with -o json)
    #[arg(long)]
    pub marks: bool,
    /// Only these kinds of events
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub kinds: Vec<WatchKind>,
    /// Only events about these symbols, and those about none
    #[arg(long, value_name = "SYMBOL", value_delimiter = ',')]
    pub symbols: Vec<String>,
    /// Only records at least this serious
    #[arg(long, value_name = "SEVERITY")]
    pub min_severity: Option<WatchSeverity>,
    /// End with 0 after so many numbered records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
}
