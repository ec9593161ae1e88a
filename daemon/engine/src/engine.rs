//! The engine's state and the one place that names the order of the stages.

use crate::execution::{Chase, CloseAllRun, Management};
use crate::input::{Input, InputKind};
use crate::ledger::Account;
use crate::ledger::book::Book;
use crate::market::SymbolMarket;
use crate::output::Output;
use crate::risk::RiskState;
use crate::risk::equity::{Breach, EquityWatch};
use crate::settings::EngineSettings;
use crate::tracker::Record;
use domain::{
    Amount, Asset, CloseAllReport, EngineEvent, EventKind, MarketTrade, Price, StateCause,
    Timestamp, TradingState,
};
use serde::{Deserialize, Serialize};

/// The trading state with its latch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trading {
    /// What is allowed.
    pub state: TradingState,
    /// Raised by one with each closing.
    pub epoch: u64,
    /// Engine time of the last change.
    pub since: Timestamp,
    /// Why it is so; `None` while it has always been active.
    pub cause: Option<StateCause>,
    /// True while protection is suspended too.
    pub frozen: bool,
}

/// An operator's switch of one strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// On or off.
    pub enabled: bool,
    /// Raised by one with each change, from 1.
    pub version: u64,
}

/// The engine. All of its state can be exported and imported with serde.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Engine {
    pub(crate) settings: EngineSettings,
    pub(crate) now: Timestamp,
    pub(crate) sequence: u64,
    pub(crate) next_intent: u64,
    pub(crate) next_close_all: u64,
    pub(crate) trading: Trading,
    pub(crate) book: Book,
    pub(crate) markets: Vec<SymbolMarket>,
    pub(crate) manage: Vec<Management>,
    pub(crate) watch: EquityWatch,
    pub(crate) risk: RiskState,
    /// One record per strategy and symbol, strategy-major.
    pub(crate) tracker: Vec<Record>,
    pub(crate) switches: Vec<Switch>,
    pub(crate) close_all: Option<CloseAllRun>,
    pub(crate) last_close_all: Option<CloseAllReport>,
    pub(crate) bars: u64,
    pub(crate) decisions: u64,
    /// Orders that are owed an answer.
    pub(crate) chases: Vec<Chase>,
    /// Not later than the next moment at which something is due without any report.
    pub(crate) next_due: Timestamp,
    pub(crate) unknown_reports: u64,
    pub(crate) doubled_fills: u64,
    pub(crate) bad_signals: u64,
    pub(crate) late_orders: u64,
    pub(crate) queries: u64,
    /// Quote held, as the ledger has it: every mark needs it.
    pub(crate) quote_held: Amount,
    band: Option<Band>,
    /// True when the price moved within the band, or without a band limits changed, and the equity
    /// was not marked for it.
    unmarked: bool,
    #[serde(skip)]
    pub(crate) scratch: Scratch,
}

/// Prices of the only open position, from the last new high down to the lowest since: equity rises
/// with the price, so between them there is neither a new peak nor a deeper fall from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Band {
    index: usize,
    low: Price,
    high: Price,
}

/// Memory that is used again with each candle; empty between calls.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scratch {
    pub signals: Vec<domain::Signal>,
    pub ballots: Vec<crate::ensemble::Ballot>,
}

