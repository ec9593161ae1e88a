//! The engine's settings: typed, validated, immutable while a decision is taken.
//!
//! Reading files, the environment and flags is the daemon's work; this module only knows meanings
//! and ranges. Percentages are in percent (10 means 10 %), as in the earlier system.

use crate::regime::RegimeParams;
use crate::strategies::StrategyParams;
use crate::trend::TrendParams;
use domain::{Decimal, Instrument, Interval};
use serde::{Deserialize, Serialize};

/// Everything that the engine decides by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EngineSettings {
    /// Raised by one with each change.
    pub version: u64,
    /// 8 lower-case hex characters that start every client order id.
    pub instance: String,
    /// What is traded, sorted by symbol.
    pub instruments: Vec<InstrumentSettings>,
    /// Candle intervals kept besides each symbol's base interval.
    pub timeframes: Vec<Interval>,
    /// Interval on which strategies decide; `None` means each symbol's base interval.
    pub signal_interval: Option<Interval>,
    /// Interval of the trend filter.
    pub trend_timeframe: Interval,
    /// Whether the trend filter gates entries.
    pub trend_filter_enabled: bool,
    /// The trend filter's parameters.
    pub trend: TrendParams,
    /// The regime detector's parameters.
    pub regime: RegimeParams,
    /// Whether strategies adapt to the regime.
    pub regime_adaptation_enabled: bool,
    /// Strategies with their parameters, in order of name.
    pub strategies: Vec<StrategySettings>,
    /// The vote.
    pub ensemble: EnsembleSettings,
    /// The strategy tracker.
    pub tracker: TrackerSettings,
    /// Limits and sizing.
    pub risk: RiskSettings,
    /// Whether decision records are made (the benchmark turns them off).
    pub record_decisions: bool,
}

/// A traded pair with the interval of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstrumentSettings {
    /// The pair.
    pub instrument: Instrument,
    /// Interval of the candles that come in, or into which trades are gathered.
    pub base_interval: Interval,
}

/// One strategy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StrategySettings {
    /// Its parameters.
    pub params: StrategyParams,
    /// Whether it is on when the account is opened; afterwards the switch is the engine's state.
    pub enabled: bool,
    /// Weight of its vote, 0 or above; 0 has no vote.
    pub weight: f64,
}

/// The vote on entries.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EnsembleSettings {
    /// Sum of weights that must agree on a buy, above 0.
    pub signal_min_agreement: f64,
    /// Weighted mean confidence that the agreeing strategies must reach, 0 to 1.
    pub min_confidence: f64,
}

/// When the tracker switches a strategy off in a symbol, and on again.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TrackerSettings {
    /// Whether it switches anything.
    pub enabled: bool,
    /// Losing streak that switches off, 1 or above.
    pub max_consecutive_losses: u32,
    /// Win rate in percent below which it switches off.
    pub min_win_rate_pct: Decimal,
    /// Trades before the win rate counts, 1 or above.
    pub min_trades_for_eval: u32,
    /// Hours between checks for switching on again, above 0.
    pub re_enable_check_hours: Decimal,
}

/// How the size of an entry is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizingMethod {
    /// Risk per trade over the larger of ATR distance and stop distance, capped by position size.
    Atr,
    /// `max_position_size_pct` of equity.
    Fixed,
    /// All free quote, as a budget order; for benchmarks and single-strategy accounts.
    AllIn,
}

/// Limits and sizing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskSettings {
    /// How entries are sized.
    pub sizing: SizingMethod,
    /// Cap of one position, percent of equity, above 0 to 100.
    pub max_position_size_pct: Decimal,
    /// Equity put at risk per trade, percent, above 0 to 100.
    pub risk_per_trade_pct: Decimal,
    /// ATR multiples assumed as the risk distance, above 0.
    pub atr_multiplier: Decimal,
    /// ATR look-back in signal candles, 1 or above.
    pub atr_period: u32,
    /// Open symbols at most, 1 or above.
    pub max_concurrent_positions: u32,
    /// Value of all positions and working entries over equity, percent, above 0 to 100.
    pub max_total_exposure_pct: Decimal,
    /// Loss since the UTC day began (realised and open, net) that denies entries, percent of the
    /// day's opening equity, above 0 to 100; 100 turns it off.
    pub daily_loss_limit_pct: Decimal,
    /// Fall from the equity peak that latches `Reducing`, percent, above 0 to 100; 100 turns it off.
    pub max_drawdown_pct: Decimal,
    /// Distance of the stop below the entry, percent; 0 means no stop.
    pub stop_loss_pct: Decimal,
    /// Distance of the target above the entry, percent; 0 means no target.
    pub take_profit_pct: Decimal,
    /// Candles of the signal interval after a stop-out before the symbol may be entered again.
    pub cooldown_candles_after_stop: u32,
    /// Taker fee assumed when an order's cost is checked, percent.
    pub assumed_fee_pct: Decimal,
}

impl Default for EnsembleSettings {
    fn default() -> Self {
        Self { signal_min_agreement: 1.0, min_confidence: 0.0 }
    }
}

impl Default for TrackerSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            max_consecutive_losses: 5,
            min_win_rate_pct: Decimal::new(40, 0),
            min_trades_for_eval: 20,
            re_enable_check_hours: Decimal::new(24, 0),
        }
    }
}

impl Default for RiskSettings {
    fn default() -> Self {
        Self {
            sizing: SizingMethod::Atr,
            max_position_size_pct: Decimal::new(10, 0),
            risk_per_trade_pct: Decimal::new(1, 0),
            atr_multiplier: Decimal::new(2, 0),
            atr_period: 14,
            max_concurrent_positions: 5,
            max_total_exposure_pct: Decimal::new(60, 0),
            daily_loss_limit_pct: Decimal::new(5, 0),
            max_drawdown_pct: Decimal::new(15, 0),
            stop_loss_pct: Decimal::new(3, 0),
            take_profit_pct: Decimal::new(5, 0),
            cooldown_candles_after_stop: 3,
            assumed_fee_pct: Decimal::new(1, 1),
        }
    }
}

impl EngineSettings {
    /// The shipped settings for these instruments.
    #[must_use]
    pub fn shipped(instance: &str, instruments: Vec<InstrumentSettings>) -> Self {
        Self {
            version: 1,
            instance: instance.to_owned(),
            instruments,
            timeframes: ["15m", "1h", "4h", "1d"]
                .iter()
                .filter_map(|text| text.parse().ok())
                .collect(),
            signal_interval: None,
            trend_timeframe: Interval::from_seconds(4 * 3_600).unwrap_or(Interval::HOUR),
            trend_filter_enabled: true,
            trend: TrendParams::default(),
            regime: RegimeParams::default(),
            regime_adaptation_enabled: true,
            strategies: StrategyParams::all_defaults()
                .into_iter()
                .map(|params| StrategySettings { params, enabled: true, weight: 1.0 })
                .collect(),
            ensemble: EnsembleSettings::default(),
            tracker: TrackerSettings::default(),
            risk: RiskSettings::default(),
            record_decisions: true,
        }
    }
}
