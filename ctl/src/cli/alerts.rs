//! The arguments of `alerts` and `logs`.

use super::WatchArgs;
use crate::examples as ex;
use crate::parse;
use clap::{Args, Subcommand, ValueEnum};
use prost_types::Timestamp;

/// How far an alert is, for filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AlertStateFilter {
    /// Nobody has acknowledged it.
    Open,
    /// Somebody has, and its cause goes on.
    Acknowledged,
    /// It is over.
    Resolved,
}

/// How bad an alert is, for filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AlertSeverityFilter {
    /// Good to know.
    Info,
    /// Look at it today.
    Warning,
    /// Look at it now.
    Critical,
}

/// Verbs of `alerts`.
#[derive(Debug, Subcommand)]
pub enum AlertsVerb {
    /// List alerts, newest first
    #[command(after_help = ex::ALERTS)]
    List(AlertsArgs),
    /// One alert with what to do about it
    #[command(after_help = ex::ALERTS)]
    Get {
        /// Its number
        id: u64,
    },
    /// Say that you have seen it; it is not sent again
    #[command(after_help = ex::ALERTS)]
    Ack {
        /// Its number
        id: u64,
        /// What you say to it; recorded
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
        /// Only say what it would do
        #[arg(long)]
        dry_run: bool,
    },
    /// Follow alerts as they are raised, acknowledged, escalated and resolved
    #[command(after_help = ex::ALERTS)]
    Tail(WatchArgs),
}

/// Arguments of `alerts list`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct AlertsArgs {
    /// Only these; default: what is not resolved
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    pub state: Vec<AlertStateFilter>,
    /// Also what is resolved
    #[arg(long, conflicts_with = "state")]
    pub all: bool,
    /// At least this severe
    #[arg(long, value_name = "SEVERITY")]
    pub severity: Option<AlertSeverityFilter>,
    /// Only what was seen at or after this moment, RFC 3339
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub since: Option<Timestamp>,
    /// Rows at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
}

impl Default for AlertsArgs {
    fn default() -> Self {
        Self { state: Vec::new(), all: false, severity: None, since: None, limit: 50 }
    }
}

/// How important a line is, for filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LevelFilter {
    /// Everything.
    Trace,
    /// Details.
    Debug,
    /// Facts.
    Info,
    /// What an operator should look at.
    Warn,
    /// What only a developer can mend.
    Error,
}

/// Arguments of `logs`.
#[derive(Debug, Args)]
pub struct LogsArgs {
    /// Go on with what comes
    #[arg(long, short)]
    pub follow: bool,
    /// Lines to begin with
    #[arg(long, short = 'n', value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=2000))]
    pub lines: u32,
    /// At least this important
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<LevelFilter>,
    /// Only modules that begin with this, e.g. tradingd::trader
    #[arg(long, value_name = "START", default_value = "", hide_default_value = true)]
    pub module: String,
    /// Only lines with this in their text or fields, whatever the case
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub grep: String,
}
