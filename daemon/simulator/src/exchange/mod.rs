//! The simulated exchange: orders, fills and balances, driven row by row along a price path.
//!
//! A row (a kline or a trade) begins with [`SimulatedExchange::begin_row`], which sets how much may
//! fill; its prices follow with [`SimulatedExchange::advance`]. Orders placed between two rows meet
//! the market at the first price of the next one. A row without volume is an outage: nothing fills.
//! The exchange decides nothing, knows no strategies, and reads neither clock nor randomness.

mod books;
mod config;
mod execution;
mod fees;
mod matching;
mod moves;
mod order;
mod requests;
mod setup;
mod tape;
mod terms;
#[cfg(test)]
mod tests;
mod validate;

pub use books::{AuditLine, Balance};
pub use config::{ConfigError, ConfigErrors, ExchangeConfig};
pub use fees::FeeAsset;
pub use matching::PriceStep;
pub use moves::MoveError;
pub use order::OpenOrder;
pub use setup::{SetupError, SetupErrors};
pub use tape::Tape;

use books::Books;
use domain::{
    Amount, Asset, ClientOrderId, Decimal, ExecutionReport, Fill, Instrument, NewOrder, Price,
    Quantity, ReportKind, Symbol, Timestamp, VenueStatus,
};
use matching::Calm;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How many ended orders and executions are remembered: to tell a doubled or late request from a new
/// one, and to answer questions.
const REMEMBERED: usize = 256;

/// An order that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Ended {
    id: ClientOrderId,
    symbol: Symbol,
    status: VenueStatus,
    executed: Quantity,
}

/// Where a symbol stands within its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    /// Between two rows: orders queue.
    Between,
    /// The row has begun; its first price is still to come.
    Opening,
    /// Within a row: orders act at once.
    Live,
    /// Within a row without volume: orders queue.
    Silent,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Market {
    instrument: Instrument,
    base_book: usize,
    quote_book: usize,
    phase: Phase,
    last_price: Option<Price>,
    row_volume: Decimal,
    /// How much of the row's volume was ours.
    row_filled: Decimal,
    next_trade_id: u64,
    /// In order of acceptance.
    orders: Vec<OpenOrder>,
    /// Where none of them acts.
    calm: Calm,
}

/// An exchange for one account. Equal inputs give equal reports; a stored copy goes on exactly
/// where it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedExchange {
    config: ExchangeConfig,
    /// Sorted by symbol.
    markets: Vec<Market>,
    /// The market of the last call, as a first guess for the next.
    guess: usize,
    books: Books,
    next_sequence: u64,
    /// Movements without an order so far.
    movements: u64,
    /// Orders that ended last, oldest first.
    ended: VecDeque<Ended>,
    /// Executions, oldest first.
    executions: VecDeque<(ClientOrderId, Fill)>,
    #[serde(skip)]
    tape: Tape,
}

impl SimulatedExchange {
    /// Opens an exchange that trades `instruments`, with these balances; assets left out begin
    /// with nothing. The error names everything that is wrong.
    pub fn new(
        config: ExchangeConfig,
        instruments: &[Instrument],
        opening: &[(Asset, Amount)],
    ) -> Result<Self, SetupErrors> {
        let mut wrong = Vec::new();
        if let Err(errors) = config.validate() {
            wrong.extend(errors.0.into_iter().map(SetupError::Config));
        }
        setup::check_instruments(instruments, &mut wrong);
        setup::check_opening(opening, &mut wrong);
        if !wrong.is_empty() {
            return Err(SetupErrors(wrong));
        }
        let books = Books::new(instruments.iter().flat_map(|i| [i.base, i.quote]), opening);
        let market = |i: &Instrument| Market {
            instrument: *i,
            base_book: books.index(i.base),
            quote_book: books.index(i.quote),
            phase: Phase::Between,
            last_price: None,
            row_volume: Decimal::ZERO,
            row_filled: Decimal::ZERO,
            next_trade_id: 1,
            orders: Vec::new(),
            calm: Calm::default(),
        };
        let mut markets: Vec<Market> = instruments.iter().map(market).collect();
        markets.sort_unstable_by_key(|m| m.instrument.symbol);
        let (ended, executions) = (VecDeque::new(), VecDeque::new());
        let (guess, next_sequence, movements, tape) = (0, 1, 0, Tape::default());
        Ok(Self {
            config,
            markets,
            guess,
            books,
            next_sequence,
            movements,
            ended,
            executions,
            tape,
        })
    }

