//! The verbs of `positions` and their arguments.

use super::{PlanArgs, SymbolArgs};
use crate::examples as ex;
use crate::parse;
use clap::{Args, Subcommand};
use std::time::Duration;

/// Verbs of `positions`.
#[derive(Debug, Subcommand)]
pub enum PositionsVerb {
    /// List open positions
    #[command(after_help = ex::POSITIONS)]
    List(SymbolArgs),
    /// Sell one position, or a part of it, at the market; also while halted
    #[command(after_help = ex::POSITIONS_CLOSE)]
    Close(CloseArgs),
    /// Move or clear the stop and the targets of one position
    #[command(after_help = ex::POSITIONS_PROTECT)]
    Protect(ProtectArgs),
}

/// Arguments of `positions close`.
#[derive(Debug, Args)]
pub struct CloseArgs {
    /// Symbol, e.g. BTC/USDT
    pub symbol: String,
    /// Sell this much of the base asset; default: everything
    #[arg(long, value_name = "Q", value_parser = parse::amount)]
    pub quantity: Option<String>,
    /// Sell this share of what is held, in percent above 0 to 100
    #[arg(long, value_name = "PCT", conflicts_with = "quantity", value_parser = parse::percent)]
    pub part: Option<String>,
    /// Why; recorded
    #[arg(long, value_parser = parse::reason)]
    pub reason: String,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// How long to wait until it is sold
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = parse::duration)]
    pub wait: Duration,
    /// Plan first.
    #[command(flatten)]
    pub plan: PlanArgs,
}

/// Arguments of `positions protect`; one of the levels at least.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("levels").required(true).multiple(true))]
pub struct ProtectArgs {
    /// Symbol, e.g. BTC/USDT
    pub symbol: String,
    /// Sell everything at this price or below; none: no stop; left out: as it is
    #[arg(long, value_name = "P|none", group = "levels", value_parser = parse::level)]
    pub stop: Option<parse::Level>,
    /// Sell a part at this price or above; none: no first target; left out: as it is
    #[arg(long, value_name = "P|none", group = "levels", value_parser = parse::level)]
    pub first_target: Option<parse::Level>,
    /// Sell everything at this price or above; none: no target; left out: as it is
    #[arg(long, value_name = "P|none", group = "levels", value_parser = parse::level)]
    pub target: Option<parse::Level>,
    /// Why; recorded
    #[arg(long, default_value = "", hide_default_value = true)]
    pub reason: String,
    /// Do not ask, also when the stop goes
    #[arg(long)]
    pub yes: bool,
    /// Plan first.
    #[command(flatten)]
    pub plan: PlanArgs,
}
