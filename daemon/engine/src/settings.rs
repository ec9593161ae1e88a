//! The engine's settings: typed, validated, immutable while a decision is taken.
//!
//! Reading files, the environment and flags is the daemon's work; this module only knows meanings
//! and ranges. Percentages are in percent (10 means 10 %), as in the earlier system.

use crate::regime::RegimeParams;
use crate::strategies::StrategyParams;
use crate::trend::TrendParams;
use domain::{Decimal, ExecutionStyle, Instrument, Interval, Name, Symbol};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// How open positions are led.
    pub position: PositionSettings,
    /// How orders are worked, and what is done when a venue does not answer.
    pub execution: ExecutionSettings,
    /// Sector of a symbol; symbols without one are not counted.
    pub sector_map: BTreeMap<Symbol, Name>,
    /// Largest base quantity of one entry, above 0; symbols without one have no such limit.
    pub max_order_quantity: BTreeMap<Symbol, Decimal>,
    /// Whether decision records are made (the benchmark turns them off).
    pub record_decisions: bool,
    /// For simulations only, no setting of the daemon: what strategies say is replaced by hostile
    /// signals drawn from this seed, to show that nothing behind them relies on their good will.
    pub hostile_signals: Option<u64>,
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
    /// Value of its lots and its share of working entries over equity, percent, above 0 to 100; 100
    /// turns it off.
    pub allotment_pct: Decimal,
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
    /// Candles of the signal interval that correlations are measured on, 5 to 250.
    pub correlation_window: u32,
    /// Correlation with an open symbol at most, above 0 to 1; 1 turns it off.
    pub max_correlation: Decimal,
    /// Open symbols of one sector at most, 1 or above.
    pub max_positions_per_sector: u32,
    /// Sum of value × ATR / price over equity at most, a share above 0 (0.15 is 15 %).
    pub max_portfolio_heat: Decimal,
    /// Whether the value at risk is limited.
    pub var_enabled: bool,
    /// Confidence of value at risk and expected shortfall, 0.5 to 0.999.
    pub var_confidence: Decimal,
    /// Value at risk of the book with the candidate, percent of equity, above 0 to 100.
    pub max_portfolio_var_pct: Decimal,
    /// Expected shortfall of the same, percent of equity, 0 to 100; 0 turns it off.
    pub max_portfolio_cvar_pct: Decimal,
    /// Distance of an entry's price from independent ones, percent, 0 to 100; 0 turns it off.
    pub price_collar_pct: Decimal,
    /// Age of the last price at which entries are denied, seconds of data time; 0 turns it off.
    pub max_data_age_seconds: u32,
    /// Age of any symbol's last price that latches `Reducing`, seconds of data time; 0 turns it off.
    pub stale_data_halt_seconds: u32,
    /// Value of one entry at most, quote units; 0 turns it off.
    pub max_order_value: Decimal,
    /// Orders of all purposes in 60 s of engine time from which entries are denied; 0 turns it off.
    pub max_orders_per_minute: u32,
    /// Orders and cancels in 60 s of engine time from which entries are denied; 0 turns it off.
    pub max_messages_per_minute: u32,
    /// Refused orders within the window that latch `Reducing`, at most 1,000; 0 turns it off.
    pub rejection_limit: u32,
    /// That window in seconds of engine time, 1 or above.
    pub rejection_window_seconds: u32,
    /// Whether the GARCH forecast widens the risk distance of sizing.
    pub garch_enabled: bool,
}

/// How open positions are led. Stop and second target are in [`RiskSettings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PositionSettings {
    /// Distance of the first target above the entry, percent; 0 means no first target. It is left
    /// out where it would not lie below the second one.
    pub first_target_pct: Decimal,
    /// Share of the position that is sold there, percent, above 0 to 100.
    pub first_target_share_pct: Decimal,
    /// Whether the stop follows the highest price.
    pub trailing_stop_enabled: bool,
    /// Distance of a trailing stop below the highest price, percent, above 0.
    pub trailing_stop_pct: Decimal,
    /// A resting stop is replaced once it is this far behind, basis points of the price, 0 or above.
    /// Until then the engine watches the difference itself.
    pub trailing_step_bps: Decimal,
    /// Gain over the entry, percent, at which the stop moves to the entry; 0 means never.
    pub break_even_pct: Decimal,
    /// Whether the stop moves to the entry when the first target was hit.
    pub break_even_after_first_target: bool,
    /// Hours after which a position is closed; 0 means never.
    pub max_holding_hours: Decimal,
}

