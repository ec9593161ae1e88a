//! What operators ask for. Safer is always possible; riskier needs a reason and the right latch.

use crate::engine::Engine;
use crate::input::Command;
use crate::output::{CommandReply, Output, Refusal};
use domain::{
    ClientOrderId, EventKind, Name, OrderPurpose, StateCause, SwitchCause, Symbol, TradingState,
};

impl Engine {
    pub(crate) fn on_command(&mut self, command: Command, outputs: &mut Vec<Output>) {
        let done = match command {
            Command::Stop { reason, freeze } => Ok(self.stop(reason, freeze, outputs)),
            Command::CloseAll { reason } => Ok(self.close_everything(reason, outputs)),
            Command::Resume { reason, epoch } => self.resume(reason, epoch, outputs),
            Command::SetStrategyEnabled { strategy, enabled, force, expected_version } => {
                self.switch(strategy, enabled, force, expected_version, outputs)
            }
            Command::ClosePosition { symbol, quantity, reason: _ } => {
                self.close_position(symbol, quantity, outputs)
            }
            Command::SetProtection { symbol, stop, first_target, target } => {
                self.set_protection(symbol, [stop, first_target, target], outputs)
            }
            Command::CancelOrder { id } => self.cancel_order(id, outputs),
            Command::Move { .. } => Err(Refusal::NotSimulated),
        };
        outputs.push(Output::Reply(done.unwrap_or_else(CommandReply::Refused)));
    }

    /// Halts. Working entries are cancelled, strategy exits that were not sent yet are dropped,
    /// protection stays, unless it is frozen too.
    fn stop(&mut self, reason: String, freeze: bool, outputs: &mut Vec<Output>) -> CommandReply {
        self.trading.frozen |= freeze;
        self.change_state(TradingState::Halted, StateCause::Operator(reason), outputs);
        let cancelled = self.cancel_entries(outputs);
        for index in 0..self.markets.len() {
            self.fence_exit(index, outputs);
            if self.trading.frozen {
                self.drop_protection(index, outputs);
            }
        }
        let frozen = self.trading.frozen;
        let protection = self.ids_where(|o| {
            !frozen && o.order.purpose == OrderPurpose::Protection && !o.status.is_terminal()
        });
        let in_flight = self.ids_where(|o| {
            !o.status.is_terminal() && (frozen || o.order.purpose != OrderPurpose::Protection)
        });
        let unprotected = self.unprotected();
        let to_be_protected = self.to_be_protected();
        let epoch = self.trading.epoch;
        CommandReply::Stopped {
            epoch,
            cancelled,
            protection,
            in_flight,
            to_be_protected,
            unprotected,
        }
    }

    /// Ends an exit that the trading state forbids from now on.
    fn fence_exit(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let frozen = self.trading.frozen;
        let forbidden = |purpose| match purpose {
            OrderPurpose::Entry | OrderPurpose::StrategyExit => true,
            OrderPurpose::Protection => frozen,
            OrderPurpose::CloseAll | OrderPurpose::OperatorExit => false,
        };
        let purpose = self.manage[index].exit.as_ref().map(|exit| exit.purpose);
        if let Some(purpose) = purpose.filter(|purpose| forbidden(*purpose)) {
            for id in self.live_ids(index, purpose) {
                self.cancel(index, id, outputs);
            }
            self.end_exit(index, "halted", outputs);
            self.advance(index, outputs);
        }
    }

    /// Held symbols whose protection waits for an entry or exit order to be gone.
    fn to_be_protected(&self) -> Vec<Symbol> {
        let waits = |index: &usize| {
            let symbol = self.markets[*index].instrument.symbol;
            let mut live = self.book.live_orders(symbol);
            !self.trading.frozen && live.any(|o| o.order.purpose != OrderPurpose::Protection)
        };
        let places = (0..self.markets.len()).filter(waits);
        places.map(|index| self.markets[index].instrument.symbol).collect()
    }

    /// Held symbols that nothing protects: no level is set, or protection is frozen.
    fn unprotected(&self) -> Vec<Symbol> {
        (0..self.markets.len())
            .filter(|i| !self.book.positions[*i].is_flat())
            .filter(|i| {
                let levels = &self.manage[*i].levels;
                self.trading.frozen || levels.stop.is_none()
            })
            .map(|i| self.markets[i].instrument.symbol)
            .collect()
    }

    pub(crate) fn cancel_entries(&mut self, outputs: &mut Vec<Output>) -> Vec<ClientOrderId> {
        let mut cancelled = Vec::new();
        for index in 0..self.markets.len() {
            cancelled.extend(self.live_ids(index, OrderPurpose::Entry));
            self.stop_entry(index, "halted", outputs);
            for id in self.live_ids(index, OrderPurpose::Entry) {
                self.cancel(index, id, outputs);
            }
        }
        cancelled
    }

