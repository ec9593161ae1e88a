//! The command line: every verb with its arguments, in clap's types.
//!
//! Only shapes and help live here; what a verb does is in `commands/`, its examples in
//! `examples.rs`. The names must match option `botctl` of the protocol's methods, which a test checks.

mod access;
mod alerts;
mod analytics;
mod args;
mod audit;
mod connection;
mod executions;
mod pages;
mod plans;
mod positions;
mod settings;
#[cfg(test)]
mod tests;
mod tools;
mod watching;

use crate::examples as ex;
use crate::exit::EXIT_CODES;
use crate::parse;
pub use access::*;
pub use alerts::*;
pub use analytics::*;
pub use args::*;
pub use audit::*;
use clap::{Args, Parser, Subcommand, ValueEnum};
pub use connection::*;
pub use executions::*;
pub use pages::*;
pub use plans::*;
pub use positions::*;
pub use settings::*;
use std::time::Duration;
pub use tools::*;
pub use watching::*;

/// Operates a running tradingd.
#[derive(Debug, Parser)]
#[command(
    name = "botctl",
    version,
    about = "Operates a running tradingd: look, switch, stop, resume.",
    after_help = ex::top_level(EXIT_CODES),
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What holds for every verb.
    #[command(flatten)]
    pub global: Global,
    /// The verb.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Options of every verb.
#[derive(Debug, Args)]
pub struct Global {
    /// Which daemon, and how it is trusted.
    #[command(flatten)]
    pub connection: Connection,
    /// Form of the data on stdout
    #[arg(
        short,
        long,
        global = true,
        env = "BOTCTL_OUTPUT",
        default_value = "table",
        help_heading = "Global options"
    )]
    pub output: Format,
    /// Only these columns, by the names that -o csv shows; not with -o json
    #[arg(
        long,
        global = true,
        value_name = "A,B",
        value_delimiter = ',',
        help_heading = "Global options"
    )]
    pub columns: Vec<String>,
    /// No line with the names of the columns (csv, wide, --columns)
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_header: bool,
    /// Time for one attempt, e.g. 500ms, 10s, 2m
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        default_value = "10s",
        value_parser = parse::duration,
        help_heading = "Global options"
    )]
    pub timeout: Duration,
    /// No colour, also on a terminal (as does NO_COLOR)
    #[arg(long, visible_alias = "no-color", global = true, help_heading = "Global options")]
    pub no_colour: bool,
}

/// Form of the data on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: the columns that matter.
    Table,
    /// For people: every column, values not rounded.
    Wide,
    /// For scripts: the protocol's JSON, every field present; errors as JSON on stderr.
    Json,
    /// As json, one row per line.
    Ndjson,
    /// For spreadsheets: RFC 4180 with a header, exact values.
    Csv,
}