impl PartialEq for Scratch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Engine {
    /// Opens an account with these balances at a moment of data time.
    pub fn open(
        settings: EngineSettings,
        balances: &[(Asset, Amount)],
        at: Timestamp,
        initial: TradingState,
        outputs: &mut Vec<Output>,
    ) -> Self {
        let instruments: Vec<_> = settings.instruments.iter().map(|i| i.instrument).collect();
        assert!(
            instruments.is_sorted_by(|a, b| a.symbol < b.symbol) && !instruments.is_empty(),
            "Invariant: instruments are sorted by symbol, without repetition, at least one"
        );
        let quote = instruments[0].quote;
        let opening = balances.iter().filter(|b| b.0 == quote).map(|b| b.1).sum::<Amount>();
        let count = instruments.len();
        let markets: Vec<_> = (0..count).map(|i| SymbolMarket::new(&settings, i)).collect();
        let mut engine = Self {
            now: at,
            sequence: 0,
            next_intent: 1,
            next_close_all: 1,
            trading: Trading {
                state: TradingState::Active,
                epoch: 0,
                since: at,
                cause: None,
                frozen: false,
            },
            book: Book::new(instruments),
            risk: RiskState::new(&markets),
            markets,
            manage: vec![Management::default(); count],
            watch: EquityWatch::new(opening, at.day(), &settings.risk),
            tracker: vec![Record::default(); count * settings.strategies.len()],
            switches: settings
                .strategies
                .iter()
                .map(|s| Switch { enabled: s.enabled, version: 1 })
                .collect(),
            close_all: None,
            last_close_all: None,
            bars: 0,
            decisions: 0,
            chases: Vec::new(),
            next_due: Timestamp::MAX,
            unknown_reports: 0,
            doubled_fills: 0,
            bad_signals: 0,
            late_orders: 0,
            queries: 0,
            quote_held: Amount::ZERO,
            band: None,
            unmarked: false,
            scratch: Scratch::default(),
            settings,
        };
        let mut sorted = balances.to_vec();
        sorted.sort();
        engine.record(EventKind::AccountOpened { balances: sorted }, outputs);
        engine.record(EventKind::DayStarted { day: at.day(), equity: opening }, outputs);
        if initial != TradingState::Active {
            engine.change_state(initial, StateCause::Start, outputs);
        }
        engine
    }

    /// Applies one input; appends what the shell must do, in order. Never blocks, never reads a clock.
    #[inline]
    pub fn handle(&mut self, input: Input, outputs: &mut Vec<Output>) {
        self.now = self.now.max(input.at);
        if self.now >= self.watch.day.end() {
            self.start_day(outputs);
        }
        if self.now >= self.next_due {
            self.run_timers(outputs);
        }
        match input.kind {
            InputKind::Clock => {
                self.close_trade_candles(outputs);
                self.watch_prices(outputs);
            }
            InputKind::Price(index, price) => self.on_price(index, price, outputs),
            InputKind::Candle(index, candle) => self.on_candle(index, &candle, outputs),
            InputKind::Trade(index, trade) => self.on_trade(index, &trade, outputs),
            InputKind::WarmUp(index, candle) => self.warm_up(index, &candle, outputs),
            InputKind::Report(report) => {
                self.on_report(&report, outputs);
                self.watch_rejections(outputs);
            }
            InputKind::External(movement) => {
                self.on_external(*movement, outputs);
            }
            InputKind::Command(command) => self.on_command(command, outputs),
            InputKind::Settings(settings) => self.replace_settings(*settings),
            InputKind::Connected => self.reconcile(outputs),
        }
    }

    /// Applies an event to the money and hands it out. Nothing about money changes anywhere else.
    pub(crate) fn record(&mut self, kind: EventKind, outputs: &mut Vec<Output>) {
        self.sequence += 1;
        let event = EngineEvent { sequence: self.sequence, at: self.now, kind };
        self.book.apply(&event);
        self.risk.traffic.observe(&event);
        let moves_quote = matches!(
            event.kind,
            EventKind::OrderFilled { .. }
                | EventKind::AccountOpened { .. }
                | EventKind::ExternalMovement { .. }
        );
        if moves_quote {
            self.quote_held = self.book.ledger.balance(self.quote_asset(), Account::Holdings);
        }
        outputs.push(Output::Event(event));
    }

    fn start_day(&mut self, outputs: &mut Vec<Output>) {
        let day = self.now.day();
        self.refresh_equity(outputs);
        self.band = None;
        if self.watch.start_day(day, &self.settings.risk) {
            self.record(EventKind::DayStarted { day, equity: self.watch.equity }, outputs);
        }
    }

    fn on_trade(&mut self, index: usize, trade: &MarketTrade, outputs: &mut Vec<Output>) {
        self.markets[index].trades.add_trade(trade);
        self.on_price(index, trade.price, outputs);
        self.refresh_equity(outputs);
    }

    /// Base candles gathered from trades end by time alone.
    fn close_trade_candles(&mut self, outputs: &mut Vec<Output>) {
        for index in 0..self.markets.len() {
            if let Some(candle) = self.markets[index].trades.close_until(self.now) {
                self.on_candle(index, &candle, outputs);
            }
        }
    }

