//! The oracle: reads what a run leaves behind and says which promises it breaks.
//!
//! It sees three things: what the exchange knows ([`Truth`]), what the database holds ([`Stored`]),
//! and what people were told ([`Said`], [`Shown`]). It keeps its own books, its own copy of the
//! trading state and its own orders, folded from the stored events alone. It shares the schema
//! (`domain`) with the daemon and nothing else, and never looks into an engine.

mod close_all;
mod entries;
mod fills;
mod input;
mod money;
mod orders;
mod protection;
mod replies;
mod rules;
mod state;
mod tally;
mod venue;
mod watch;
mod wire;

pub use input::{
    AccountLine, Asked, BookLine, Costs, Execution, Limits, Look, OpenAtVenue, PositionLine,
    Refused, Reply, Row, Said, Shown, Standing, Step, Stored, StrategyLine, Terms, Totals, Truth,
    WireRequest,
};
pub use rules::{RULES, Rule};
pub use tally::Tally;
pub use venue::VenueOracle;

use close_all::CloseAll;
use domain::{ClientOrderId, Decimal, EngineEvent, EventKind, Instrument, Name, Symbol, Timestamp};
use money::Money;
use orders::Tracked;
use protection::Levels;
use replies::Before;
use state::Permissions;
use std::collections::{BTreeMap, BTreeSet};

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The promise.
    pub rule: Rule,
    /// What was seen.
    pub detail: String,
    /// Step of the run, from 1.
    pub step: u64,
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
    limits: Limits,
    costs: Costs,
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
    /// How things stood before a command.
    before: Before,
    /// What the exchange said last about its open orders, and people were shown of positions.
    open: Vec<OpenAtVenue>,
    positions: Vec<PositionLine>,
    totals: Totals,
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
    /// Symbols entered on top of a rest whose cost is known but for rounding.
    rough: BTreeSet<Symbol>,
    /// Symbols for which an exit was at work in this step.
    guarded: BTreeSet<Symbol>,
    /// Symbols in which an exit is on its way.
    exiting: BTreeMap<u64, Symbol>,
    /// Time of the last event.
    now: Timestamp,
    /// Orders recorded and seen on the wire, and those recorded but not seen there yet.
    sent: BTreeSet<ClientOrderId>,
    unsent: BTreeMap<ClientOrderId, domain::NewOrder>,
    /// Cancels recorded and not seen on the wire yet.
    uncancelled: BTreeSet<ClientOrderId>,
    /// Fills of the database in this step.
    fills: Vec<Execution>,
    /// What was seen, for coverage.
    pub tally: Tally,
    /// Broken promises, at most [`Oracle::KEPT`].
    pub violations: Vec<Violation>,
}

impl Oracle {
    /// Broken promises that are kept of a run.
    pub const KEPT: usize = 5;

    /// An oracle for an account.
    #[must_use]
    pub fn new(terms: &Terms) -> Self {
        Self {
            instruments: terms.instruments.clone(),
            limits: terms.limits,
            costs: terms.costs,
            step: 0,
            ranges: BTreeMap::new(),
            prices: BTreeMap::new(),
            volumes: BTreeMap::new(),
            taken: BTreeMap::new(),
            money: Money::default(),
            orders: BTreeMap::new(),
            intents: BTreeMap::new(),
            permissions: Permissions::new(&terms.strategies),
            levels: BTreeMap::new(),
            close_all: None,
            before: Before::default(),
            open: Vec::new(),
            positions: Vec::new(),
            totals: Totals::default(),
            sequence: 0,
            trade_ids: BTreeMap::new(),
            leaving: BTreeMap::new(),
            fruitless: BTreeMap::new(),
            submitted_in_step: 0,
            trades: false,
            closing: false,
            latched: false,
            moved: false,
            rough: BTreeSet::new(),
            guarded: BTreeSet::new(),
            exiting: BTreeMap::new(),
            now: Timestamp::from_millis(0),
            sent: BTreeSet::new(),
            unsent: BTreeMap::new(),
            uncancelled: BTreeSet::new(),
            fills: Vec::new(),
            tally: Tally::default(),
            violations: Vec::new(),
        }
    }

    /// Takes what the operator has set anew.
    pub fn take_settings(&mut self, limits: Limits, costs: Costs) {
        (self.limits, self.costs) = (limits, costs);
    }

