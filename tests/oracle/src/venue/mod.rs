//! The oracle of a world whose venue is behind a faulty link and whose daemon may be killed.
//!
//! The database may lag behind the venue there, so each is held to its own promises while faults go
//! on, and they are compared when the faults have ended. What left, what arrived, what was executed
//! and what was stored come in as they happen; how the daemon came to it is none of its business.

mod finish;
mod journal;
mod naked;
mod truth;

use crate::money::Money;
use crate::rules::Rule;
use crate::state::Permissions;
use crate::{Execution, OpenAtVenue, Reply, Said, Tally, Terms, Violation};
use domain::{
    ClientOrderId, Decimal, Instrument, NewOrder, OrderPurpose, OrderSide, OrderSize, OrderStatus,
    Symbol, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

pub use naked::Exposure;

/// An approved intent.
#[derive(Debug, Clone)]
struct Intent {
    symbol: Symbol,
    side: OrderSide,
    purpose: OrderPurpose,
    size: OrderSize,
    /// Executed for it at the venue, all attempts and legs.
    executed: Decimal,
}

/// An order as the database tells it.
#[derive(Debug, Clone)]
struct Known {
    order: NewOrder,
    linked: Option<ClientOrderId>,
    status: OrderStatus,
    filled: Decimal,
    /// Executed by the venue's own count, where it told of more than its fills.
    executed: Decimal,
    /// Its outcome was unknown, and since then nothing came.
    unknown: bool,
    /// A cancel was asked for since it became unknown.
    probed: bool,
    /// It was taken for lost at some time.
    lost: bool,
}

impl Known {
    /// Base quantity that may still be sold or bought by it.
    fn rest(&self) -> Decimal {
        match self.order.size {
            OrderSize::Base(size) if !self.status.is_terminal() => size.get() - self.filled,
            _ => (self.executed - self.filled).max(Decimal::ZERO),
        }
    }

    fn is_live(&self) -> bool {
        !self.status.is_terminal() || self.executed > self.filled
    }
}

/// The oracle of one run behind a link.
#[derive(Debug)]
pub struct VenueOracle {
    instruments: Vec<Instrument>,
    now: Timestamp,
    step: u64,
    sequence: u64,
    /// Folded from the database.
    money: Money,
    permissions: Permissions,
    intents: BTreeMap<u64, Intent>,
    orders: BTreeMap<ClientOrderId, Known>,
    fills: BTreeMap<(Symbol, u64), Execution>,
    /// An order that was taken for lost was heard of in this commit.
    late: Option<ClientOrderId>,
    /// Protection of a symbol that was announced to rest at the venue.
    at_venue: BTreeMap<Symbol, bool>,
    closing: Option<u64>,
    /// What left and was answered so far, counted; which orders left, as what; what arrived.
    moments: u64,
    sent: BTreeMap<ClientOrderId, u64>,
    arrived: BTreeSet<ClientOrderId>,
    /// What the venue executed.
    made: BTreeMap<(Symbol, u64), Execution>,
    holdings: BTreeMap<Symbol, Decimal>,
    /// The last stop that was answered: when, and what may still happen.
    stopped: Option<(u64, BTreeSet<ClientOrderId>)>,
    exposure: Exposure,
    /// What was seen.
    pub tally: Tally,
    /// Broken promises, at most [`VenueOracle::KEPT`].
    pub violations: Vec<Violation>,
}

impl VenueOracle {
    /// Broken promises that are kept of a run.
    pub const KEPT: usize = 5;

    /// An oracle for an account.
    #[must_use]
    pub fn new(terms: &Terms) -> Self {
        Self {
            instruments: terms.instruments.clone(),
            now: Timestamp::from_millis(0),
            step: 0,
            sequence: 0,
            money: Money::default(),
            permissions: Permissions::new(&terms.strategies),
            intents: BTreeMap::new(),
            orders: BTreeMap::new(),
            fills: BTreeMap::new(),
            late: None,
            at_venue: BTreeMap::new(),
            closing: None,
            moments: 0,
            sent: BTreeMap::new(),
            arrived: BTreeSet::new(),
            made: BTreeMap::new(),
            holdings: BTreeMap::new(),
            stopped: None,
            exposure: Exposure::default(),
            tally: Tally::default(),
            violations: Vec::new(),
        }
    }

    /// Time goes on.
    pub fn at(&mut self, now: Timestamp) {
        self.now = now;
        self.step += 1;
        self.tally.steps += 1;
    }

    /// A reply reached an operator.
    pub fn hear(&mut self, said: &Said) {
        let Some(Reply::Stopped { epoch, cancelled, protection, in_flight, .. }) = &said.reply
        else {
            return;
        };
        let now = (self.permissions.state, self.permissions.epoch);
        let halted = now == (domain::TradingState::Halted, *epoch);
        self.must(halted, Rule::StopHalts, || format!("{now:?}, told {epoch}"));
        let told = cancelled.iter().chain(protection).chain(in_flight).copied().collect();
        self.moments += 1;
        self.stopped = Some((self.moments, told));
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

    /// What the venue has executed of a pair for us, bought less sold.
    #[must_use]
    pub fn held(&self, symbol: Symbol) -> Decimal {
        self.holdings.get(&symbol).copied().unwrap_or_default()
    }

    /// Whether the database knows an execution.
    #[must_use]
    pub fn knows(&self, symbol: Symbol, trade_id: u64) -> bool {
        self.fills.contains_key(&(symbol, trade_id))
    }

    /// Where the database has an order.
    #[must_use]
    pub fn status(&self, id: ClientOrderId) -> Option<OrderStatus> {
        self.orders.get(&id).map(|known| known.status)
    }

    /// Orders that the database has as live.
    pub fn live(&self) -> impl Iterator<Item = ClientOrderId> + '_ {
        self.orders.values().filter(|known| known.is_live()).map(|known| known.order.id)
    }

    /// The close-all at work, by the database.
    #[must_use]
    pub fn closing(&self) -> Option<u64> {
        self.closing
    }

    fn instrument(&self, symbol: Symbol) -> Instrument {
        *self
            .instruments
            .iter()
            .find(|i| i.symbol == symbol)
            .expect("Invariant: only pairs of the account are traded")
    }
}

/// The leg that an id ends with.
fn leg(id: ClientOrderId) -> Option<char> {
    id.as_str().chars().last()
}

/// An open order at the venue, for messages.
fn named(open: &[OpenAtVenue]) -> String {
    open.iter().map(|o| o.order.id.to_string()).collect::<Vec<_>>().join(" ")
}
