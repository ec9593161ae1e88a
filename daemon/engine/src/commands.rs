//! What operators ask for. Safer is always possible; riskier needs a reason and the right latch.

use crate::engine::Engine;
use crate::input::Command;
use crate::output::{CommandReply, Output, Refusal};
use domain::{
    ClientOrderId, EventKind, Name, OrderPurpose, OrderStatus, StateCause, SwitchCause,
    TradingState,
};

impl Engine {
    pub(crate) fn on_command(&mut self, command: Command, outputs: &mut Vec<Output>) {
        let reply = match command {
            Command::Stop { reason } => self.stop(reason, outputs),
            Command::CloseAll { reason } => self.close_everything(reason, outputs),
            Command::Resume { reason, epoch } => self.resume(reason, epoch, outputs),
            Command::SetStrategyEnabled { strategy, enabled, force, expected_version } => {
                self.switch(strategy, enabled, force, expected_version, outputs)
            }
        };
        outputs.push(Output::Reply(reply));
    }

    /// Halts. Working entries are cancelled, strategy exits that were not sent yet are dropped,
    /// protection stays.
    fn stop(&mut self, reason: String, outputs: &mut Vec<Output>) -> CommandReply {
        self.change_state(TradingState::Halted, StateCause::Operator(reason), outputs);
        let cancelled = self.cancel_entries(outputs);
        for index in 0..self.markets.len() {
            let strategy_exit = self.manage[index]
                .exit
                .as_ref()
                .is_some_and(|e| e.purpose == OrderPurpose::StrategyExit);
            if strategy_exit {
                for id in self.live_ids(index, OrderPurpose::StrategyExit) {
                    self.cancel(index, id, outputs);
                }
                self.end_exit(index);
                self.advance(index, outputs);
            }
        }
        let protection = self
            .ids_where(|o| o.order.purpose == OrderPurpose::Protection && !o.status.is_terminal());
        let in_flight = self.ids_where(|o| {
            o.status == OrderStatus::Attempted && o.order.purpose != OrderPurpose::Protection
        });
        CommandReply::Stopped { epoch: self.trading.epoch, cancelled, protection, in_flight }
    }

    pub(crate) fn cancel_entries(&mut self, outputs: &mut Vec<Output>) -> Vec<ClientOrderId> {
        let mut cancelled = Vec::new();
        for index in 0..self.markets.len() {
            for id in self.live_ids(index, OrderPurpose::Entry) {
                self.cancel(index, id, outputs);
                cancelled.push(id);
            }
        }
        cancelled
    }

    fn live_ids(&self, index: usize, purpose: OrderPurpose) -> Vec<ClientOrderId> {
        self.live(index, purpose).iter().map(|o| o.order.id).collect()
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
    ) -> CommandReply {
        let from = self.trading.state;
        let current = self.trading.epoch;
        if from == TradingState::Active {
            return CommandReply::Refused(Refusal::NotHalted);
        }
        if let Some(wanted) = epoch.filter(|wanted| *wanted != current) {
            return CommandReply::Refused(Refusal::StaleEpoch { wanted, current });
        }
        if let Some(run) = &self.close_all {
            return CommandReply::Refused(Refusal::Closing(run.id));
        }
        // The peak first: a mark against the old one would latch again at once.
        self.refresh_equity(outputs);
        self.watch.reset_peak(&self.settings.risk);
        self.change_state(TradingState::Active, StateCause::Operator(reason), outputs);
        self.mark(outputs);
        CommandReply::Resumed { epoch: current, from }
    }

    fn switch(
        &mut self,
        name: Name,
        enabled: bool,
        force: bool,
        expected_version: Option<u64>,
        outputs: &mut Vec<Output>,
    ) -> CommandReply {
        let found = self.settings.strategies.iter().position(|s| s.params.name() == name.as_str());
        let Some(strategy) = found else {
            return CommandReply::Refused(Refusal::UnknownStrategy(name.to_string()));
        };
        let current = self.switches[strategy].version;
        if let Some(wanted) = expected_version.filter(|wanted| *wanted != current) {
            return CommandReply::Refused(Refusal::StaleVersion { wanted, current });
        }
        if self.switches[strategy].enabled == enabled {
            return CommandReply::Switched { version: current, changed: false };
        }
        let owned = self.symbols_owned_by(&name);
        if !enabled && !force && !owned.is_empty() {
            return CommandReply::Refused(Refusal::OwnsPositions {
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
        CommandReply::Switched { version: self.switches[strategy].version, changed: true }
    }

    /// What is off opens nothing, also when the decision came just before.
    fn cancel_entries_of(&mut self, name: &Name, outputs: &mut Vec<Output>) {
        for index in 0..self.markets.len() {
            for id in self.live_ids(index, OrderPurpose::Entry) {
                let intent = self.book.orders.get(&id).map(|order| order.intent);
                let intent = intent.and_then(|number| self.book.intents.get(&number));
                if intent.is_some_and(|intent| intent.owners.iter().any(|o| o.0 == *name)) {
                    self.cancel(index, id, outputs);
                }
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