    /// Takes what one step left behind.
    pub fn observe(&mut self, look: Look<'_>) {
        self.begin(look.step);
        let resting = self.resting_protection();
        for stored in look.stored {
            match stored {
                Stored::Event(event) => self.fold(event),
                Stored::Equity(_, equity) => self.check_equity(*equity),
                Stored::Decision(decision) => self.tally.decision(decision),
            }
        }
        if let Step::Row(Row::Trade(trade)) = look.step {
            self.prices.insert(trade.symbol, trade.price.get());
        }
        self.check_wire(look.truth);
        self.check_crossed(&resting);
        self.check_limits(look.step);
        if let Some(shown) = look.shown {
            self.check_shown(shown);
        }
        if let Some(standing) = &look.truth.standing {
            self.open.clone_from(&standing.open);
            self.check_books(&standing.books);
            self.check_orders();
        }
        self.check_protection();
        self.check_close_all_ends(look.step);
    }

    fn begin(&mut self, step: Step<'_>) {
        self.step += 1;
        self.tally.steps += 1;
        self.submitted_in_step = 0;
        self.guarded.clear();
        self.fills.clear();
        (self.latched, self.moved) = (false, false);
        self.trades = matches!(step, Step::Row(Row::Trade(_)));
        self.closing = matches!(step, Step::CloseAll);
        if matches!(step, Step::Command | Step::CloseAll) {
            self.remember();
        }
        self.set_ranges(step);
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
            Step::Command | Step::Quiet => {}
        }
    }

    fn fold(&mut self, event: &EngineEvent) {
        self.sequence += 1;
        let due = std::mem::replace(&mut self.sequence, event.sequence);
        self.must(event.sequence == due, Rule::EventsGapless, || {
            format!("event {} where {due} was due", event.sequence)
        });
        self.now = event.at;
        self.tally.event(&event.kind);
        self.count(&event.kind);
        match &event.kind {
            EventKind::AccountOpened { balances } => self.money.open(balances),
            EventKind::DayStarted { equity, .. } => self.on_day(*equity),
            EventKind::IntentApproved { .. } => self.on_intent(&event.kind),
            EventKind::OrderSubmitted { intent, order, linked, .. } => {
                self.on_submitted(*intent, order, *linked);
            }
            EventKind::OrderAccepted { id } => self.on_accepted(*id),
            EventKind::OrderTriggered { id } => self.on_triggered(*id),
            EventKind::OrderFilled { id, symbol, side, fill, .. } => {
                self.on_filled(*id, *symbol, *side, fill);
            }
            EventKind::CancelRequested { id } => self.on_cancel_requested(*id),
            EventKind::OrderRejected { id, .. }
            | EventKind::OrderCancelled { id, .. }
            | EventKind::OrderExpired { id, .. } => self.on_ended(*id),
            EventKind::IntentFinished { result } => {
                self.exiting.remove(&result.intent);
            }
            EventKind::ExternalMovement { movement } => self.money.external(movement),
            EventKind::TradeClosed { trade } => self.on_trade(trade),
            EventKind::ProtectionSet { symbol, stop, first_target, target, at_venue, .. } => {
                let levels = (*stop, *first_target, *target);
                self.on_protection_set(*symbol, levels, *at_venue);
            }
            EventKind::CloseAllStarted { id, .. } => self.on_close_all_started(*id),
            EventKind::CloseAllFinished { report } => self.on_close_all_finished(report),
            EventKind::TradingStateChanged { .. } | EventKind::StrategySwitched { .. } => {
                self.on_permission(&event.kind);
            }
            EventKind::PositionReduced { symbol, quantity, .. } => {
                self.money.reduce(*symbol, quantity.get());
            }
            EventKind::EntryDenied { .. }
            | EventKind::PositionClosed { .. }
            | EventKind::OrderUnknown { .. }
            | EventKind::OrderNeverArrived { .. } => {}
        }
    }

    /// Notes a broken promise.
    pub fn fail(&mut self, rule: Rule, detail: impl Into<String>) {
        self.tally.violations += 1;
        if self.violations.len() < Self::KEPT {
            self.violations.push(Violation { rule, detail: detail.into(), step: self.step });
        }
    }

    /// Notes a broken promise unless `holds`.
    pub fn must(&mut self, holds: bool, rule: Rule, detail: impl FnOnce() -> String) {
        self.tally.look_at(rule);
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
