//! What every verb takes that can show its plan first.

use clap::Args;

/// Arguments of verbs that can be planned.
#[derive(Debug, Clone, Default, Args)]
pub struct PlanArgs {
    /// Only show what it would do: what changes, orders, cost, exposure, limits
    #[arg(long)]
    pub dry_run: bool,
    /// Carry out exactly this plan of a dry run, or nothing (exit 6 when it no longer fits)
    #[arg(long, value_name = "ID", conflicts_with = "dry_run")]
    pub plan: Option<String>,
}
