//! From a closed candle to an approved intent, with the record of why.

use crate::engine::Engine;
use crate::ensemble::{self, Ballot, Count};
use crate::execution::PendingExit;
use crate::hostile;
use crate::market::ClosedCandles;
use crate::output::Output;
use crate::risk::{Judgement, checks};
use domain::{
    Action, Candle, Decimal, DecisionOutcome, DecisionRecord, EventKind, ExecutionStyle,
    ExitReason, HoldReason, Interval, Name, Ohlcv, OrderPurpose, OrderSide, OrderSize, RiskVerdict,
    Signal, SignalRecord, SizingRecord, SwitchCause, Timestamp, TradingState,
};

/// What came of a proposal, on its way into the record.
struct Proposal {
    outcome: DecisionOutcome,
    sizing: Option<SizingRecord>,
    risk: Vec<RiskVerdict>,
}

impl Proposal {
    fn plain(outcome: DecisionOutcome) -> Self {
        Self { outcome, sizing: None, risk: Vec::new() }
    }
}

impl Engine {
    /// Takes a closed base candle: longer candles, trend, then the decision on the signal interval.
    pub(crate) fn on_candle(&mut self, index: usize, candle: &Candle, outputs: &mut Vec<Output>) {
        let mut closed = ClosedCandles::new();
        self.markets[index].close_base(candle, &mut closed);
        if closed.is_empty() {
            return;
        }
        self.bars += 1;
        self.refresh_equity(outputs);
        self.watch_prices(outputs);
        let symbol = self.markets[index].instrument.symbol;
        for (interval, candle) in &closed {
            outputs.push(Output::Candle(symbol, *interval, *candle));
            self.markets[index].learn_trend(*interval, candle);
        }
        let signal_interval = self.markets[index].signal_interval;
        for (_, candle) in closed.iter().filter(|(interval, _)| *interval == signal_interval) {
            self.decide(index, candle, outputs);
        }
        outputs.push(Output::Equity(self.now, self.watch.equity));
    }

    /// Lets indicators and strategies learn from a candle of the past; nothing is decided.
    pub(crate) fn warm_up(&mut self, index: usize, candle: &Candle, outputs: &mut Vec<Output>) {
        let mut closed = ClosedCandles::new();
        let market = &mut self.markets[index];
        market.close_base(candle, &mut closed);
        market.last_price = Some(candle.close);
        market.last_price_at = self.now;
        for (interval, candle) in &closed {
            outputs.push(Output::Candle(market.instrument.symbol, *interval, *candle));
            market.learn_trend(*interval, candle);
            if *interval == market.signal_interval {
                let float = candle.ohlcv();
                market.learn(&float);
                self.risk.learn(index, candle, float.close);
                for strategy in 0..market.strategies().len() {
                    market.ask(strategy, &float, false);
                }
            }
        }
    }

    fn decide(&mut self, index: usize, candle: &Candle, outputs: &mut Vec<Output>) {
        let float = candle.ohlcv();
        self.markets[index].learn(&float);
        self.risk.learn(index, candle, float.close);
        self.re_enable(index, outputs);
        self.manage[index].cooldown = self.manage[index].cooldown.saturating_sub(1);
        let mut signals = std::mem::take(&mut self.scratch.signals);
        let mut ballots = std::mem::take(&mut self.scratch.ballots);
        self.ask_all(index, &float, &mut signals);
        self.cast(index, &signals, &mut ballots);
        let count = ensemble::count(&ballots);
        let proposal = match self.propose_exit(index, &signals, candle, outputs) {
            Some(outcome) => Proposal::plain(outcome),
            None => self.propose_entry(index, &signals, &ballots, &count, candle, outputs),
        };
        self.decisions += 1;
        if self.settings.record_decisions {
            let record = self.decision_record(index, candle, &signals, &ballots, &count, proposal);
            outputs.push(Output::Decision(Box::new(record)));
        }
        (self.scratch.signals, self.scratch.ballots) = (signals, ballots);
    }

    fn ask_all(&mut self, index: usize, candle: &Ohlcv, signals: &mut Vec<Signal>) {
        signals.clear();
        for strategy in 0..self.settings.strategies.len() {
            let name = self.settings.strategies[strategy].params.name();
            let position = &self.book.positions[index];
            let owns = !position.is_flat() && !position.owned_by(name).is_zero();
            let mut signal = self.markets[index].ask(strategy, candle, owns);
            if let Some(seed) = self.settings.hostile_signals {
                signal = hostile::signal(seed, self.decisions, strategy);
            }
            signals.push(self.vetted(signal));
        }
    }

