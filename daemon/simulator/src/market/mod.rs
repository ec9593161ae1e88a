//! The built-in market: an endless, seeded stream of bars for a machine without data.
//!
//! It makes prices look like prices (trends, ranges, bursts of volatility, jumps), nothing more:
//! results on it say that the machinery works, not that a strategy earns.

mod path;
mod process;
mod random;
#[cfg(test)]
mod tests;

pub use path::price_path;
pub use process::MarketPhase;

use domain::{Bar, Instrument, Interval, Symbol, Timestamp};
use process::Process;
use serde::{Deserialize, Serialize};

/// What a market cannot be made of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarketError {
    /// Nothing to make prices for.
    #[error("symbols must name at least one pair, got none")]
    NoSymbols,
    /// The same pair twice.
    #[error("symbols must name each pair once, got {0} twice")]
    DuplicateSymbol(Symbol),
    /// Steps that no price can lie on.
    #[error("instrument {symbol}: {field} must be 0.000000000001 to 1000000, got {value}")]
    Step {
        /// The pair.
        symbol: Symbol,
        /// `tick_size` or `lot_size`.
        field: &'static str,
        /// What it is.
        value: domain::Decimal,
    },
}

/// A market of several symbols. What a symbol does depends on the seed, its name and its steps
/// only, not on the other symbols; a stored copy goes on exactly where it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimulatedMarket {
    interval: Interval,
    /// Open time of the bar that `next` makes.
    opens_at: Timestamp,
    /// Whose bar comes next.
    next: usize,
    /// Sorted by symbol.
    processes: Vec<Process>,
}

impl SimulatedMarket {
    /// A market whose first bars open at `start`, moved back to a multiple of `interval`.
    pub fn new(
        seed: u64,
        instruments: &[Instrument],
        interval: Interval,
        start: Timestamp,
    ) -> Result<Self, MarketError> {
        if instruments.is_empty() {
            return Err(MarketError::NoSymbols);
        }
        let mut sorted = instruments.to_vec();
        sorted.sort_unstable_by_key(|i| i.symbol);
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0].symbol == pair[1].symbol) {
            return Err(MarketError::DuplicateSymbol(pair[0].symbol));
        }
        let processes = sorted.iter().map(|i| Process::new(seed, i)).collect::<Result<_, _>>()?;
        Ok(Self { interval, opens_at: interval.open_time(start), next: 0, processes })
    }

    /// The next bar, in the order of close time and symbol. There is always one.
    pub fn next_bar(&mut self) -> Bar {
        let process = &mut self.processes[self.next];
        let candle = process.next_candle(self.interval, self.opens_at);
        let bar = Bar { symbol: process.symbol(), interval: self.interval, candle };
        self.next += 1;
        if self.next == self.processes.len() {
            self.next = 0;
            self.opens_at = self.interval.end_of(self.opens_at);
        }
        bar
    }

    /// The next `count` bars of every symbol: what comes before trading begins.
    pub fn history(&mut self, count: usize) -> Vec<Bar> {
        (0..count * self.processes.len()).map(|_| self.next_bar()).collect()
    }

    /// When the bar that comes next closes.
    #[must_use]
    pub const fn next_close(&self) -> Timestamp {
        self.interval.end_of(self.opens_at)
    }

    /// What a symbol's market is doing; `None` for symbols that are not here.
    #[must_use]
    pub fn phase(&self, symbol: Symbol) -> Option<MarketPhase> {
        self.processes.iter().find(|p| p.symbol() == symbol).map(Process::phase)
    }
}
