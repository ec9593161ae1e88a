//! One symbol's market as the engine sees it: last price, candles, indicators, strategies.

pub mod candles;

use crate::indicators::Atr;
use crate::regime::{RegimeDetector, RegimeReading};
use crate::settings::EngineSettings;
use crate::strategies::{Strategy, StrategyInstance, StrategyView};
use crate::trend::TrendFilter;
use candles::Builder;
use domain::{
    Action, Candle, Instrument, Interval, Name, Ohlcv, Price, Regime, Signal, Timestamp, Trend,
};
use serde::{Deserialize, Serialize};

/// Everything about one symbol that is not money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SymbolMarket {
    /// The pair.
    pub instrument: Instrument,
    /// Interval of the candles that come in.
    pub base_interval: Interval,
    /// Interval on which strategies decide.
    pub signal_interval: Interval,
    /// Last traded price.
    pub last_price: Option<Price>,
    /// When it was traded.
    pub last_price_at: Timestamp,
    /// Open time of the last base candle, to refuse repeated and older ones.
    pub last_candle: Option<Timestamp>,
    /// Gathers trades.
    pub trades: Builder,
    frames: Vec<Builder>,
    trend_interval: Interval,
    atr: Atr,
    /// Last ATR in price units.
    pub atr_value: Option<f64>,
    regime: RegimeDetector,
    adapts: bool,
    /// Last reading of the regime.
    pub reading: Option<RegimeReading>,
    trend_filter: TrendFilter,
    /// Last direction on the trend timeframe.
    pub trend: Trend,
    strategies: Vec<StrategyInstance>,
    /// What each strategy said last.
    pub last_signals: Vec<(Action, Name)>,
}

/// Candles that closed with one base candle, shortest first, base candle included.
pub type ClosedCandles = arrayvec::ArrayVec<(Interval, Candle), 24>;

impl SymbolMarket {
    /// An empty market.
    #[must_use]
    pub fn new(settings: &EngineSettings, index: usize) -> Self {
        let own = &settings.instruments[index];
        let base = own.base_interval;
        let signal_interval = settings.signal_interval.unwrap_or(base);
        let mut intervals: Vec<Interval> = settings.timeframes.clone();
        intervals.push(signal_interval);
        intervals.push(settings.trend_timeframe);
        intervals.retain(|i| *i != base && i.is_multiple_of(base));
        intervals.sort();
        intervals.dedup();
        Self {
            instrument: own.instrument,
            base_interval: base,
            signal_interval,
            last_price: None,
            last_price_at: Timestamp::ZERO,
            last_candle: None,
            trades: Builder::new(base),
            frames: intervals.into_iter().map(Builder::new).collect(),
            trend_interval: settings.trend_timeframe,
            atr: Atr::new(settings.risk.atr_period as usize),
            atr_value: None,
            regime: RegimeDetector::new(&settings.regime),
            adapts: settings.regime_adaptation_enabled,
            reading: None,
            trend_filter: TrendFilter::new(&settings.trend),
            trend: Trend::Neutral,
            strategies: settings.strategies.iter().map(|s| s.params.build()).collect(),
            last_signals: vec![(Action::Hold, Name::new()); settings.strategies.len()],
        }
    }

    /// Takes a closed base candle; gives back every candle that closed with it. A repeated or
    /// older candle gives nothing.
    pub fn close_base(&mut self, candle: &Candle, closed: &mut ClosedCandles) {
        if self.last_candle.is_some_and(|last| candle.open_time <= last) {
            return;
        }
        self.last_candle = Some(candle.open_time);
        closed.push((self.base_interval, *candle));
        for at in 0..self.frames.len() {
            self.gather(at, candle, closed);
        }
    }