    /// A signal whose confidence is no number from 0 to 1 says nothing; it is counted.
    fn vetted(&mut self, signal: Signal) -> Signal {
        if (0.0..=1.0).contains(&signal.confidence) {
            return signal;
        }
        self.bad_signals += 1;
        Signal::hold("bad_signal")
    }

    /// Who has a vote on entries, with what weight.
    fn cast(&self, index: usize, signals: &[Signal], ballots: &mut Vec<Ballot>) {
        ballots.clear();
        for (strategy, signal) in signals.iter().enumerate() {
            let on = self.switches[strategy].enabled
                && self.tracker[self.tracker_at(strategy, index)].disabled.is_none();
            let weight = if on { self.settings.strategies[strategy].weight } else { 0.0 };
            ballots.push(Ballot { action: signal.action, confidence: signal.confidence, weight });
        }
    }

    /// Strategies that own lots and want out: their exit needs no vote.
    fn propose_exit(
        &mut self,
        index: usize,
        signals: &[Signal],
        candle: &Candle,
        outputs: &mut Vec<Output>,
    ) -> Option<DecisionOutcome> {
        let position = &self.book.positions[index];
        if position.is_flat() {
            return None;
        }
        let mut owners: Vec<Name> = Vec::new();
        let mut quantity = Decimal::ZERO;
        for (strategy, signal) in signals.iter().enumerate() {
            let name = self.settings.strategies[strategy].params.name();
            let owned = position.owned_by(name);
            if signal.action == Action::Sell && !owned.is_zero() {
                owners.push(Name::from(name).unwrap_or_default());
                quantity += owned;
            }
        }
        if owners.is_empty() {
            return None;
        }
        if self.trading.state == TradingState::Halted {
            return Some(DecisionOutcome::ExitFenced);
        }
        if self.manage[index].exit.is_some() || !self.sellable(index, quantity, candle.close) {
            return None;
        }
        let decision = Some((self.markets[index].signal_interval, candle.open_time));
        let (purpose, reason) = (OrderPurpose::StrategyExit, ExitReason::StrategyExit);
        let exit =
            PendingExit { purpose, reason, owners, quantity, intent: 0, rounds: 0, decision };
        let intent = self.begin_exit(index, exit, outputs);
        Some(DecisionOutcome::Exited(intent))
    }

    fn propose_entry(
        &mut self,
        index: usize,
        signals: &[Signal],
        ballots: &[Ballot],
        count: &Count,
        candle: &Candle,
        outputs: &mut Vec<Output>,
    ) -> Proposal {
        let trend = self.settings.trend_filter_enabled.then_some(self.markets[index].trend);
        if let Err(mut reason) = ensemble::decide(count, trend, &self.settings.ensemble) {
            let cold = |s: &Signal| s.reason == "insufficient_data";
            if reason == HoldReason::NoSignals && signals.iter().all(cold) {
                reason = HoldReason::NotReady;
            }
            return Proposal::plain(DecisionOutcome::Hold(reason));
        }
        let price = candle.close;
        let owners = self.owners(ballots);
        let Judgement { size, sizing, verdicts, outcome } = self.judge_entry(index, price, &owners);
        let outcome = match outcome {
            Err(denial) => {
                let check = denial.check;
                if !checks::QUIET.contains(&check.as_str()) {
                    let symbol = self.markets[index].instrument.symbol;
                    self.record(EventKind::EntryDenied { symbol, denial }, outputs);
                }
                DecisionOutcome::Denied(check)
            }
            Ok(permit) => {
                let decision = Some((self.markets[index].signal_interval, candle.open_time));
                let style = self.entry_style(size);
                let details = (OrderSide::Buy, OrderPurpose::Entry, style, size, price);
                let intent = self.approve_intent(index, details, owners, decision, outputs);
                self.begin_entry(index, intent, &permit, (size, price), outputs);
                DecisionOutcome::Entered(intent)
            }
        };
        Proposal { outcome, sizing: Some(sizing), risk: verdicts }
    }

