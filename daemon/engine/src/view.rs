//! Read-only views of the engine for status, positions and statistics. Nothing here changes anything.

use crate::engine::{Engine, Switch, Trading};
use crate::execution::Management;
use crate::ledger::book::Book;
use crate::ledger::positions::Position;
use crate::market::SymbolMarket;
use crate::risk::RiskState;
use crate::risk::equity::EquityWatch;
use crate::settings::EngineSettings;
use crate::tracker::Record;
use domain::{
    Amount, Asset, ClientOrderId, CloseAllReport, Instrument, OrderPurpose, Price, Symbol,
    Timestamp,
};

/// Where a position's stop and target live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProtectionPlace {
    /// Orders at the venue.
    Venue,
    /// Watched by the engine on every price.
    Synthetic,
    /// None is set.
    None,
}

/// One open position.
#[derive(Debug, Clone)]
pub struct PositionView<'a> {
    /// The pair.
    pub instrument: &'a Instrument,
    /// Lots and quantity.
    pub position: &'a Position,
    /// Last price.
    pub mark: Option<Price>,
    /// Stop.
    pub stop: Option<Price>,
    /// The first target, while it was not met.
    pub first_target: Option<Price>,
    /// Target.
    pub target: Option<Price>,
    /// What has set the stop.
    pub stop_kind: domain::StopKind,
    /// When it is closed whatever the price.
    pub deadline: Option<Timestamp>,
    /// Where they live.
    pub place: ProtectionPlace,
    /// Orders that protect it and can still fill.
    pub protection: Vec<ClientOrderId>,
}

impl Engine {
    /// Engine time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Number of the last event.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> &EngineSettings {
        &self.settings
    }

    /// Trading state and latch.
    #[must_use]
    pub fn trading(&self) -> &Trading {
        &self.trading
    }

    /// Ledger, orders and positions.
    #[must_use]
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Markets, in the order of the instruments.
    #[must_use]
    pub fn markets(&self) -> &[SymbolMarket] {
        &self.markets
    }

    /// Equity and its limits.
    #[must_use]
    pub fn equity(&self) -> &EquityWatch {
        &self.watch
    }

    /// The asset in which equity is counted.
    #[must_use]
    pub fn quote_asset(&self) -> Asset {
        self.settings.instruments[0].instrument.quote
    }

    /// Place of a symbol in the list of instruments.
    #[must_use]
    pub fn index_of(&self, symbol: Symbol) -> Option<usize> {
        self.book.index_of(symbol)
    }

    /// Returns, rates and refusals.
    #[must_use]
    pub fn risk(&self) -> &RiskState {
        &self.risk
    }

    /// Closed base candles so far.
    #[must_use]
    pub fn bars(&self) -> u64 {
        self.bars
    }

    /// Decisions so far.
    #[must_use]
    pub fn decisions(&self) -> u64 {
        self.decisions
    }

    /// Reports about orders that are not ours.
    #[must_use]
    pub fn unknown_reports(&self) -> u64 {
        self.unknown_reports
    }

    /// Executions that were told more than once.
    #[must_use]
    pub fn doubled_fills(&self) -> u64 {
        self.doubled_fills
    }

    /// Signals that said nothing sensible and were taken for none.
    #[must_use]
    pub fn bad_signals(&self) -> u64 {
        self.bad_signals
    }

    /// Orders that turned up after they had been taken for lost.
    #[must_use]
    pub fn late_orders(&self) -> u64 {
        self.late_orders
    }

    /// Times the venue was asked about an order.
    #[must_use]
    pub fn queries(&self) -> u64 {
        self.queries
    }

    /// The operator's switch of a strategy, by its place in the settings.
    #[must_use]
    pub fn switch_of(&self, strategy: usize) -> Switch {
        self.switches[strategy]
    }

    /// Statistics of a strategy in a symbol, by places.
    #[must_use]
    pub fn record_of(&self, strategy: usize, index: usize) -> &Record {
        &self.tracker[self.tracker_at(strategy, index)]
    }

    /// Stop, target and exit of a symbol.
    #[must_use]
    pub fn management(&self, index: usize) -> &Management {
        &self.manage[index]
    }

    /// The close-all at work, by number.
    #[must_use]
    pub fn closing(&self) -> Option<u64> {
        self.close_all.as_ref().map(|run| run.id)
    }

    /// The report of the close-all at work, as far as it is.
    #[must_use]
    pub fn closing_report(&self) -> Option<CloseAllReport> {
        self.close_all.as_ref().map(|run| CloseAllReport {
            id: run.id,
            flat: false,
            positions: run.lines.iter().filter(|l| !l.held.is_zero()).cloned().collect(),
        })
    }

    /// The last finished close-all.
    #[must_use]
    pub fn last_close_all(&self) -> Option<&CloseAllReport> {
        self.last_close_all.as_ref()
    }

    /// Symbols in which a strategy owns something.
    #[must_use]
    pub fn owned_symbols(&self, strategy: &str) -> Vec<String> {
        self.symbols_owned_by(strategy)
    }

    /// All open positions.
    pub fn positions(&self) -> impl Iterator<Item = PositionView<'_>> + '_ {
        (0..self.markets.len()).filter(|i| !self.book.positions[*i].is_flat()).map(|i| {
            let levels = &self.manage[i].levels;
            let protection = self.live(i, OrderPurpose::Protection);
            let at_venue = protection.iter().any(|o| o.order.kind != domain::OrderKind::Market);
            let place = match (
                at_venue,
                !self.trading.frozen && (levels.stop.is_some() || levels.target.is_some()),
            ) {
                (true, _) => ProtectionPlace::Venue,
                (false, true) => ProtectionPlace::Synthetic,
                (false, false) => ProtectionPlace::None,
            };
            PositionView {
                instrument: &self.markets[i].instrument,
                position: &self.book.positions[i],
                mark: self.markets[i].last_price,
                stop: levels.stop,
                first_target: levels.first_target.filter(|_| !levels.first_done),
                target: levels.target,
                stop_kind: levels.stop_kind,
                deadline: levels.deadline,
                place,
                protection: protection.iter().map(|o| o.order.id).collect(),
            }
        })
    }

    /// Value of positions and working entries over equity, in quote.
    #[must_use]
    pub fn total_exposure(&self) -> Amount {
        self.exposure()
    }
}
