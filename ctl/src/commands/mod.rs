//! The verbs: each asks the daemon and hands the answer to the output.
//!
//! This file only tells which function serves which verb, and pages through lists.

mod access;
mod alerts;
mod analytics;
mod analytics_groups;
mod audit;
mod auth;
mod break_glass;
mod close_all;
mod close_position;
mod completion;
mod connect;
mod costs;
mod decisions;
mod doctor;
mod emergency;
mod executions;
mod exit_codes;
mod explain;
mod export;
mod logs;
mod man;
mod market;
mod movements;
mod orders;
mod pages;
mod plan;
mod portfolio;
mod positions;
mod profiles;
mod protect;
mod reference;
mod reference_protocol;
mod resources;
mod risk;
mod risk_figures;
pub(crate) mod secret;
mod selftest;
mod settings;
mod settings_change;
mod settings_history;
mod status;
mod strategies;
mod sub_ledgers;
mod system;
pub(crate) mod tokens;
mod top;
mod trades;
mod users;
mod wait;
mod watch;
mod watch_lines;

use crate::cli::{
    AlertsArgs, AlertsVerb, Cli, DecisionsVerb, EmergencyVerb, IndicatorsVerb, OrdersArgs,
    OrdersVerb, PortfolioVerb, PositionsVerb, RiskVerb, SettingsVerb, StrategiesVerb, SymbolArgs,
    TradesVerb, Verb,
};
use crate::client::Client;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::target;
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
    if let Some(ended) = run_alone(&cli.verb, out) {
        return ended.map(|()| Exit::Done);
    }
    if let Verb::Profiles { verb } = cli.verb {
        return profiles::profiles(out, &global.connection, verb).map(|()| Exit::Done);
    }
    let target = target::resolve(&global.connection)?;
    let roots = connect::roots(&target, global.timeout, &cli.verb, out).await?;
    let client = Client::new(&target, roots, global.timeout)?;
    let context = Context { out, client };
    match dispatch(&context, cli.verb).await {
        Err(failure) => Err(connect::explained(failure, &target, global.timeout).await),
        done => done,
    }
}

/// The verbs that need no daemon; `None` for the others.
fn run_alone(verb: &Verb, out: &Output) -> Option<Result<(), Failure>> {
    Some(match verb {
        Verb::Completion(args) => completion::completion(out, args.shell),
        Verb::ExitCodes => exit_codes::exit_codes(out),
        Verb::Man(args) => man::man(out, &args.out),
        Verb::Reference(args) => reference::page(out, args.page),
        _ => return None,
    })
}

async fn dispatch(context: &Context<'_>, verb: Verb) -> Result<Exit, Failure> {
    let done = match verb {
        Verb::Setup(args) => auth::setup(context, args).await,
        Verb::Login(args) => auth::login(context, args).await,
        Verb::Logout => auth::logout(context).await,
        Verb::Whoami => auth::whoami(context).await,
        Verb::Token => auth::token(context).await,
        Verb::StepUp(args) => access::step_up(context, args).await,
        Verb::Passwd(args) => access::passwd(context, args).await,
        Verb::Totp { verb } => access::totp(context, verb).await,
        Verb::Keys { verb } => access::keys(context, verb).await,
        Verb::Users { verb } => users::run(context, verb).await,
        Verb::Sessions { verb } => access::sessions(context, verb).await,
        Verb::Tokens { verb } => tokens::run(context, verb).await,
        Verb::Status => status::status(context).await,
        Verb::Report => system::report(context).await,
        Verb::Portfolio { verb } => run_portfolio(context, verb).await,
        Verb::Analytics(args) => analytics::analytics(context, args).await,
        Verb::Costs(args) => costs::costs(context, args).await,
        Verb::Equity(args) => portfolio::equity(context, args).await,
        Verb::Positions { verb, list } => run_positions(context, verb, list).await,
        Verb::Trades { verb: None, list } => trades::trades(context, list).await,
        Verb::Trades { verb: Some(TradesVerb::List(args)), .. } => {
            trades::trades(context, args).await
        }
        Verb::Trades { verb: Some(TradesVerb::Export(args)), .. } => {
            export::trades(context, args).await
        }
        Verb::Executions(args) => executions::list(context, args).await,
        Verb::Orders { verb, list } => run_orders(context, verb, list).await,
        Verb::Strategies { verb: None | Some(StrategiesVerb::List) } => {
            strategies::list(context).await
        }
        Verb::Strategies { verb: Some(StrategiesVerb::Profits(args)) } => {
            pages::strategy_profits(context, args).await
        }
        Verb::Strategies { verb: Some(StrategiesVerb::Enable(args)) } => {
            strategies::enable(context, args).await
        }
        Verb::Strategies { verb: Some(StrategiesVerb::Disable { switch, force }) } => {
            strategies::disable(context, switch, force).await
        }
        Verb::Decisions { verb: None, list } => decisions::decisions(context, list).await,
        Verb::Decisions { verb: Some(DecisionsVerb::Count(args)), .. } => {
            pages::decision_counts(context, args).await
        }
        Verb::Symbols => pages::symbols(context).await,
        Verb::Indicators { verb: None | Some(IndicatorsVerb::List) } => {
            pages::indicators(context).await
        }
        Verb::Indicators { verb: Some(IndicatorsVerb::Get(args)) } => {
            pages::indicator_values(context, args).await
        }
        Verb::Marks(args) => pages::marks(context, args).await,
        Verb::Resources => resources::resources(context).await,
        Verb::Explain(args) => explain::explain(context, args).await,
        Verb::Candles(args) => market::candles(context, args).await,
        Verb::Regimes => market::regimes(context).await,
        Verb::Risk { verb: None | Some(RiskVerb::Limits) } => risk::limits(context).await,
        Verb::Risk { verb: Some(RiskVerb::Figures) } => risk_figures::figures(context).await,
        Verb::Stop(args) => emergency::stop(context, args).await,
        Verb::CloseAll(args) => close_all::close_all(context, args).await,
        Verb::Resume(args) => emergency::resume(context, args).await,
        Verb::Emergency { verb: None } => emergency::emergency(context).await,
        Verb::Emergency { verb: Some(EmergencyVerb::History { limit }) } => {
            pages::state_changes(context, limit).await
        }
        Verb::Watch(args) => watch::watch(context, args).await,
        Verb::Alerts { verb, list } => run_alerts(context, verb, list).await,
        Verb::Logs(args) => logs::logs(context, args).await,
        Verb::Wait(args) => wait::wait(context, args).await,
        Verb::Settings { verb, list } => {
            run_settings(context, verb.unwrap_or(SettingsVerb::List(list))).await
        }
        Verb::Audit { verb } => return audit::run(context, verb).await,
        // Both are done before there is a daemon.
        Verb::Profiles { .. } => Ok(()),
        Verb::Version => system::version(context).await,
        Verb::Health(args) => return system::health(context, args).await,
        Verb::Top => top::top(context).await,
        Verb::Selftest(args) => return selftest::selftest(context, args).await,
        Verb::Doctor(args) => return doctor::doctor(context, args).await,
        Verb::Completion(_) | Verb::ExitCodes | Verb::Man(_) | Verb::Reference(_) => {
            Err(Failure::internal("a verb without a daemon came too far"))
        }
    };
    done.map(|()| Exit::Done)
}

