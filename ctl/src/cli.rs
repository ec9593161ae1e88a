//! The command line: every verb with its arguments, in clap's types.
//!
//! Only shapes and help live here; what a verb does is in `commands/`, its examples in
//! `examples.rs`. The names must match option `botctl` of the protocol's methods, which a test checks.

mod args;
mod executions;
mod plans;
mod positions;
#[cfg(test)]
mod tests;
mod watching;

use crate::address::Address;
use crate::examples as ex;
use crate::exit::EXIT_CODES;
use crate::parse;
pub use args::*;
use clap::{Args, Parser, Subcommand, ValueEnum};
pub use executions::*;
pub use plans::*;
pub use positions::*;
use std::time::Duration;
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
    /// Daemon, as host:port or http://host:port
    #[arg(
        long,
        global = true,
        env = "BOTCTL_ADDR",
        default_value = "http://127.0.0.1:8000",
        value_parser = Address::parse,
        help_heading = "Global options"
    )]
    pub addr: Address,
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
    /// For people.
    Table,
    /// For scripts: the protocol's JSON, every field present; errors as JSON on stderr.
    Json,
}

/// All verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make the first admin and log in
    #[command(after_help = ex::SETUP)]
    Setup(SetupArgs),
    /// Log in and keep the session
    #[command(after_help = ex::LOGIN)]
    Login(LoginArgs),
    /// End the session
    #[command(after_help = ex::LOGOUT)]
    Logout,
    /// Who is logged in
    #[command(after_help = ex::WHOAMI)]
    Whoami,
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
    Trades(TradesArgs),
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
    /// Decisions of the engine, newest first
    #[command(after_help = ex::DECISIONS)]
    Decisions(DecisionsArgs),
    /// Why the engine did or did not trade, stage by stage
    #[command(after_help = ex::EXPLAIN)]
    Explain(ExplainArgs),
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
    /// Trading state, what can still fill, the last close-all
    #[command(after_help = ex::EMERGENCY)]
    Emergency,
    /// Follow events as they happen, one line each
    #[command(after_help = ex::WATCH)]
    Watch(WatchArgs),
    /// Wait until something is so: 0 when it is, 4 when time is up
    #[command(after_help = ex::WAIT)]
    Wait(WaitArgs),
    /// Settings with value, default, range and origin
    #[command(after_help = ex::SETTINGS)]
    Settings {
        /// What to do with settings.
        #[command(subcommand)]
        verb: Option<SettingsVerb>,
        /// Arguments of `list`.
        #[command(flatten)]
        list: SettingsArgs,
    },
    /// Version of botctl and of the daemon
    #[command(after_help = ex::VERSION)]
    Version,
    /// Print a completion script for a shell
    #[command(after_help = ex::COMPLETION)]
    Completion(CompletionArgs),
    /// Health of the daemon: 0 when it serves, 1 when not, 4 when not reachable
    #[command(after_help = ex::HEALTH)]
    Health(HealthArgs),
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
}

/// Verbs of `orders`.
#[derive(Debug, Subcommand)]
pub enum OrdersVerb {
    /// List orders, newest first
    #[command(after_help = ex::ORDERS)]
    List(OrdersArgs),
    /// One order with its fills
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

/// Verbs of `settings`.
#[derive(Debug, Subcommand)]
pub enum SettingsVerb {
    /// List settings
    #[command(after_help = ex::SETTINGS)]
    List(SettingsArgs),
}