/// All verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make the first admin and log in
    #[command(after_help = ex::SETUP)]
    Setup(SetupArgs),
    /// Log in and keep the session
    #[command(after_help = ex::LOGIN)]
    Login(LoginVerb),
    /// End the session
    #[command(after_help = ex::LOGOUT)]
    Logout,
    /// Who is logged in
    #[command(after_help = ex::WHOAMI)]
    Whoami,
    /// Give the password or a one-time code again, for what needs that to be fresh
    #[command(after_help = ex::STEP_UP)]
    StepUp(StepUpArgs),
    /// Change your own password; the other sessions end
    #[command(after_help = ex::PASSWD)]
    Passwd(PasswordArgs),
    /// One-time codes for your logins: enrol, confirm, remove
    #[command(after_help = ex::TOTP)]
    Totp {
        /// What to do with them.
        #[command(subcommand)]
        verb: TotpVerb,
    },
    /// Users: list (default), add, role, passwd, disable, enable, remove
    #[command(after_help = ex::USERS)]
    Users {
        /// What to do with users.
        #[command(subcommand)]
        verb: Option<UsersVerb>,
    },
    /// Open sessions: list (default) or revoke
    #[command(after_help = ex::SESSIONS)]
    Sessions {
        /// What to do with sessions.
        #[command(subcommand)]
        verb: Option<SessionsVerb>,
    },
    /// API tokens for scripts and programs: list (default), create, derive, revoke
    #[command(after_help = ex::TOKENS)]
    Tokens {
        /// What to do with API tokens.
        #[command(subcommand)]
        verb: Option<TokensVerb>,
    },
    /// Keys of the control plane: rotate
    #[command(after_help = ex::KEYS)]
    Keys {
        /// What to do with keys.
        #[command(subcommand)]
        verb: KeysVerb,
    },
    /// Print a fresh access token for scripts
    #[command(after_help = ex::TOKEN)]
    Token,
    /// The state of everything on one page
    #[command(after_help = ex::STATUS)]
    Status,
    /// The run's report so far
    #[command(after_help = ex::REPORT)]
    Report,
    /// Balances, equity and performance; whose they are; money put in and taken out
    #[command(after_help = ex::PORTFOLIO)]
    Portfolio {
        /// What else to do with the portfolio.
        #[command(subcommand)]
        verb: Option<PortfolioVerb>,
    },
    /// The equity curve
    #[command(after_help = ex::EQUITY)]
    Equity(EquityArgs),
    /// Key figures, curves, months and groups of a stretch of time
    #[command(after_help = ex::ANALYTICS)]
    Analytics(AnalyticsArgs),
    /// What trading cost: fees, slippage, shortfall
    #[command(after_help = ex::COSTS)]
    Costs(CostsArgs),
    /// Open positions: list (default), close or protect one
    #[command(after_help = ex::POSITIONS)]
    Positions {
        /// What to do with positions.
        #[command(subcommand)]
        verb: Option<PositionsVerb>,
        /// Arguments of `list`.
        #[command(flatten)]
        list: SymbolArgs,
    },
    /// Closed trades, newest first
    #[command(after_help = ex::TRADES)]
    Trades {
        /// What else to do with trades.
        #[command(subcommand)]
        verb: Option<TradesVerb>,
        /// Arguments of `list`.
        #[command(flatten)]
        list: TradesArgs,
    },
    /// Orders: list (default), get or cancel
    #[command(after_help = ex::ORDERS)]
    Orders {
        /// What to do with orders.
        #[command(subcommand)]
        verb: Option<OrdersVerb>,
        /// Arguments of `list`.
        #[command(flatten)]
        list: OrdersArgs,
    },
    /// What was asked for, what was done, and what the doing cost; newest first
    #[command(after_help = ex::EXECUTIONS)]
    Executions(ExecutionsArgs),
    /// Strategies: list (default), enable or disable
    #[command(after_help = ex::STRATEGIES)]
    Strategies {
        /// What to do with strategies.
        #[command(subcommand)]
        verb: Option<StrategiesVerb>,
    },
    /// Decisions of the engine: list (default, newest first) or count
    #[command(after_help = ex::DECISIONS)]
    Decisions {
        /// What else to do with decisions.
        #[command(subcommand)]
        verb: Option<DecisionsVerb>,
        /// Arguments of the list.
        #[command(flatten)]
        list: DecisionsArgs,
    },
    /// Why the engine did or did not trade, stage by stage
    #[command(after_help = ex::EXPLAIN)]
    Explain(ExplainArgs),
    /// What is traded, with its steps and the candles that are kept
    #[command(after_help = ex::SYMBOLS)]
    Symbols,
    /// The engine's indicators: list (default), or get their values
    #[command(after_help = ex::INDICATORS)]
    Indicators {
        /// What to show.
        #[command(subcommand)]
        verb: Option<IndicatorsVerb>,
    },
    /// What happened to a symbol: moves of stop and targets, fills, trades
    #[command(after_help = ex::MARKS)]
    Marks(MarksArgs),
    /// How long things take in the daemon, and how full they are
    #[command(after_help = ex::RESOURCES)]
    Resources,
    /// Closed candles
    #[command(after_help = ex::CANDLES)]
    Candles(CandlesArgs),
    /// Regime and trend of each symbol
    #[command(after_help = ex::REGIMES)]
    Regimes,
    /// Risk: limits with their use and headroom (default), or the figures behind them
    #[command(after_help = ex::RISK)]
    Risk {
        /// What to show.
        #[command(subcommand)]
        verb: Option<RiskVerb>,
    },
    /// Halt trading now; never asks
    #[command(after_help = ex::STOP)]
    Stop(StopArgs),
    /// Halt and sell every position
    #[command(after_help = ex::CLOSE_ALL)]
    CloseAll(CloseAllArgs),
    /// Let trading go on after a halt
    #[command(after_help = ex::RESUME)]
    Resume(ResumeArgs),
    /// Trading state, what can still fill, the last close-all; or its history
    #[command(after_help = ex::EMERGENCY)]
    Emergency {
        /// What else to show.
        #[command(subcommand)]
        verb: Option<EmergencyVerb>,
    },
    /// Follow events as they happen, one line each
    #[command(after_help = ex::WATCH)]
    Watch(WatchArgs),
    /// Wait until something is so: 0 when it is, 4 when time is up
    #[command(after_help = ex::WAIT)]
    Wait(WaitArgs),
    /// Alerts: list (default), get, ack or tail
    #[command(after_help = ex::ALERTS)]
    Alerts {
        /// What to do with alerts.
        #[command(subcommand)]
        verb: Option<AlertsVerb>,
        /// Arguments of `list`.
        #[command(flatten)]
        list: AlertsArgs,
    },
    /// The daemon's own log
    #[command(after_help = ex::LOGS)]
    Logs(LogsArgs),
    /// Settings: list, change, undo, history
    #[command(after_help = ex::SETTINGS)]
    Settings {
        /// What to do with settings.
        #[command(subcommand)]
        verb: Option<SettingsVerb>,
        /// Arguments of `list`.
        #[command(flatten)]
        list: SettingsArgs,
    },
    /// Who did what: list, tail, export; and the proof that none of it was changed
    #[command(after_help = ex::AUDIT)]
    Audit {
        /// What to do with the audit.
        #[command(subcommand)]
        verb: AuditVerb,
    },
    /// Daemons by name: list (default), add, use or remove
    #[command(after_help = ex::PROFILES)]
    Profiles {
        /// What to do with profiles.
        #[command(subcommand)]
        verb: Option<ProfilesVerb>,
    },
    /// Version of botctl and of the daemon
    #[command(after_help = ex::VERSION)]
    Version,
    /// Print a completion script for a shell
    #[command(after_help = ex::COMPLETION)]
    Completion(CompletionArgs),
    /// A live view over the whole terminal
    #[command(after_help = ex::TOP_VIEW)]
    Top,
    /// Check the daemon and this machine: 0 all well, 10 with warnings, 11 with failures
    #[command(after_help = ex::DOCTOR)]
    Doctor(DoctorArgs),
    /// Check that the control plane of a paper daemon works; rehearses, changes nothing
    #[command(after_help = ex::SELFTEST)]
    Selftest(SelftestArgs),
    /// Exit codes, and which of the daemon's refusals ends with which
    #[command(after_help = ex::EXIT_CODES)]
    ExitCodes,
    /// Write the manual pages
    #[command(after_help = ex::MAN)]
    Man(ManArgs),
    /// Print a reference page that is made from the code
    #[command(hide = true, after_help = ex::REFERENCE)]
    Reference(ReferenceArgs),
    /// Health of the daemon: 0 when it serves, 1 when not, 4 when not reachable
    #[command(after_help = ex::HEALTH)]
    Health(HealthArgs),
}

