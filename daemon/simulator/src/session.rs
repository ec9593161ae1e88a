//! Paper trading: the exchange is stepped inside the engine's step, until quiet, then the next row.
//!
//! No task stands between them, so equal rows and commands give equal events. Files, networks and
//! clocks are the caller's; so is storing what comes out.

use crate::exchange::{ExchangeConfig, MoveError, PriceStep, SetupErrors, SimulatedExchange, Tape};
use crate::gate::Gate;
use crate::market::price_path;
use domain::{
    Amount, Asset, Bar, ExecutionReport, ExternalMovement, MarketTrade, OrderSide, Price, Quantity,
    Symbol, Timestamp, TradingState,
};
use engine::settings::EngineSettings;
use engine::{Command, CommandReply, Engine, Input, InputKind, Output, Refusal};
use serde::{Deserialize, Serialize};

/// An engine and its exchange. A stored copy goes on exactly where it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaperSession {
    engine: Engine,
    exchange: SimulatedExchange,
    gate: Gate,
    /// Volume of each symbol's last row: what an operator's orders between rows may take from.
    last_volume: Vec<Quantity>,
    #[serde(skip)]
    scratch: Scratch,
}

/// Buffers that are empty between calls.
#[derive(Debug, Clone, Default)]
struct Scratch {
    outputs: Vec<Output>,
    reports: Vec<ExecutionReport>,
}

impl PartialEq for Scratch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// One asset whose books differ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{asset}: the ledger holds {ledger}, the exchange's books say {exchange}")]
pub struct BooksDiffer {
    /// The asset.
    pub asset: Asset,
    /// Our ledger.
    pub ledger: Amount,
    /// The exchange.
    pub exchange: Amount,
}

impl PaperSession {
    /// Opens a paper account.
    pub fn open(
        settings: EngineSettings,
        config: ExchangeConfig,
        balances: &[(Asset, Amount)],
        at: Timestamp,
        outputs: &mut Vec<Output>,
    ) -> Result<Self, SetupErrors> {
        let instruments: Vec<_> = settings.instruments.iter().map(|i| i.instrument).collect();
        let exchange = SimulatedExchange::new(config, &instruments, balances)?;
        let mut gate = Gate::default();
        let from = outputs.len();
        let engine = Engine::open(settings, balances, at, TradingState::Active, outputs);
        outputs[from..].iter().for_each(|output| gate.observe(output));
        let last_volume = vec![Quantity::ZERO; instruments.len()];
        Ok(Self { engine, exchange, gate, last_volume, scratch: Scratch::default() })
    }

    /// The engine, to look at.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The exchange, to look at.
    #[must_use]
    pub fn exchange(&self) -> &SimulatedExchange {
        &self.exchange
    }

    /// Keeps what reaches the exchange and what it executes, until it is taken; a stored copy of
    /// the session does not.
    pub fn record_exchange(&mut self) {
        self.exchange.record();
    }

    /// What the exchange kept since the last call.
    pub fn take_tape(&mut self) -> Tape {
        self.exchange.take_tape()
    }

    /// The gate, to look at.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Feeds a bar of the past: indicators learn, nothing trades.
    pub fn warm_up(&mut self, bar: &Bar, outputs: &mut Vec<Output>) {
        let Some(index) = self.engine.index_of(bar.symbol) else { return };
        let at = bar.interval.end_of(bar.candle.open_time);
        self.tell(at, InputKind::WarmUp(index, bar.candle), outputs);
    }

    /// Feeds one closed bar: its open, the adverse extreme, the favourable one, its close, and then
    /// the candle to decide on. Symbols that are not traded change nothing.
    pub fn bar(&mut self, bar: &Bar, outputs: &mut Vec<Output>) {
        let Some(index) = self.engine.index_of(bar.symbol) else { return };
        let open = bar.candle.open_time;
        self.begin_row(index, bar.symbol, bar.candle.volume);
        let third = bar.interval.micros() / 3;
        let path = price_path(&bar.candle);
        let times =
            [open, open.plus_micros(third), open.plus_micros(2 * third), bar.interval.end_of(open)];
        for (leg, (price, at)) in path.into_iter().zip(times).enumerate() {
            self.lead(index, bar.symbol, (price, at), leg > 0, leg == 3, outputs);
        }
        self.tell(times[3], InputKind::Candle(index, bar.candle), outputs);
    }

    /// Feeds one trade of the market. Candles that are over by its time close first.
    pub fn trade(&mut self, trade: &MarketTrade, outputs: &mut Vec<Output>) {
        let Some(index) = self.engine.index_of(trade.symbol) else { return };
        self.tell(trade.at, InputKind::Clock, outputs);
        self.begin_row(index, trade.symbol, trade.quantity);
        let step = (trade.price, trade.at);
        self.lead_exchange(index, trade.symbol, step, false, true, outputs);
        self.tell(trade.at, InputKind::Trade(index, *trade), outputs);
    }

    /// Lets an operator act between two rows. A close sells at the last prices, within the
    /// volume of the last rows; entries that were waiting for the next row are cancelled first.
    pub fn command(&mut self, command: Command, outputs: &mut Vec<Output>) {
        if let Command::Move { kind, asset, amount, reason } = command {
            let moved = self.exchange.move_money(kind, asset, amount, &reason);
            let reply = match moved {
                Ok(movement) => {
                    let reference = movement.reference.clone();
                    self.external(movement, outputs);
                    CommandReply::Moved { reference }
                }
                Err(error) => CommandReply::Refused(Refusal::Movement(error.to_string())),
            };
            outputs.push(Output::Reply(reply));
            return;
        }
        let trades = matches!(command, Command::CloseAll { .. } | Command::ClosePosition { .. });
        self.tell(self.engine.now(), InputKind::Command(command), outputs);
        if trades {
            self.open_window(true, outputs);
            self.open_window(false, outputs);
        }
    }

