//! The verbs of `settings` and their arguments.

use crate::examples as ex;
use crate::parse;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Verbs of `settings`.
#[derive(Debug, Subcommand)]
pub enum SettingsVerb {
    /// List settings
    #[command(after_help = ex::SETTINGS)]
    List(SettingsArgs),
    /// One setting with everything there is to know about it
    #[command(after_help = ex::SETTINGS)]
    Get {
        /// Key, e.g. risk.max_drawdown_pct
        #[arg(value_name = "KEY")]
        setting: String,
    },
    /// Change settings while the daemon runs: all of them or none
    #[command(after_help = ex::SETTINGS_SET)]
    Set(SetArgs),
    /// Give settings back to file, environment and flags, or to their defaults
    #[command(after_help = ex::SETTINGS_SET)]
    Unset(UnsetArgs),
    /// What differs between two versions
    #[command(after_help = ex::SETTINGS_HISTORY)]
    Diff(DiffArgs),
    /// Versions, newest first: who changed what, when and why
    #[command(after_help = ex::SETTINGS_HISTORY)]
    History(HistoryArgs),
    /// Go back to the values of an earlier version, as a new version
    #[command(after_help = ex::SETTINGS_HISTORY)]
    Rollback(RollbackArgs),
    /// Set what a TOML file says, after showing what that changes
    #[command(after_help = ex::SETTINGS_SET)]
    Apply(ApplyArgs),
}

/// Arguments of `settings list`.
#[derive(Debug, Default, Args)]
pub struct SettingsArgs {
    /// Only keys that start with this, e.g. risk.
    pub prefix: Option<String>,
    /// Only settings that differ from their defaults
    #[arg(long)]
    pub changed: bool,
    /// Only settings that can change while the daemon runs
    #[arg(long)]
    pub hot: bool,
}

/// What every change of settings takes.
#[derive(Debug, Args)]
pub struct ChangeArgs {
    /// Why; kept in the history
    #[arg(long, default_value = "", hide_default_value = true)]
    pub reason: String,
    /// Only when this version is current (exit 6 otherwise)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub expect_version: Option<u64>,
    /// Check and show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `settings set`.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// KEY=VALUE, more than one for a change as a whole; KEY=- reads the value from stdin
    #[arg(required = true, value_name = "KEY=VALUE", value_parser = parse::assignment)]
    pub assignments: Vec<(String, String)>,
    /// Reason, version, dry run.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `settings unset`.
#[derive(Debug, Args)]
pub struct UnsetArgs {
    /// Keys
    #[arg(required = true, value_name = "KEY")]
    pub keys: Vec<String>,
    /// Reason, version, dry run.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `settings diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Version to start from; default: the one before the current
    #[arg(value_name = "FROM", value_parser = clap::value_parser!(u64).range(1..))]
    pub from: Option<u64>,
    /// Version to compare it with; default: the current
    #[arg(value_name = "TO", value_parser = clap::value_parser!(u64).range(1..))]
    pub to: Option<u64>,
    /// Compare the current version with the defaults
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub defaults: bool,
}

/// Arguments of `settings history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Only versions that changed this key
    #[arg(value_name = "KEY")]
    pub setting: Option<String>,
    /// Versions at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub limit: u32,
}

/// Arguments of `settings rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// Version whose values are wanted; default: the one before the current
    #[arg(value_name = "VERSION", value_parser = clap::value_parser!(u64).range(1..))]
    pub version: Option<u64>,
    /// Reason, version, dry run.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `settings apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// A TOML file as for the daemon; what it does not name stays as it is
    pub file: PathBuf,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Reason, version, dry run.
    #[command(flatten)]
    pub change: ChangeArgs,
}
