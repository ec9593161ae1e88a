//! The closed set of strategies and of their parameters. A new strategy is a new variant, and the
//! compiler lists what else it needs.

use super::{
    BollingerParams, BollingerStrategy, MaCrossoverParams, MaCrossoverStrategy, MacdParams,
    MacdStrategy, ParamError, ParamInfo, Parameters, RsiParams, RsiStrategy, Strategy,
    StrategyView,
};
use domain::{Ohlcv, Regime, Signal};
use serde::{Deserialize, Serialize};

/// Parameters of one strategy; they also say which strategy it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrategyParams {
    /// Cross of two simple averages.
    MaCrossover(MaCrossoverParams),
    /// Overbought and oversold, optionally with divergence.
    Rsi(RsiParams),
    /// Cross of MACD line and signal.
    Macd(MacdParams),
    /// Return to the mean from the bands, or breakout from a squeeze.
    Bollinger(BollingerParams),
}

macro_rules! each {
    ($value:expr, $params:ident => $result:expr) => {
        match $value {
            StrategyParams::MaCrossover($params) => $result,
            StrategyParams::Rsi($params) => $result,
            StrategyParams::Macd($params) => $result,
            StrategyParams::Bollinger($params) => $result,
        }
    };
}

impl StrategyParams {
    /// Every strategy with its default parameters, in order of name.
    #[must_use]
    pub fn all_defaults() -> Vec<Self> {
        vec![
            Self::Bollinger(BollingerParams::default()),
            Self::MaCrossover(MaCrossoverParams::default()),
            Self::Macd(MacdParams::default()),
            Self::Rsi(RsiParams::default()),
        ]
    }

    /// The strategy of that name with its default parameters.
    #[must_use]
    pub fn default_of(name: &str) -> Option<Self> {
        Self::all_defaults().into_iter().find(|params| params.name() == name)
    }

    /// The strategy's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        fn owner<P: Parameters>(_: &P) -> &'static str {
            P::OWNER
        }
        each!(self, params => owner(params))
    }

    /// What parameters there are.
    #[must_use]
    pub fn describe(&self) -> &'static [ParamInfo] {
        fn table<P: Parameters>(_: &P) -> &'static [ParamInfo] {
            P::describe()
        }
        each!(self, params => table(params))
    }

    /// Sets one parameter from text; see [`Parameters::set`].
    ///
    /// # Errors
    /// Unknown key, or a value that is unreadable or out of range; nothing changes then.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ParamError> {
        each!(self, params => params.set(key, value))
    }

    /// Every parameter as text.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, String)> {
        each!(self, params => params.values())
    }

    /// Every broken range and rule; empty when all is well.
    #[must_use]
    pub fn validate(&self) -> Vec<ParamError> {
        each!(self, params => params.validate())
    }

    /// A fresh instance for one symbol. Parameters that do not validate build an instance that
    /// trades nonsense but does not panic; validate first.
    #[must_use]
    pub fn build(&self) -> StrategyInstance {
        match self {
            Self::MaCrossover(p) => StrategyInstance::MaCrossover(MaCrossoverStrategy::new(p)),
            Self::Rsi(p) => StrategyInstance::Rsi(RsiStrategy::new(p)),
            Self::Macd(p) => StrategyInstance::Macd(MacdStrategy::new(p)),
            Self::Bollinger(p) => StrategyInstance::Bollinger(BollingerStrategy::new(p)),
        }
    }
}

/// A running strategy of one symbol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StrategyInstance {
    /// Cross of two simple averages.
    MaCrossover(MaCrossoverStrategy),
    /// Overbought and oversold, optionally with divergence.
    Rsi(RsiStrategy),
    /// Cross of MACD line and signal.
    Macd(MacdStrategy),
    /// Return to the mean from the bands, or breakout from a squeeze.
    Bollinger(BollingerStrategy),
}

macro_rules! delegate {
    ($value:expr, $strategy:ident => $result:expr) => {
        match $value {
            StrategyInstance::MaCrossover($strategy) => $result,
            StrategyInstance::Rsi($strategy) => $result,
            StrategyInstance::Macd($strategy) => $result,
            StrategyInstance::Bollinger($strategy) => $result,
        }
    };
}

impl Strategy for StrategyInstance {
    fn name(&self) -> &'static str {
        delegate!(self, strategy => strategy.name())
    }

    fn required_candles(&self) -> usize {
        delegate!(self, strategy => strategy.required_candles())
    }

    fn on_candle(&mut self, candle: &Ohlcv, view: &StrategyView) -> Signal {
        delegate!(self, strategy => strategy.on_candle(candle, view))
    }

    fn adapt_to_regime(&mut self, regime: Regime) {
        delegate!(self, strategy => strategy.adapt_to_regime(regime));
    }
}