    /// Takes other costs from now on; open orders keep what they have locked.
    pub fn set_config(&mut self, config: ExchangeConfig) -> Result<(), ConfigErrors> {
        config.validate()?;
        self.config = config;
        Ok(())
    }

    /// Keeps requests and executions from now on, until they are taken; a stored copy does not.
    pub fn record(&mut self) {
        self.tape.start();
    }

    /// What was kept since the last call.
    pub fn take_tape(&mut self) -> Tape {
        self.tape.take()
    }

    /// What trading costs here.
    #[must_use]
    pub const fn config(&self) -> &ExchangeConfig {
        &self.config
    }

    /// Begins a row of `symbol` with the market's base `volume` in it; without volume nothing will
    /// fill, trigger or arrive during the row. Symbols that are not traded here are passed over.
    pub fn begin_row(&mut self, symbol: Symbol, volume: Quantity) {
        let Some(index) = self.find(&symbol) else { return };
        let market = &mut self.markets[index];
        market.phase = if volume.is_zero() { Phase::Silent } else { Phase::Opening };
        market.row_volume = volume.get();
        market.row_filled = Decimal::ZERO;
    }

    /// Balances of all assets, sorted by asset.
    pub fn balances(&self) -> impl Iterator<Item = Balance> + '_ {
        self.books.balances()
    }

    /// Every asset's opening balance, flows and closing balance, sorted by asset.
    #[must_use]
    pub fn audit(&self) -> Vec<AuditLine> {
        self.books.audit()
    }

    /// Orders that can still fill, by symbol and then in order of acceptance.
    pub fn open_orders(&self) -> impl Iterator<Item = &OpenOrder> + '_ {
        self.markets.iter().flat_map(|m| m.orders.iter())
    }

    /// The number that the next fill of `symbol` will have; `None` when it is not traded here.
    #[must_use]
    pub fn next_trade_id(&self, symbol: Symbol) -> Option<u64> {
        self.markets.iter().find(|m| m.instrument.symbol == symbol).map(|m| m.next_trade_id)
    }

    /// The price that `symbol` was led to last.
    #[must_use]
    pub fn last_price(&self, symbol: Symbol) -> Option<Price> {
        self.markets.iter().find(|m| m.instrument.symbol == symbol).and_then(|m| m.last_price)
    }

    #[inline]
    fn find(&mut self, symbol: &Symbol) -> Option<usize> {
        if self.markets[self.guess].instrument.symbol == *symbol {
            return Some(self.guess);
        }
        let index = self.markets.binary_search_by(|m| m.instrument.symbol.cmp(symbol)).ok()?;
        self.guess = index;
        Some(index)
    }

    fn remember(&mut self, order: &OpenOrder, status: VenueStatus) {
        if self.ended.len() == REMEMBERED {
            self.ended.pop_front();
        }
        let (id, symbol, executed) = (order.order.id, order.order.symbol, order.filled);
        self.ended.push_back(Ended { id, symbol, status, executed });
    }

    fn remember_execution(&mut self, id: ClientOrderId, fill: &Fill) {
        if self.executions.len() == REMEMBERED {
            self.executions.pop_front();
        }
        self.executions.push_back((id, *fill));
    }
}

/// A report about an order of which `executed` is executed.
fn report(
    at: Timestamp,
    order: &NewOrder,
    executed: Quantity,
    kind: ReportKind,
) -> ExecutionReport {
    ExecutionReport { at, id: order.id, symbol: order.symbol, executed, kind }
}

/// A reason token as the reports carry it.
fn token(reason: &str) -> domain::Name {
    domain::Name::from(reason).expect("Invariant: reason tokens have at most 32 bytes")
}