    /// Lets a person trade in the account, besides the engine.
    ///
    /// # Errors
    /// See [`MoveError`]; nothing has happened then.
    pub fn trade_by_hand(
        &mut self,
        symbol: Symbol,
        side: OrderSide,
        quantity: Quantity,
        price: Price,
        outputs: &mut Vec<Output>,
    ) -> Result<(), MoveError> {
        let movement = self.exchange.trade_by_hand(symbol, side, quantity, price)?;
        self.external(movement, outputs);
        Ok(())
    }

    fn external(&mut self, movement: ExternalMovement, outputs: &mut Vec<Output>) {
        self.tell(self.engine.now(), InputKind::External(Box::new(movement)), outputs);
    }

    /// Takes new settings between two rows.
    ///
    /// # Errors
    /// The exchange does not take its part; nothing has changed then.
    pub fn replace_settings(
        &mut self,
        settings: EngineSettings,
        config: ExchangeConfig,
        outputs: &mut Vec<Output>,
    ) -> Result<(), crate::exchange::ConfigErrors> {
        self.exchange.set_config(config)?;
        self.tell(self.engine.now(), InputKind::Settings(Box::new(settings)), outputs);
        Ok(())
    }

    /// Compares the ledger with the exchange's own books, asset by asset, exactly.
    pub fn check_books(&self) -> Result<(), BooksDiffer> {
        for line in self.exchange.audit() {
            let account = engine::ledger::Account::Holdings;
            let ledger = self.engine.book().ledger.balance(line.asset, account);
            if ledger != line.closing {
                return Err(BooksDiffer { asset: line.asset, ledger, exchange: line.closing });
            }
        }
        Ok(())
    }

    fn begin_row(&mut self, index: usize, symbol: Symbol, volume: Quantity) {
        self.last_volume[index] = volume;
        self.exchange.begin_row(symbol, volume);
    }

    /// Opens or closes a moment at the last prices for orders between rows.
    fn open_window(&mut self, open: bool, outputs: &mut Vec<Output>) {
        let at = self.engine.now();
        for index in 0..self.last_volume.len() {
            let symbol = self.engine.markets()[index].instrument.symbol;
            let Some(price) = self.exchange.last_price(symbol) else { continue };
            if open {
                self.exchange.begin_row(symbol, self.last_volume[index]);
            }
            self.lead_exchange(index, symbol, (price, at), !open, !open, outputs);
        }
    }

    #[inline]
    fn lead(
        &mut self,
        index: usize,
        symbol: Symbol,
        step: (Price, Timestamp),
        continuous: bool,
        last: bool,
        outputs: &mut Vec<Output>,
    ) {
        self.lead_exchange(index, symbol, step, continuous, last, outputs);
        self.tell(step.1, InputKind::Price(index, step.0), outputs);
    }

    /// Leads the exchange to a price; the engine hears of each level at which something happened.
    #[inline]
    fn lead_exchange(
        &mut self,
        index: usize,
        symbol: Symbol,
        (price, at): (Price, Timestamp),
        continuous: bool,
        last: bool,
        outputs: &mut Vec<Output>,
    ) {
        let at = at.max(self.engine.now());
        let step = PriceStep { symbol, at, price, continuous, last };
        loop {
            let there = self.exchange.advance(&step, &mut self.scratch.reports);
            if !self.scratch.reports.is_empty() {
                if let Some(level) = self.exchange.last_price(symbol) {
                    let input = Input { at, kind: InputKind::Price(index, level) };
                    self.engine.handle(input, &mut self.scratch.outputs);
                }
                self.settle(outputs);
            }
            if there {
                return;
            }
        }
    }

    #[inline]
    fn tell(&mut self, at: Timestamp, kind: InputKind, outputs: &mut Vec<Output>) {
        let from = outputs.len();
        self.engine.handle(Input { at, kind }, outputs);
        let asks = |output: &Output| matches!(output, Output::Request(_));
        if outputs[from..].iter().any(asks) {
            self.scratch.outputs.extend(outputs.drain(from..));
            self.settle(outputs);
        } else {
            outputs[from..].iter().for_each(|output| self.gate.observe(output));
        }
    }

    /// Carries requests to the exchange and reports to the engine until both are quiet.
    fn settle(&mut self, outputs: &mut Vec<Output>) {
        let mut reports = std::mem::take(&mut self.scratch.reports);
        let mut wanted = std::mem::take(&mut self.scratch.outputs);
        loop {
            let now = self.engine.now();
            for output in wanted.drain(..) {
                self.gate.observe(&output);
                let Output::Request(approved) = output else {
                    outputs.push(output);
                    continue;
                };
                match self.gate.pass(approved.request()) {
                    Ok(()) => self.exchange.request(now, approved.request(), &mut reports),
                    Err(refused) => reports.extend(refused.reports(now)),
                }
            }
            if reports.is_empty() {
                break;
            }
            for report in reports.drain(..) {
                let input = Input { at: report.at, kind: InputKind::Report(report) };
                self.engine.handle(input, &mut wanted);
            }
        }
        // Handed back empty, with their memory.
        self.scratch = Scratch { outputs: wanted, reports };
    }
}

#[cfg(test)]
mod earlier;
#[cfg(test)]
mod styles;
#[cfg(test)]
mod tests;
