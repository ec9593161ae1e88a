//! The arguments of `audit` and of the exports.

use crate::examples as ex;
use crate::parse;
use clap::{Args, Subcommand, ValueEnum};
use prost_types::Timestamp;
use std::path::PathBuf;

/// Verbs of `audit`.
#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// Records, newest first
    #[command(after_help = ex::AUDIT_LIST)]
    List(AuditListArgs),
    /// Records as they come
    #[command(after_help = ex::AUDIT_TAIL)]
    Tail(AuditTailArgs),
    /// All records that match as a file, oldest first
    #[command(after_help = ex::AUDIT_EXPORT)]
    Export(AuditExportArgs),
    /// Prove that nothing in the journal was changed; exit 1 on findings
    #[command(after_help = ex::AUDIT_VERIFY)]
    Verify(AuditVerifyArgs),
    /// Where the chain and its anchors stand
    #[command(after_help = ex::AUDIT_STATE)]
    State,
}

/// Least severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SeverityFilter {
    /// All.
    Info,
    /// Warnings and worse.
    Warning,
    /// The worst.
    Critical,
}

/// Which records.
#[derive(Debug, Args)]
pub struct AuditFilterArgs {
    /// Only these types, e.g. login,fill,emergency-stop
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',', value_parser = parse::audit_type)]
    pub types: Vec<i32>,
    /// Only from this severity on
    #[arg(long)]
    pub severity: Option<SeverityFilter>,
    /// Only what this user did; admins only, for others than oneself
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub principal: String,
    /// Only from this source, e.g. an address
    #[arg(long, default_value = "", hide_default_value = true)]
    pub source: String,
    /// Only of this request
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    pub request_id: String,
    /// Only about this symbol
    #[arg(long, default_value = "", hide_default_value = true)]
    pub symbol: String,
    /// Not before this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub since: Option<Timestamp>,
    /// Before this moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub until: Option<Timestamp>,
    /// Only those with this text
    #[arg(long, default_value = "", hide_default_value = true)]
    pub text: String,
}

/// Arguments of `audit list`.
#[derive(Debug, Args)]
pub struct AuditListArgs {
    /// Which.
    #[command(flatten)]
    pub filter: AuditFilterArgs,
    /// Rows at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
}

/// Arguments of `audit verify`.
#[derive(Debug, Args)]
pub struct AuditVerifyArgs {
    /// An archive of old content that is kept elsewhere than beside the daemon's anchors
    #[arg(long, value_name = "FILE")]
    pub archive: Option<PathBuf>,
}

/// Arguments of `audit tail`.
#[derive(Debug, Args)]
pub struct AuditTailArgs {
    /// Which.
    #[command(flatten)]
    pub filter: AuditFilterArgs,
    /// Those after this sequence first; default: only new ones
    #[arg(long, value_name = "SEQUENCE")]
    pub after: Option<u64>,
    /// End after so many records
    #[arg(long, value_name = "N")]
    pub count: Option<u64>,
}

/// Form of an exported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportForm {
    /// Comma separated, with a heading line.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

/// Where an exported file goes.
#[derive(Debug, Args)]
pub struct OutArgs {
    /// Form of the file [default: csv; ndjson with -o json]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ExportForm>,
    /// Write to this file, made anew, instead of stdout
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Arguments of `audit export`.
#[derive(Debug, Args)]
pub struct AuditExportArgs {
    /// Which.
    #[command(flatten)]
    pub filter: AuditFilterArgs,
    /// Where to.
    #[command(flatten)]
    pub to: OutArgs,
}

/// Arguments of `trades export`, `orders export` and `portfolio export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Only this symbol
    #[arg(long, default_value = "", hide_default_value = true)]
    pub symbol: String,
    /// Not before this moment of data time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub since: Option<Timestamp>,
    /// Before this moment of data time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse::moment)]
    pub until: Option<Timestamp>,
    /// Where to.
    #[command(flatten)]
    pub to: OutArgs,
}

/// Verbs of `trades`.
#[derive(Debug, Subcommand)]
pub enum TradesVerb {
    /// List trades, newest first unless --sort says otherwise
    #[command(after_help = ex::TRADES)]
    List(super::TradesArgs),
    /// Closed trades as a file, oldest first
    #[command(after_help = ex::TRADES_EXPORT)]
    Export(super::TradesExportArgs),
}
