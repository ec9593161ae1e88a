//! Strategies: closed candles in, one signal per candle out.
//!
//! A strategy instance serves one symbol, keeps all its state itself (serialisable, so that the
//! engine's snapshot brings it back) and sees every closed candle exactly once. A candle that is not
//! newer than the last one changes nothing and gets Hold `candle_not_newer`, so a repeated input
//! cannot repeat a cross.
//!
//! What holds for all of them:
//! - too little history is Hold `insufficient_data`, never an error;
//! - a market that does not move gives no signal;
//! - Hold has confidence 0, what it was looking at is in the figures;
//! - a regime switches entries off, not exits: BUY becomes Hold `disabled_by_regime`, SELL passes;
//! - an owner's exit is held back neither by cooldown nor by confirmation filters. Those decide
//!   whether a move is worth entering; the owner of a position must get out when its rule says so.
//!
//! Not here: votes, weights, risk, orders. A confidence is the strategy's own scale, not a probability.

mod bollinger;
mod instance;
mod ma_crossover;
mod macd;
mod params;
mod rsi;
mod state;
mod swings;

#[cfg(test)]
mod behaviour_tests;
#[cfg(test)]
mod param_tests;
#[cfg(test)]
mod reference_tests;
#[cfg(test)]
mod rule_tests;

pub use bollinger::{BollingerMode, BollingerParams, BollingerStrategy};
pub use instance::{StrategyInstance, StrategyParams};
pub use ma_crossover::{MaCrossoverParams, MaCrossoverStrategy};
pub use macd::{MacdParams, MacdStrategy};
pub use params::{ParamError, ParamInfo, Parameters, Slot, Word};
pub use rsi::{RsiParams, RsiStrategy};

use domain::{Ohlcv, Regime, Signal};

/// What a strategy may know besides the candles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StrategyView {
    /// Whether this strategy owns a lot in this symbol.
    pub owns_position: bool,
}

/// One strategy for one symbol.
pub trait Strategy {
    /// Key in settings, votes and statistics.
    fn name(&self) -> &'static str;

    /// How many closed candles it needs before it can answer; enough for every regime.
    fn required_candles(&self) -> usize;

    /// The answer to one closed candle. Call it once per candle, in order of time.
    fn on_candle(&mut self, candle: &Ohlcv, view: &StrategyView) -> Signal;

    /// Takes note of the symbol's regime; it acts from the next candle on.
    fn adapt_to_regime(&mut self, regime: Regime);
}