    #[inline]
    fn on_price(&mut self, index: usize, price: Price, outputs: &mut Vec<Output>) {
        let market = &mut self.markets[index];
        market.last_price = Some(price);
        market.last_price_at = self.now;
        if self.book.positions[index].is_flat() {
            return;
        }
        match self.band.filter(|band| band.index == index) {
            Some(band) if price >= band.low && price <= band.high => self.unmarked = true,
            before => {
                self.mark(outputs);
                // A new high may be a new peak, from which falls are measured anew.
                let high = before.filter(|band| price < band.low).map_or(price, |band| band.high);
                let alone = self.book.positions.iter().filter(|p| !p.is_flat()).count() == 1;
                self.band = alone.then_some(Band { index, low: price, high });
            }
        }
        self.watch_protection(index, price, outputs);
        if self.manage[index].exit.is_some() {
            self.advance(index, outputs);
        }
    }

    /// Marks the equity with the last prices; a breach latches and takes working entries back.
    pub(crate) fn mark(&mut self, outputs: &mut Vec<Output>) {
        let equity = self.marked_equity();
        self.band = None;
        self.unmarked = false;
        let breach = self.watch.mark(equity, &self.settings.risk);
        if let Some(Breach::Drawdown { limit, value }) = breach {
            self.latch(StateCause::Drawdown { limit, value }, outputs);
        }
    }

    /// Brings the shown equity up to a price that was within the band, and marks it anew where
    /// limits have changed since the last mark, also without a position.
    pub(crate) fn refresh_equity(&mut self, outputs: &mut Vec<Output>) {
        if !std::mem::take(&mut self.unmarked) {
            return;
        }
        if self.band.is_none() {
            self.mark(outputs);
        } else {
            self.watch.equity = self.marked_equity();
        }
    }

    pub(crate) fn marked_equity(&self) -> Amount {
        let mut equity = self.quote_held;
        for (position, market) in self.book.positions.iter().zip(&self.markets) {
            if let Some(price) = market.last_price.filter(|_| !position.is_flat()) {
                equity += position.quantity * price.get();
            }
        }
        equity
    }

    /// Changes the trading state; each closing raises the epoch. The caller cancels what it forbids.
    pub(crate) fn change_state(
        &mut self,
        to: TradingState,
        cause: StateCause,
        outputs: &mut Vec<Output>,
    ) {
        let from = self.trading.state;
        if to != TradingState::Active {
            self.trading.epoch += 1;
        }
        let epoch = self.trading.epoch;
        // A latch of its own accord does not thaw what an operator has frozen.
        let frozen = self.trading.frozen && to != TradingState::Active;
        self.trading =
            Trading { state: to, epoch, since: self.now, cause: Some(cause.clone()), frozen };
        self.record(EventKind::TradingStateChanged { from, to, epoch, cause, frozen }, outputs);
    }

    /// Takes settings for the same instruments. Strategies whose parameters changed start cold.
    fn replace_settings(&mut self, settings: EngineSettings) {
        let same: Vec<_> = settings.instruments.iter().map(|i| i.instrument.symbol).collect();
        let own: Vec<_> = self.settings.instruments.iter().map(|i| i.instrument.symbol).collect();
        assert_eq!(same, own, "Invariant: the universe of an account does not change");
        let old_names: Vec<_> = self.settings.strategies.iter().map(|s| s.params.name()).collect();
        let count = own.len();
        let mut tracker = Vec::with_capacity(count * settings.strategies.len());
        let mut switches = Vec::with_capacity(settings.strategies.len());
        for strategy in &settings.strategies {
            match old_names.iter().position(|n| *n == strategy.params.name()) {
                Some(old) => {
                    switches.push(self.switches[old]);
                    tracker.extend_from_slice(&self.tracker[old * count..(old + 1) * count]);
                }
                None => {
                    switches.push(Switch { enabled: strategy.enabled, version: 1 });
                    tracker.extend(std::iter::repeat_n(Record::default(), count));
                }
            }
        }
        for (index, market) in self.markets.iter_mut().enumerate() {
            market.replace_settings(&self.settings, &settings, index);
        }
        self.risk.follow(&self.markets);
        self.tracker = tracker;
        self.switches = switches;
        (self.band, self.unmarked) = (None, true);
        self.watch.set_limits(&settings.risk);
        self.settings = settings;
    }
}
