//! Turns what a session leaves behind into what the oracle is given.
//!
//! Events and records go through the bytes in which they are stored; books, orders, requests and
//! executions are the exchange's own; the rest is what people would be shown.

use domain::{Amount, Name, ReportKind};
use engine::ledger::Account;
use engine::settings::{EngineSettings, RiskSettings, SizingMethod};
use engine::{Command, CommandReply, Engine, Output, Refusal};
use oracle::{
    AccountLine, Asked, BookLine, Costs, Execution, Limits, OpenAtVenue, PositionLine, Refused,
    Reply, Shown, Standing, Stored, StrategyLine, Terms, Totals, Truth, WireRequest,
};
use simulator::{ExchangeConfig, PaperSession, SimulatedExchange, Tape};

/// What an account was set up with.
#[must_use]
pub fn terms(settings: &EngineSettings, exchange: &ExchangeConfig) -> Terms {
    Terms {
        instruments: settings.instruments.iter().map(|i| i.instrument).collect(),
        strategies: settings
            .strategies
            .iter()
            .map(|s| (name(s.params.name()), s.enabled))
            .collect(),
        limits: limits(&settings.risk),
        costs: costs(exchange),
    }
}

/// The operator's limits.
#[must_use]
pub fn limits(risk: &RiskSettings) -> Limits {
    Limits {
        all_in: risk.sizing == SizingMethod::AllIn,
        max_position_size_pct: risk.max_position_size_pct,
        max_concurrent_positions: risk.max_concurrent_positions,
        max_total_exposure_pct: risk.max_total_exposure_pct,
        daily_loss_limit_pct: risk.daily_loss_limit_pct,
        max_drawdown_pct: risk.max_drawdown_pct,
        stop_loss_pct: risk.stop_loss_pct,
        take_profit_pct: risk.take_profit_pct,
        assumed_fee_pct: risk.assumed_fee_pct,
        risk_per_trade_pct: risk.risk_per_trade_pct,
        max_order_value: risk.max_order_value,
    }
}

/// The exchange's price list.
#[must_use]
pub fn costs(config: &ExchangeConfig) -> Costs {
    Costs {
        maker_fee_pct: config.maker_fee_pct,
        taker_fee_pct: config.taker_fee_pct,
        slippage_bps: config.slippage_bps + config.impact_bps,
        max_volume_share: config.max_volume_share,
    }
}

fn name(text: &str) -> Name {
    Name::from(text).unwrap_or_default()
}

/// A row as the oracle reads it.
#[must_use]
pub fn row(row: &exchanges::Row) -> oracle::Row {
    match row {
        exchanges::Row::Bar(bar) => oracle::Row::Bar(*bar),
        exchanges::Row::Trade(trade) => oracle::Row::Trade(*trade),
    }
}

/// What the exchange knows: requests and executions since the last look, and how things stand.
#[must_use]
pub fn truth(session: &mut PaperSession, standing: bool) -> Truth {
    let Tape { requests, executions, .. } = session.take_tape();
    let execution = |report: domain::ExecutionReport| match report.kind {
        ReportKind::Filled(fill) => Some(Execution { id: report.id, symbol: report.symbol, fill }),
        _ => None,
    };
    Truth {
        requests: requests.into_iter().map(|(at, request)| WireRequest { at, request }).collect(),
        executions: executions.into_iter().filter_map(execution).collect(),
        standing: standing.then(|| self::standing(session.exchange())),
    }
}

/// How things stand at the exchange.
#[must_use]
pub fn standing(exchange: &SimulatedExchange) -> Standing {
    let book = |line: simulator::AuditLine| BookLine {
        asset: line.asset,
        opening: line.opening,
        received: line.received,
        paid: line.paid,
        fees: line.fees,
        moved: line.moved,
        closing: line.closing,
    };
    let open = |open: &simulator::OpenOrder| OpenAtVenue {
        order: *open.order(),
        filled: open.filled().get(),
        triggered: open.is_triggered(),
    };
    Standing {
        books: exchange.audit().into_iter().map(book).collect(),
        open: exchange.open_orders().map(open).collect(),
    }
}