/// Verbs of `profiles`.
#[derive(Debug, Subcommand)]
pub enum ProfilesVerb {
    /// List the daemons of the config file
    #[command(after_help = ex::PROFILES)]
    List,
    /// Add a daemon, or change it; --ca, --cert and --key are kept with it
    #[command(after_help = ex::PROFILES)]
    Add(ProfileArgs),
    /// Mean this daemon when nothing is said
    #[command(after_help = ex::PROFILES)]
    Use {
        /// Its name
        name: String,
    },
    /// Forget a daemon
    #[command(after_help = ex::PROFILES)]
    Remove {
        /// Its name
        name: String,
    },
}

/// Verbs of `portfolio`.
#[derive(Debug, Subcommand)]
pub enum PortfolioVerb {
    /// What each strategy has brought in or taken out, per asset
    #[command(after_help = ex::PORTFOLIO)]
    Strategies {
        /// Exit 1 unless the sums over the owners equal the account
        #[arg(long)]
        check: bool,
    },
    /// Deposits, withdrawals and hand-made trades, newest first
    #[command(after_help = ex::PORTFOLIO)]
    Movements {
        /// Rows at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
    },
    /// Put money into the paper account
    #[command(after_help = ex::PORTFOLIO)]
    Deposit(MoveArgs),
    /// Take free money out of the paper account
    #[command(after_help = ex::PORTFOLIO)]
    Withdraw(MoveArgs),
    /// Every posting of money with the balance after it, as a file
    #[command(after_help = ex::LEDGER_EXPORT)]
    Export(ExportArgs),
}

/// Verbs of `orders`.
#[derive(Debug, Subcommand)]
pub enum OrdersVerb {
    /// List orders, newest first
    #[command(after_help = ex::ORDERS)]
    List(OrdersArgs),
    /// One order with its fills and every step of its life
    #[command(after_help = ex::ORDERS)]
    Get {
        /// Client order id
        id: String,
    },
    /// Take back one order that can still fill; protection is moved with positions protect
    #[command(after_help = ex::ORDERS)]
    Cancel {
        /// Client order id
        id: String,
        /// Why; recorded
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
        /// Plan first.
        #[command(flatten)]
        plan: PlanArgs,
    },
    /// Orders as a file, oldest first
    #[command(after_help = ex::ORDERS_EXPORT)]
    Export(ExportArgs),
}

/// Verbs of `risk`.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum RiskVerb {
    /// Every limit of the gate with its use and headroom
    #[command(after_help = ex::RISK_LIMITS)]
    Limits,
    /// Volatility, correlation, value at risk and rates
    #[command(after_help = ex::RISK_FIGURES)]
    Figures,
}

/// Verbs of `strategies`.
#[derive(Debug, Subcommand)]
pub enum StrategiesVerb {
    /// List strategies with what they earned
    #[command(after_help = ex::STRATEGIES)]
    List,
    /// What the last trades of each strategy brought, oldest first
    #[command(after_help = ex::STRATEGIES_PROFITS)]
    Profits(ProfitsArgs),
    /// Switch a strategy on
    #[command(after_help = ex::STRATEGIES)]
    Enable(SwitchArgs),
    /// Switch a strategy off; what it owns keeps its protection
    #[command(after_help = ex::STRATEGIES)]
    Disable {
        /// What both switches take.
        #[command(flatten)]
        switch: SwitchArgs,
        /// Also when it owns open positions
        #[arg(long)]
        force: bool,
    },
}