async fn run_settings(context: &Context<'_>, verb: SettingsVerb) -> Result<(), Failure> {
    match verb {
        SettingsVerb::List(args) => settings::list(context, args).await,
        SettingsVerb::Get { setting } => settings::get(context, &setting).await,
        SettingsVerb::Set(args) => settings_change::set(context, args).await,
        SettingsVerb::Unset(args) => settings_change::unset(context, args).await,
        SettingsVerb::Apply(args) => settings_change::apply(context, args).await,
        SettingsVerb::Rollback(args) => settings_change::rollback(context, args).await,
        SettingsVerb::Diff(args) => settings_history::diff(context, args).await,
        SettingsVerb::History(args) => settings_history::history(context, args).await,
    }
}

async fn run_portfolio(context: &Context<'_>, verb: Option<PortfolioVerb>) -> Result<(), Failure> {
    match verb {
        None => portfolio::portfolio(context).await,
        Some(PortfolioVerb::Strategies { check }) => sub_ledgers::strategies(context, check).await,
        Some(PortfolioVerb::Movements { limit }) => movements::list(context, limit).await,
        Some(PortfolioVerb::Deposit(args)) => {
            movements::record(context, MovementKind::Deposit, args).await
        }
        Some(PortfolioVerb::Export(args)) => export::ledger(context, args).await,
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

async fn run_alerts(
    context: &Context<'_>,
    verb: Option<AlertsVerb>,
    list: AlertsArgs,
) -> Result<(), Failure> {
    match verb {
        None => alerts::list(context, list).await,
        Some(AlertsVerb::List(args)) => {
            let given = if args == AlertsArgs::default() { list } else { args };
            alerts::list(context, given).await
        }
        Some(_) if list != AlertsArgs::default() => {
            Err(Failure::usage("--state, --all, --severity, --since, --limit are for alerts list"))
        }
        Some(AlertsVerb::Get { id }) => alerts::get(context, id).await,
        Some(AlertsVerb::Ack { id, note, dry_run }) => {
            alerts::ack(context, id, note, dry_run).await
        }
        Some(AlertsVerb::Tail(args)) => watch::alerts(context, args).await,
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
        Some(OrdersVerb::Export(args)) if list == OrdersArgs::default() => {
            export::orders(context, args).await
        }
        Some(OrdersVerb::Export(_)) => {
            Err(Failure::usage("name what to export behind export: orders export --symbol …"))
        }
        Some(OrdersVerb::Get { .. } | OrdersVerb::Cancel { .. }) => Err(Failure::usage(
            "orders get and cancel take an id; --open, --symbol, --from, --to, --limit are for list",
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