/// What people are shown when they ask for the status.
#[must_use]
pub fn shown(engine: &Engine) -> Shown {
    let ledger = &engine.book().ledger;
    let account = |(asset, holdings): (domain::Asset, Amount)| AccountLine {
        asset,
        holdings,
        opening: ledger.balance(asset, Account::Opening),
        market: ledger.balance(asset, Account::Market),
        fees: ledger.balance(asset, Account::Fees),
        external: ledger.balance(asset, Account::External),
        owned: engine.book().owners.total(asset),
    };
    let positions = engine.book().instruments().iter().zip(&engine.book().positions);
    let position =
        |(instrument, position): (&domain::Instrument, &engine::ledger::positions::Position)| {
            PositionLine {
                symbol: instrument.symbol,
                quantity: position.quantity,
                entry_price: position.entry_price(),
                value: position.lots.iter().map(|lot| lot.value).sum(),
                cost: position.cost(),
                lots: position.lots.iter().map(|lot| (lot.strategy, lot.quantity)).collect(),
            }
        };
    let symbols = engine.book().instruments().len();
    let strategy = |(place, settings): (usize, &engine::settings::StrategySettings)| {
        let switch = engine.switch_of(place);
        let profit = |index| engine.record_of(place, index).total_profit;
        StrategyLine {
            name: name(settings.params.name()),
            enabled: switch.enabled,
            version: switch.version,
            profits: (0..symbols).map(profit).collect(),
        }
    };
    let totals = engine.book().totals;
    Shown {
        trading: Some((engine.trading().state, engine.trading().epoch)),
        accounts: ledger.holdings().map(account).collect(),
        positions: positions.map(position).collect(),
        strategies: engine.settings().strategies.iter().enumerate().map(strategy).collect(),
        totals: Totals {
            orders: totals.orders,
            fills: totals.fills,
            trades: totals.trades,
            wins: totals.wins,
            realised: totals.realised,
            gross_profit: totals.gross_profit,
            gross_loss: totals.gross_loss,
        },
    }
}

/// The records among outputs, read back from the bytes in which the database holds them. `line` is
/// called with each event's bytes.
///
/// # Errors
/// When something can't be written or read back.
pub fn stored(
    outputs: &[Output],
    mut line: impl FnMut(&[u8]),
) -> Result<Vec<Stored>, serde_json::Error> {
    let mut records = Vec::new();
    for output in outputs {
        match output {
            Output::Event(event) => {
                let bytes = serde_json::to_vec(event)?;
                line(&bytes);
                records.push(Stored::event(&bytes)?);
            }
            Output::Equity(at, equity) => records.push(Stored::Equity(*at, *equity)),
            Output::Decision(decision) => records.push(Stored::Decision(decision.clone())),
            Output::Request(_) | Output::Candle(..) | Output::Reply(_) => {}
        }
    }
    Ok(records)
}

/// A command as the transcript has it.
#[must_use]
pub fn asked(command: &Command) -> Asked {
    match command {
        Command::Stop { .. } => Asked::Stop,
        Command::CloseAll { .. } => Asked::CloseAll,
        Command::Resume { epoch, .. } => Asked::Resume(*epoch),
        Command::SetStrategyEnabled { strategy, enabled, .. } => {
            Asked::Switch { strategy: *strategy, on: *enabled }
        }
        Command::ClosePosition { symbol, quantity, .. } => {
            Asked::ClosePosition { symbol: *symbol, quantity: *quantity }
        }
        Command::SetProtection { symbol, .. } => Asked::SetProtection { symbol: *symbol },
        Command::CancelOrder { id } => Asked::CancelOrder { id: *id },
        Command::Move { .. } => Asked::Move,
    }
}

/// An answer as the transcript has it.
#[must_use]
pub fn reply(reply: &CommandReply) -> Reply {
    match reply {
        CommandReply::Stopped {
            epoch, cancelled, protection, in_flight, to_be_protected, ..
        } => Reply::Stopped {
            epoch: *epoch,
            cancelled: cancelled.clone(),
            protection: protection.clone(),
            in_flight: in_flight.clone(),
            to_be_protected: to_be_protected.clone(),
        },
        CommandReply::Closing { id, epoch } => Reply::Closing { id: *id, epoch: *epoch },
        CommandReply::Resumed { epoch, from } => Reply::Resumed { epoch: *epoch, from: *from },
        CommandReply::Switched { version, changed } => {
            Reply::Switched { version: *version, changed: *changed }
        }
        CommandReply::ClosingPosition { quantity, .. } => {
            Reply::ClosingPosition { quantity: *quantity }
        }
        CommandReply::Protected { stop, first_target, target } => {
            Reply::Protected { stop: *stop, first_target: *first_target, target: *target }
        }
        CommandReply::Cancelling { id } => Reply::Cancelling { id: *id },
        CommandReply::Moved { .. } => Reply::Moved,
        CommandReply::Refused(refusal) => Reply::Refused(refused(refusal)),
    }
}

fn refused(refusal: &Refusal) -> Refused {
    match refusal {
        Refusal::NotHalted => Refused::NotHalted,
        Refusal::StaleEpoch { wanted, current } => {
            Refused::StaleEpoch { wanted: *wanted, current: *current }
        }
        Refusal::Closing(id) => Refused::Closing(*id),
        Refusal::OwnsPositions { count, .. } => Refused::OwnsPositions(*count),
        Refusal::StaleVersion { wanted, current } => {
            Refused::StaleVersion { wanted: *wanted, current: *current }
        }
        _ => Refused::Other(refusal.to_string()),
    }
}