/// How orders are worked, and what is done when a venue does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionSettings {
    /// How entries are worked; [`ExecutionStyle::Resting`] counts as a market order.
    pub entry_style: ExecutionStyle,
    /// How long a limit order of an entry may rest, seconds, above 0.
    pub limit_timeout_seconds: u32,
    /// Slices of a TWAP, 1 or above; fewer where a slice would be too small for the venue.
    pub twap_slices: u32,
    /// Time between slices of a TWAP, seconds, above 0.
    pub twap_interval_seconds: u32,
    /// Part of an iceberg that is shown at a time, percent, above 0 to 100.
    pub iceberg_visible_pct: Decimal,
    /// How long a venue may take to answer before the outcome counts as unknown, seconds, above 0.
    pub answer_timeout_seconds: u32,
    /// Time after sending beyond which a venue can no longer take an order, seconds: receive window
    /// plus its own processing time plus a margin. Only then does "not found" begin to count.
    pub unknown_horizon_seconds: u32,
    /// How long entries of a symbol stay blocked after an order of it never arrived, seconds since
    /// it was sent.
    pub unknown_hold_seconds: u32,
    /// How long an outcome may stay unknown before trading is latched to reducing, seconds.
    pub unknown_limit_seconds: u32,
    /// How often resting orders are asked after, seconds; 0 means never (the simulated exchange
    /// loses nothing).
    pub order_check_seconds: u32,
}

impl Default for PositionSettings {
    fn default() -> Self {
        Self {
            first_target_pct: Decimal::new(3, 0),
            first_target_share_pct: Decimal::new(50, 0),
            trailing_stop_enabled: false,
            trailing_stop_pct: Decimal::new(2, 0),
            trailing_step_bps: Decimal::new(10, 0),
            break_even_pct: Decimal::ZERO,
            break_even_after_first_target: false,
            max_holding_hours: Decimal::ZERO,
        }
    }
}

impl Default for ExecutionSettings {
    fn default() -> Self {
        Self {
            entry_style: ExecutionStyle::Market,
            limit_timeout_seconds: 30,
            twap_slices: 5,
            twap_interval_seconds: 10,
            iceberg_visible_pct: Decimal::new(20, 0),
            answer_timeout_seconds: 2,
            unknown_horizon_seconds: 20,
            unknown_hold_seconds: 300,
            unknown_limit_seconds: 600,
            order_check_seconds: 0,
        }
    }
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
            correlation_window: 30,
            max_correlation: Decimal::new(8, 1),
            max_positions_per_sector: 3,
            max_portfolio_heat: Decimal::new(15, 2),
            var_enabled: false,
            var_confidence: Decimal::new(95, 2),
            max_portfolio_var_pct: Decimal::new(5, 0),
            max_portfolio_cvar_pct: Decimal::ZERO,
            price_collar_pct: Decimal::new(10, 0),
            max_data_age_seconds: 60,
            stale_data_halt_seconds: 0,
            max_order_value: Decimal::ZERO,
            max_orders_per_minute: 60,
            max_messages_per_minute: 120,
            rejection_limit: 5,
            rejection_window_seconds: 3_600,
            garch_enabled: false,
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
                .map(|params| StrategySettings {
                    params,
                    enabled: true,
                    weight: 1.0,
                    allotment_pct: Decimal::ONE_HUNDRED,
                })
                .collect(),
            ensemble: EnsembleSettings::default(),
            tracker: TrackerSettings::default(),
            risk: RiskSettings::default(),
            position: PositionSettings::default(),
            execution: ExecutionSettings::default(),
            sector_map: BTreeMap::new(),
            max_order_quantity: BTreeMap::new(),
            record_decisions: true,
            hostile_signals: None,
        }
    }
}