    /// The agreeing strategies with their shares, by name; the shares add up to 1 exactly.
    fn owners(&self, ballots: &[Ballot]) -> Vec<(Name, Decimal)> {
        let mut owners: Vec<(Name, f64)> = ballots
            .iter()
            .enumerate()
            .filter(|(_, b)| b.action == Action::Buy && b.weight > 0.0)
            .map(|(s, b)| {
                let name = self.settings.strategies[s].params.name();
                (Name::from(name).unwrap_or_default(), b.weight)
            })
            .collect();
        owners.sort_by_key(|owner| owner.0);
        let sum: f64 = owners.iter().map(|o| o.1).sum();
        let mut shares: Vec<(Name, Decimal)> = owners
            .into_iter()
            .map(|(name, weight)| {
                let share = Decimal::try_from(weight / sum).unwrap_or(Decimal::ZERO);
                (name, share.trunc_with_scale(8))
            })
            .collect();
        let given: Decimal = shares.iter().map(|s| s.1).sum();
        if let Some(first) = shares.first_mut() {
            first.1 = (first.1 + Decimal::ONE - given).normalize();
        }
        shares
    }

    pub(crate) fn approve_intent(
        &mut self,
        index: usize,
        (side, purpose, style, size, reference_price): (
            OrderSide,
            OrderPurpose,
            ExecutionStyle,
            OrderSize,
            domain::Price,
        ),
        owners: Vec<(Name, Decimal)>,
        decision: Option<(Interval, Timestamp)>,
        outputs: &mut Vec<Output>,
    ) -> u64 {
        let intent = self.next_intent;
        self.next_intent += 1;
        let symbol = self.markets[index].instrument.symbol;
        let kind = EventKind::IntentApproved {
            intent,
            symbol,
            side,
            purpose,
            style,
            size,
            reference_price,
            owners,
            decision,
        };
        self.record(kind, outputs);
        intent
    }

    fn decision_record(
        &self,
        index: usize,
        candle: &Candle,
        signals: &[Signal],
        ballots: &[Ballot],
        count: &Count,
        proposal: Proposal,
    ) -> DecisionRecord {
        let market = &self.markets[index];
        let record = |strategy: usize, signal: &Signal| SignalRecord {
            strategy: Name::from(self.settings.strategies[strategy].params.name())
                .unwrap_or_default(),
            action: signal.action,
            confidence: signal.confidence,
            weight: self.settings.strategies[strategy].weight,
            enabled: ballots[strategy].weight > 0.0,
            reason: signal.reason_name(),
            figures: signal
                .figures
                .iter()
                .map(|(name, value)| (Name::from(name).unwrap_or_default(), *value))
                .collect(),
        };
        DecisionRecord {
            at: self.now,
            symbol: market.instrument.symbol,
            interval: market.signal_interval,
            open_time: candle.open_time,
            close: candle.close.get(),
            regime: market.regime(),
            trend: market.trend,
            signals: signals.iter().enumerate().map(|(s, signal)| record(s, signal)).collect(),
            buy_weight: count.buy_weight,
            sell_weight: count.sell_weight,
            confidence: count.confidence,
            sizing: proposal.sizing,
            risk: proposal.risk,
            outcome: proposal.outcome,
        }
    }

    /// Switches strategies on again in a symbol whose regime has changed, or whose wait is over.
    fn re_enable(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let regime = self.markets[index].regime();
        for strategy in 0..self.settings.strategies.len() {
            let at = self.tracker_at(strategy, index);
            if self.tracker[at].disabled.is_none() {
                continue;
            }
            let cause = self.tracker[at].re_enable(self.now, regime, &self.settings.tracker);
            if let Some(cause) = cause {
                self.tracker[at].enable();
                self.record_switch(strategy, index, true, cause, outputs);
            }
        }
    }

    pub(crate) fn record_switch(
        &mut self,
        strategy: usize,
        index: usize,
        enabled: bool,
        cause: SwitchCause,
        outputs: &mut Vec<Output>,
    ) {
        let name = self.settings.strategies[strategy].params.name();
        let kind = EventKind::StrategySwitched {
            strategy: Name::from(name).unwrap_or_default(),
            symbol: Some(self.markets[index].instrument.symbol),
            enabled,
            cause,
        };
        self.record(kind, outputs);
    }

    pub(crate) fn tracker_at(&self, strategy: usize, index: usize) -> usize {
        strategy * self.markets.len() + index
    }
}