    fn live_ids(&self, index: usize, purpose: OrderPurpose) -> Vec<ClientOrderId> {
        self.live(index, purpose)
            .iter()
            .filter(|o| !o.status.is_terminal())
            .map(|o| o.order.id)
            .collect()
    }

    fn ids_where(&self, wanted: impl Fn(&domain::OrderView) -> bool) -> Vec<ClientOrderId> {
        self.book.orders.values().filter(|o| wanted(o)).map(|o| o.order.id).collect()
    }

    /// Halts and sells everything; a second call while one is at work joins it and tries the rest at
    /// once.
    fn close_everything(&mut self, reason: String, outputs: &mut Vec<Output>) -> CommandReply {
        if let Some(id) = self.close_all.as_ref().map(|run| run.id) {
            self.press_close_all(outputs);
            return CommandReply::Closing { id, epoch: self.trading.epoch };
        }
        let cause = StateCause::Operator(reason.clone());
        self.change_state(TradingState::Halted, cause, outputs);
        self.cancel_entries(outputs);
        let id = self.begin_close_all(reason, outputs);
        CommandReply::Closing { id, epoch: self.trading.epoch }
    }

    fn resume(
        &mut self,
        reason: String,
        epoch: Option<u64>,
        outputs: &mut Vec<Output>,
    ) -> Result<CommandReply, Refusal> {
        let from = self.trading.state;
        let current = self.trading.epoch;
        if from == TradingState::Active {
            return Err(Refusal::NotHalted);
        }
        if let Some(wanted) = epoch.filter(|wanted| *wanted != current) {
            return Err(Refusal::StaleEpoch { wanted, current });
        }
        if let Some(run) = &self.close_all {
            return Err(Refusal::Closing(run.id));
        }
        let unknown = self.unknown_ids();
        if let Some(first) = unknown.first() {
            return Err(Refusal::UnknownOrders { count: unknown.len(), first: *first });
        }
        // The peak first: a mark against the old one would latch again at once.
        self.refresh_equity(outputs);
        self.watch.reset_peak(&self.settings.risk);
        self.change_state(TradingState::Active, StateCause::Operator(reason), outputs);
        self.mark(outputs);
        for index in 0..self.markets.len() {
            self.advance(index, outputs);
        }
        Ok(CommandReply::Resumed { epoch: current, from })
    }

    fn switch(
        &mut self,
        name: Name,
        enabled: bool,
        force: bool,
        expected_version: Option<u64>,
        outputs: &mut Vec<Output>,
    ) -> Result<CommandReply, Refusal> {
        let found = self.settings.strategies.iter().position(|s| s.params.name() == name.as_str());
        let Some(strategy) = found else {
            return Err(Refusal::UnknownStrategy(name.to_string()));
        };
        let current = self.switches[strategy].version;
        if let Some(wanted) = expected_version.filter(|wanted| *wanted != current) {
            return Err(Refusal::StaleVersion { wanted, current });
        }
        if self.switches[strategy].enabled == enabled {
            return Ok(CommandReply::Switched { version: current, changed: false });
        }
        let owned = self.symbols_owned_by(&name);
        if !enabled && !force && !owned.is_empty() {
            return Err(Refusal::OwnsPositions {
                strategy: name.to_string(),
                count: owned.len(),
                symbols: owned.join(", "),
            });
        }
        self.switches[strategy].enabled = enabled;
        self.switches[strategy].version += 1;
        let cause = SwitchCause::Operator;
        let kind = EventKind::StrategySwitched { strategy: name, symbol: None, enabled, cause };
        self.record(kind, outputs);
        if !enabled {
            self.cancel_entries_of(&name, outputs);
        }
        Ok(CommandReply::Switched { version: self.switches[strategy].version, changed: true })
    }

    /// What is off opens nothing, also when the decision came just before.
    fn cancel_entries_of(&mut self, name: &Name, outputs: &mut Vec<Output>) {
        for index in 0..self.markets.len() {
            let number = self.manage[index].entry.as_ref().map(|run| run.intent);
            let intent = number.and_then(|number| self.book.intents.get(&number));
            if intent.is_some_and(|intent| intent.owners.iter().any(|o| o.0 == *name)) {
                self.stop_entry(index, "strategy_off", outputs);
            }
        }
    }

    /// Symbols in which a strategy owns a part of an open position.
    pub(crate) fn symbols_owned_by(&self, name: &str) -> Vec<String> {
        self.book
            .positions
            .iter()
            .zip(&self.markets)
            .filter(|(position, _)| !position.owned_by(name).is_zero())
            .map(|(_, market)| market.instrument.symbol.to_string())
            .collect()
    }
}
