//! The oracle: reads what comes out of a session and says which promises it breaks.
//!
//! It keeps its own books, its own copy of the trading state and its own orders, folded from the
//! events alone, and compares them with the engine's views and with the exchange's truth. It shares
//! the value types with the engine and nothing else.

mod close_all;
mod entries;
mod fills;
mod money;
mod orders;
mod protection;
mod state;
mod tally;
mod watch;

pub use tally::Tally;

use close_all::CloseAll;
use domain::{ClientOrderId, Decimal, EngineEvent, EventKind, Instrument, Name, Symbol};
use engine::Output;
use engine::ledger::book::Book;
use exchanges::Row;
use money::Money;
use orders::Tracked;
use protection::Levels;
use simulator::PaperSession;
use state::Permissions;
use std::collections::{BTreeMap, BTreeSet};

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The promise.
    pub rule: &'static str,
    /// What was seen.
    pub detail: String,
    /// Step of the run, from 1.
    pub step: u64,
}

/// What the session was given in a step.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// A row of the market.
    Row(&'a Row),
    /// A close-all, which trades at the last prices.
    CloseAll,
    /// Anything else that an operator can do; nothing fills.
    Quiet,
}

/// Prices at which a symbol could trade in a step.
#[derive(Debug, Clone, Copy)]
struct Range {
    open: Decimal,
    low: Decimal,
    high: Decimal,
    /// Base volume, of which only a share may be ours.
    volume: Decimal,
}

/// The oracle of one run.
#[derive(Debug)]
pub struct Oracle {
    instruments: Vec<Instrument>,
    step: u64,
    /// Symbols that can trade in this step.
    ranges: BTreeMap<Symbol, Range>,
    prices: BTreeMap<Symbol, Decimal>,
    /// Volume of the last row of each symbol, and what of it was ours in this step.
    volumes: BTreeMap<Symbol, Decimal>,
    taken: BTreeMap<Symbol, Decimal>,
    money: Money,
    orders: BTreeMap<ClientOrderId, Tracked>,
    intents: BTreeMap<u64, orders::Intent>,
    permissions: Permissions,
    levels: BTreeMap<Symbol, Levels>,
    close_all: Option<CloseAll>,
    /// Events folded by the engine's own rules, from nothing.
    book: Book,
    sequence: u64,
    trade_ids: BTreeMap<Symbol, u64>,
    /// Who asked for the last strategy exit of a symbol.
    leaving: BTreeMap<Symbol, Vec<Name>>,
    /// Sells approved for a symbol since it last sold something.
    fruitless: BTreeMap<Symbol, u64>,
    submitted_in_step: u64,
    /// The step is a trade of the market, or a close-all.
    trades: bool,
    closing: bool,
    /// A drawdown latched in this step.
    latched: bool,
    /// Something filled, or a day began, in this step.
    moved: bool,
    /// Symbols entered while a rest too small to sell was held.
    stacked: BTreeSet<Symbol>,
    /// Symbols for which an exit was at work in this step.
    guarded: BTreeSet<Symbol>,
    /// What was seen, for coverage.
    pub tally: Tally,
    /// Broken promises, at most [`Oracle::KEPT`].
    pub violations: Vec<Violation>,
}

impl Oracle {
    /// Broken promises that are kept of a run.
    pub const KEPT: usize = 5;

    /// An oracle for an account over these pairs, sorted by symbol.
    #[must_use]
    pub fn new(session: &PaperSession) -> Self {
        let settings = session.engine().settings();
        let instruments: Vec<Instrument> =
            settings.instruments.iter().map(|i| i.instrument).collect();
        Self {
            book: Book::new(instruments.clone()),
            instruments,
            step: 0,
            ranges: BTreeMap::new(),
            prices: BTreeMap::new(),
            volumes: BTreeMap::new(),
            taken: BTreeMap::new(),
            money: Money::default(),
            orders: BTreeMap::new(),
            intents: BTreeMap::new(),
            permissions: Permissions::new(settings),
            levels: BTreeMap::new(),
            close_all: None,
            sequence: 0,
            trade_ids: BTreeMap::new(),
            leaving: BTreeMap::new(),
            fruitless: BTreeMap::new(),
            submitted_in_step: 0,
            trades: false,
            closing: false,
            latched: false,
            moved: false,
            stacked: BTreeSet::new(),
            guarded: BTreeSet::new(),
            tally: Tally::default(),
            violations: Vec::new(),
        }
    }

    /// Takes what came out of one step.
    pub fn observe(&mut self, step: Step<'_>, outputs: &[Output], session: &PaperSession) {
        self.step += 1;
        self.submitted_in_step = 0;
        self.guarded.clear();
        (self.latched, self.moved) = (false, false);
        self.trades = matches!(step, Step::Row(Row::Trade(_)));
        self.closing = matches!(step, Step::CloseAll);
        self.set_ranges(step);
        let before: Vec<ClientOrderId> = self.resting_protection();
        let mut events = false;
        for output in outputs {
            match output {
                Output::Event(event) => {
                    events = true;
                    self.fold(event, session);
                }
                Output::Equity(_, equity) => self.check_equity(*equity),
                Output::Decision(decision) => self.tally.decision(decision),
                _ => {}
            }
        }
        if let Step::Row(Row::Trade(trade)) = step {
            self.prices.insert(trade.symbol, trade.price.get());
        }
        self.check_crossed(&before);
        self.check_limits(step, session);
        if events || self.step.is_multiple_of(16) {
            self.check_money(session);
            self.check_state(session);
            self.check_orders(session);
        }
        self.check_protection(session);
        self.check_close_all_ends(step);
    }

