//! The verbs: each asks the daemon and hands the answer to the output.
//!
//! This file only tells which function serves which verb, and pages through lists.

mod auth;
mod close_all;
mod close_position;
mod completion;
mod decisions;
mod emergency;
mod executions;
mod explain;
mod market;
mod movements;
mod orders;
mod plan;
mod portfolio;
mod positions;
mod protect;
mod risk;
mod risk_figures;
mod secret;
mod settings;
mod status;
mod strategies;
mod sub_ledgers;
mod system;
mod trades;
mod wait;
mod watch;
mod watch_lines;

use crate::cli::{
    Cli, OrdersArgs, OrdersVerb, PortfolioVerb, PositionsVerb, RiskVerb, SettingsVerb,
    StrategiesVerb, SymbolArgs, Verb,
};
use crate::client::Client;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use tradingd_proto::v1::MovementKind;

/// Rows that the daemon gives at most per page.
const PAGE: u32 = 500;

/// What every verb needs.
#[derive(Debug)]
pub struct Context<'a> {
    /// The two streams.
    pub out: &'a Output,
    /// The daemon.
    pub client: Client,
}

/// Runs the verb of a command line.
///
/// # Errors
/// Whatever the verb failed with.
pub async fn run(cli: Cli, out: &Output) -> Result<Exit, Failure> {
    let global = cli.global;
    if let Verb::Completion(args) = &cli.verb {
        return completion::completion(out, args.shell).map(|()| Exit::Done);
    }
    // An empty variable counts as none, as for other tools.
    let token = std::env::var("BOTCTL_TOKEN").ok().filter(|token| !token.trim().is_empty());
    let client = Client::new(global.addr, global.timeout, token.map(|t| t.trim().to_owned()))?;
    let context = Context { out, client };
    dispatch(&context, cli.verb).await
}

async fn dispatch(context: &Context<'_>, verb: Verb) -> Result<Exit, Failure> {
    let done = match verb {
        Verb::Setup(args) => auth::setup(context, args).await,
        Verb::Login(args) => auth::login(context, args).await,
        Verb::Logout => auth::logout(context).await,
        Verb::Whoami => auth::whoami(context).await,
        Verb::Token => auth::token(context).await,
        Verb::Status => status::status(context).await,
        Verb::Report => system::report(context).await,
        Verb::Portfolio { verb } => run_portfolio(context, verb).await,
        Verb::Equity(args) => portfolio::equity(context, args).await,
        Verb::Positions { verb, list } => run_positions(context, verb, list).await,
        Verb::Trades(args) => trades::trades(context, args).await,
        Verb::Executions(args) => executions::list(context, args).await,
        Verb::Orders { verb, list } => run_orders(context, verb, list).await,
        Verb::Strategies { verb: None | Some(StrategiesVerb::List) } => {
            strategies::list(context).await
        }
        Verb::Strategies { verb: Some(StrategiesVerb::Enable(args)) } => {
            strategies::enable(context, args).await
        }
        Verb::Strategies { verb: Some(StrategiesVerb::Disable { switch, force }) } => {
            strategies::disable(context, switch, force).await
        }
        Verb::Decisions(args) => decisions::decisions(context, args).await,
        Verb::Explain(args) => explain::explain(context, args).await,
        Verb::Candles(args) => market::candles(context, args).await,
        Verb::Regimes => market::regimes(context).await,
        Verb::Risk { verb: None | Some(RiskVerb::Limits) } => risk::limits(context).await,
        Verb::Risk { verb: Some(RiskVerb::Figures) } => risk_figures::figures(context).await,
        Verb::Stop(args) => emergency::stop(context, args).await,
        Verb::CloseAll(args) => close_all::close_all(context, args).await,
        Verb::Resume(args) => emergency::resume(context, args).await,
        Verb::Emergency => emergency::emergency(context).await,
        Verb::Watch(args) => watch::watch(context, args).await,
        Verb::Wait(args) => wait::wait(context, args).await,
        Verb::Settings { verb, list } => {
            let after = verb.and_then(|SettingsVerb::List(args)| args.prefix);
            let prefix = after.or(list.prefix).unwrap_or_default();
            settings::list(context, prefix).await
        }
        Verb::Version => system::version(context).await,
        Verb::Completion(args) => completion::completion(context.out, args.shell),
        Verb::Health(args) => return system::health(context, args).await,
    };
    done.map(|()| Exit::Done)
}

async fn run_portfolio(context: &Context<'_>, verb: Option<PortfolioVerb>) -> Result<(), Failure> {
    match verb {
        None => portfolio::portfolio(context).await,
        Some(PortfolioVerb::Strategies { check }) => sub_ledgers::strategies(context, check).await,
        Some(PortfolioVerb::Movements { limit }) => movements::list(context, limit).await,
        Some(PortfolioVerb::Deposit(args)) => {
            movements::record(context, MovementKind::Deposit, args).await
        }
        Some(PortfolioVerb::Withdraw(args)) => {
            movements::record(context, MovementKind::Withdrawal, args).await
        }
    }
}

async fn run_positions(
    context: &Context<'_>,
    verb: Option<PositionsVerb>,
    list: SymbolArgs,
) -> Result<(), Failure> {
    match verb {
        None => positions::positions(context, list).await,
        Some(PositionsVerb::List(args)) => {
            let symbol = args.symbol.or(list.symbol);
            positions::positions(context, SymbolArgs { symbol }).await
        }
        Some(PositionsVerb::Close(args)) if list == SymbolArgs::default() => {
            close_position::close(context, args).await
        }
        Some(PositionsVerb::Protect(args)) if list == SymbolArgs::default() => {
            protect::protect(context, args).await
        }
        Some(PositionsVerb::Close(_) | PositionsVerb::Protect(_)) => {
            Err(Failure::usage("name the symbol behind close or protect; --symbol is for list"))
        }
    }
}

async fn run_orders(
    context: &Context<'_>,
    verb: Option<OrdersVerb>,
    list: OrdersArgs,
) -> Result<(), Failure> {
    match verb {
        None => orders::list(context, list).await,
        Some(OrdersVerb::List(args)) => orders::list(context, args.or(list)).await,
        Some(OrdersVerb::Get { id }) if list == OrdersArgs::default() => {
            orders::get(context, id).await
        }
        Some(OrdersVerb::Cancel { id, reason, plan }) if list == OrdersArgs::default() => {
            orders::cancel(context, id, reason, plan).await
        }
        Some(OrdersVerb::Get { .. } | OrdersVerb::Cancel { .. }) => Err(Failure::usage(
            "orders get and cancel take an id; --open, --symbol, --limit are for list",
        )),
    }
}

/// Size of the next page when `got` of at most `limit` rows are there; 0 when that is enough.
fn next_page(limit: usize, got: usize) -> u32 {
    u32::try_from(limit.saturating_sub(got)).unwrap_or(PAGE).min(PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_add_up_to_the_limit() {
        assert_eq!(next_page(50, 0), 50);
        assert_eq!(next_page(1_200, 500), 500);
        assert_eq!(next_page(1_200, 1_000), 200);
        assert_eq!(next_page(50, 50), 0);
        assert_eq!(next_page(usize::MAX, 10), 500);
    }
}