    /// Feeds one longer candle: from the base candle, or from the longest shorter frame that it is
    /// made of, so that most base candles touch one frame only.
    fn gather(&mut self, at: usize, base: &Candle, closed: &mut ClosedCandles) {
        let interval = self.frames[at].interval();
        let parent = self.frames[..at].iter().rposition(|f| interval.is_multiple_of(f.interval()));
        let Some(parent) = parent.map(|p| self.frames[p].interval()) else {
            let done = self.frames[at].add(base, self.base_interval);
            closed.extend(done.into_iter().flatten().map(|candle| (interval, candle)));
            return;
        };
        for place in 0..closed.len() {
            let (length, part) = closed[place];
            if length == parent {
                let done = self.frames[at].add(&part, parent);
                closed.extend(done.into_iter().flatten().map(|candle| (interval, candle)));
            }
        }
        // A candle whose last parts are missing is over as soon as a later base candle shows it.
        let over = self.frames[at].close_until(base.open_time);
        closed.extend(over.map(|candle| (interval, candle)));
    }

    /// Lets the trend filter learn from a closed candle of its interval.
    pub fn learn_trend(&mut self, interval: Interval, candle: &Candle) {
        if interval == self.trend_interval {
            self.trend =
                self.trend_filter.update(&candle.ohlcv()).map_or(Trend::Neutral, |t| t.trend);
        }
    }

    /// Lets ATR and regime learn from a closed signal candle, and the strategies adapt to a change
    /// of regime. True when the regime changed.
    pub fn learn(&mut self, candle: &Ohlcv) -> bool {
        self.atr_value = self.atr.update(candle);
        let before = self.regime();
        self.reading = self.regime.update(candle);
        let now = self.regime();
        if now == before {
            return false;
        }
        if let Some(regime) = now.filter(|_| self.adapts) {
            for strategy in &mut self.strategies {
                strategy.adapt_to_regime(regime);
            }
        }
        true
    }

    /// Asks one strategy. `owns` says whether it owns a lot in this symbol.
    pub fn ask(&mut self, strategy: usize, candle: &Ohlcv, owns: bool) -> Signal {
        let view = StrategyView { owns_position: owns };
        let signal = self.strategies[strategy].on_candle(candle, &view);
        self.last_signals[strategy] = (signal.action, signal.reason_name());
        signal
    }

    /// The current regime, once known.
    #[must_use]
    pub fn regime(&self) -> Option<Regime> {
        self.reading.as_ref().map(|r| r.regime)
    }

    /// The strategies, in the order of the settings.
    #[must_use]
    pub fn strategies(&self) -> &[StrategyInstance] {
        &self.strategies
    }

    /// Intervals besides the base that are kept, shortest first.
    pub fn intervals(&self) -> impl Iterator<Item = Interval> + '_ {
        std::iter::once(self.base_interval).chain(self.frames.iter().map(Builder::interval))
    }
}

impl SymbolMarket {
    /// Takes new settings. What they leave alone keeps its memory; the rest starts cold.
    pub fn replace_settings(&mut self, old: &EngineSettings, new: &EngineSettings, index: usize) {
        let fresh = Self::new(new, index);
        let kept = |interval: Interval| self.frames.iter().find(|f| f.interval() == interval);
        self.frames = fresh
            .frames
            .iter()
            .map(|frame| kept(frame.interval()).unwrap_or(frame).clone())
            .collect();
        let same_signal = self.signal_interval == fresh.signal_interval;
        if !same_signal || old.risk.atr_period != new.risk.atr_period {
            (self.atr, self.atr_value) = (fresh.atr, None);
        }
        if !same_signal || old.regime != new.regime {
            (self.regime, self.reading) = (fresh.regime, None);
        }
        if self.trend_interval != fresh.trend_interval || old.trend != new.trend {
            (self.trend_filter, self.trend) = (fresh.trend_filter, Trend::Neutral);
        }
        let old_strategies = std::mem::take(&mut self.strategies);
        let old_signals = std::mem::take(&mut self.last_signals);
        for (strategy, instance) in new.strategies.iter().zip(fresh.strategies) {
            let before = old
                .strategies
                .iter()
                .position(|s| same_signal && s.params == strategy.params)
                .and_then(|at| Some((old_strategies.get(at)?, old_signals.get(at)?)));
            let (kept, signal) = match before {
                Some((kept, signal)) => (kept.clone(), *signal),
                None => (instance, (Action::Hold, Name::new())),
            };
            self.strategies.push(kept);
            self.last_signals.push(signal);
        }
        self.instrument = fresh.instrument;
        self.adapts = fresh.adapts;
        self.signal_interval = fresh.signal_interval;
        self.trend_interval = fresh.trend_interval;
    }
}