    fn set_ranges(&mut self, step: Step<'_>) {
        self.ranges.clear();
        self.taken.clear();
        match step {
            Step::Row(Row::Bar(bar)) => {
                let c = &bar.candle;
                let range = Range {
                    open: c.open.get(),
                    low: c.low.get(),
                    high: c.high.get(),
                    volume: c.volume.get(),
                };
                self.volumes.insert(bar.symbol, range.volume);
                self.ranges.insert(bar.symbol, range);
                // Entries are judged at the close.
                self.prices.insert(bar.symbol, c.close.get());
            }
            Step::Row(Row::Trade(trade)) => {
                let range = Range::at(trade.price.get(), trade.quantity.get());
                self.volumes.insert(trade.symbol, range.volume);
                self.ranges.insert(trade.symbol, range);
            }
            Step::CloseAll => {
                for (symbol, price) in &self.prices {
                    let volume = self.volumes.get(symbol).copied().unwrap_or_default();
                    self.ranges.insert(*symbol, Range::at(*price, volume));
                }
            }
            Step::Quiet => {}
        }
    }

    fn fold(&mut self, event: &EngineEvent, session: &PaperSession) {
        self.sequence += 1;
        if event.sequence != self.sequence {
            let detail = format!("event {} where {} was due", event.sequence, self.sequence);
            self.fail("event numbers have no gaps", detail);
            self.sequence = event.sequence;
        }
        self.tally.event(&event.kind);
        self.book.apply(event);
        match &event.kind {
            EventKind::AccountOpened { balances } => self.money.open(balances),
            EventKind::DayStarted { equity, .. } => self.on_day(*equity),
            EventKind::IntentApproved { .. } => self.on_intent(&event.kind, session),
            EventKind::OrderSubmitted { intent, order, linked } => {
                self.on_submitted(*intent, order, *linked);
            }
            EventKind::OrderAccepted { id } => self.on_accepted(*id),
            EventKind::OrderTriggered { id } => self.on_triggered(*id),
            EventKind::OrderFilled { id, symbol, side, fill } => {
                self.on_filled(*id, *symbol, *side, fill, session);
            }
            EventKind::CancelRequested { id } => self.on_cancel_requested(*id),
            EventKind::OrderRejected { id, .. }
            | EventKind::OrderCancelled { id }
            | EventKind::OrderExpired { id, .. } => self.on_ended(*id, session),
            EventKind::TradeClosed { trade } => self.on_trade(trade),
            EventKind::ProtectionSet { symbol, stop, target, at_venue } => {
                self.on_protection_set(*symbol, (*stop, *target), *at_venue);
            }
            EventKind::CloseAllStarted { id, .. } => self.on_close_all_started(*id),
            EventKind::CloseAllFinished { report } => self.on_close_all_finished(report),
            EventKind::TradingStateChanged { .. } | EventKind::StrategySwitched { .. } => {
                self.on_permission(&event.kind);
            }
            EventKind::EntryDenied { .. } | EventKind::PositionClosed { .. } => {}
        }
    }

    /// Notes a broken promise.
    pub fn fail(&mut self, rule: &'static str, detail: impl Into<String>) {
        self.tally.violations += 1;
        if self.violations.len() < Self::KEPT {
            self.violations.push(Violation { rule, detail: detail.into(), step: self.step });
        }
    }

    /// Notes a broken promise unless `holds`.
    pub fn must(&mut self, holds: bool, rule: &'static str, detail: impl FnOnce() -> String) {
        if !holds {
            self.fail(rule, detail());
        }
    }

    fn instrument(&self, symbol: Symbol) -> Instrument {
        *self
            .instruments
            .iter()
            .find(|i| i.symbol == symbol)
            .expect("Invariant: only pairs of the account are traded")
    }

    /// What is held of a pair, by the fills.
    #[must_use]
    pub fn held(&self, symbol: Symbol) -> Decimal {
        self.money.position(symbol)
    }

    /// Ids of orders of a purpose that can still fill, by the events.
    #[must_use]
    pub fn live(&self, purpose: domain::OrderPurpose) -> BTreeSet<ClientOrderId> {
        let live = |t: &&Tracked| !t.done && t.order.purpose == purpose;
        self.orders.values().filter(live).map(|t| t.order.id).collect()
    }
}

impl Range {
    fn at(price: Decimal, volume: Decimal) -> Self {
        Self { open: price, low: price, high: price, volume }
    }

    fn is_liquid(&self) -> bool {
        !self.volume.is_zero()
    }
}
