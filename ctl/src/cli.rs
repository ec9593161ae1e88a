//! The command line: every verb with its arguments, in clap's types.
//!
//! Only shapes and help live here; what a verb does is in `commands/`, its examples in
//! `examples.rs`. The names must match option `botctl` of the protocol's methods, which a test checks.

use crate::address::Address;
use crate::examples as ex;
use crate::exit::EXIT_CODES;
use crate::parse;
use clap::{Args, Parser, Subcommand, ValueEnum};
use prost_types::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

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
    /// Balances, equity and performance
    #[command(after_help = ex::PORTFOLIO)]
    Portfolio,
    /// The equity curve
    #[command(after_help = ex::EQUITY)]
    Equity(EquityArgs),
    /// Open positions
    #[command(after_help = ex::POSITIONS)]
    Positions(SymbolArgs),
    /// Closed trades, newest first
    #[command(after_help = ex::TRADES)]
    Trades(TradesArgs),
    /// Orders: list (default) or get
    #[command(after_help = ex::ORDERS)]
    Orders {
        /// What to do with orders.
        #[command(subcommand)]
        verb: Option<OrdersVerb>,
        /// Arguments of `list`.
        #[command(flatten)]
        list: OrdersArgs,
    },
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
    /// Read the password from the first line of stdin instead of asking on the terminal
    #[arg(long)]
    pub password_stdin: bool,
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

/// A filter by symbol.
#[derive(Debug, Args)]
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
    /// End with 0 after so many numbered records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
}

/// Arguments of `settings list`.
#[derive(Debug, Default, Args)]
pub struct SettingsArgs {
    /// Only keys that start with this, e.g. risk.
    pub prefix: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_tree_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_method_of_the_protocol_has_its_verb() {
        let tree = Cli::command();
        for method in tradingd_proto::METHODS {
            let mut at = &tree;
            for word in method.botctl.split(' ') {
                at = at
                    .find_subcommand(word)
                    .unwrap_or_else(|| panic!("{}: no verb {:?}", method.path, method.botctl));
            }
        }
    }

    /// Words as a shell would split them; double quotes only.
    fn shell_words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut quoted = false;
        for c in line.trim().chars() {
            match c {
                '"' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                _ => words.last_mut().expect("Invariant: never empty").push(c),
            }
        }
        words.retain(|w| !w.is_empty());
        words
    }

    /// The examples in a command's help, without what the shell does with the output.
    fn examples(command: &clap::Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        help.lines()
            .filter(|line| line.trim_start().starts_with("botctl "))
            .map(|line| line.split(['|', '<', '>']).next().unwrap_or_default().to_owned())
            .collect()
    }

    fn check_examples(command: &clap::Command, path: &str) {
        let lines = examples(command);
        assert!(lines.iter().any(|line| line.trim().starts_with(path)), "{path}: no example");
        for line in lines {
            Cli::try_parse_from(shell_words(&line)).unwrap_or_else(|e| panic!("{line}: {e}"));
        }
        for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
            check_examples(sub, &format!("{path} {}", sub.get_name()));
        }
    }

    #[test]
    fn every_verb_has_an_example_and_all_examples_parse() {
        check_examples(&Cli::command(), "botctl");
    }

    #[test]
    fn default_subcommands_take_their_options() {
        for line in [
            "botctl orders",
            "botctl orders --open --symbol BTC/USDT --limit 3",
            "botctl orders list --open",
            "botctl -o json orders",
            "botctl orders -o json",
            "botctl orders -o json list",
            "botctl orders --open -o json list --limit 2",
            "botctl orders -o json get x",
            "botctl settings",
            "botctl settings risk.",
            "botctl settings list risk.",
            "botctl strategies",
        ] {
            assert!(Cli::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
    }

    #[test]
    fn wrong_arguments_are_usage_errors() {
        for line in [
            "botctl close-all",
            "botctl resume",
            "botctl resume --reason=",
            "botctl explain BTC/USDT --at yesterday",
            "botctl trades --limit 0",
            "botctl watch --store x",
            "botctl --timeout 0 status",
            "botctl --addr https://x status",
            "botctl login --user a --password secret",
        ] {
            assert!(Cli::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
