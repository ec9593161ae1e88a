//! One case for each hot setting of the engine and the exchange: a world in which it matters, and a
//! new value.

/// A setting, what the world needs besides, and the value that it is changed to.
pub struct Case {
    pub key: &'static str,
    pub with: &'static [&'static str],
    pub value: &'static str,
    /// Where the difference must show.
    pub shows: Shows,
}

/// Where a difference must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// In the engine's events: orders, fills, denials, latches, switches.
    Events,
    /// In the candles that are kept.
    Candles,
    /// In what is told of each symbol's regime.
    Regimes,
}

const fn case(key: &'static str, value: &'static str, with: &'static [&'static str]) -> Case {
    Case { key, with, value, shows: Shows::Events }
}

const fn shows(mut case: Case, shows: Shows) -> Case {
    case.shows = shows;
    case
}

// Strategies alone, so that nobody else's signals hide a difference.
const OFF_MA: &str = "strategies.ma_crossover.enabled=false";
const OFF_MACD: &str = "strategies.macd.enabled=false";
const OFF_RSI: &str = "strategies.rsi.enabled=false";
const OFF_BOLL: &str = "strategies.bollinger.enabled=false";
const ONLY_BOLL: &[&str] = &[OFF_MA, OFF_MACD, OFF_RSI];
const ONLY_MA: &[&str] = &[OFF_BOLL, OFF_MACD, OFF_RSI];
const ONLY_MACD: &[&str] = &[OFF_BOLL, OFF_MA, OFF_RSI];
const ONLY_RSI: &[&str] = &[OFF_BOLL, OFF_MA, OFF_MACD];
pub const CASES: &[Case] = &[
    shows(case("timeframes", "5m,15m", &[]), Shows::Candles),
    case("signal_interval", "5m", &[]),
    case("trend.enabled", "false", &[]),
    case("trend.timeframe", "5m", &[]),
    case("ensemble.signal_min_agreement", "2", &[]),
    case("ensemble.min_confidence", "0.7", &[]),
    case("risk.sizing", "all_in", &[]),
    case("risk.max_position_size_pct", "5", &[]),
    case("risk.risk_per_trade_pct", "0.1", &[]),
    case("risk.atr_multiplier", "50", &[]),
    case("risk.atr_period", "50", &["risk.stop_loss_pct=0", "risk.atr_multiplier=20"]),
    case("risk.max_concurrent_positions", "1", &[]),
    case("risk.max_total_exposure_pct", "10", &[]),
    case("risk.daily_loss_limit_pct", "0.2", &[]),
    case("risk.max_drawdown_pct", "0.3", &[]),
    case("risk.stop_loss_pct", "1", &[]),
    case("risk.take_profit_pct", "1", &[]),
    case("risk.cooldown_candles_after_stop", "200", &["risk.stop_loss_pct=0.5"]),
    case("risk.assumed_fee_pct", "90", &["risk.sizing=all_in"]),
    case("position.first_target_pct", "0.5", &[]),
    case("position.first_target_share_pct", "80", &["position.first_target_pct=0.5"]),
    case("position.trailing_stop_enabled", "true", &[]),
    case("position.trailing_stop_pct", "0.5", &["position.trailing_stop_enabled=true"]),
    case("position.trailing_step_bps", "200", &["position.trailing_stop_enabled=true"]),
    case("position.break_even_pct", "0.3", &[]),
    case("position.break_even_after_first_target", "true", &["position.first_target_pct=0.5"]),
    case("position.max_holding_hours", "0.1", &[]),
    case("execution.entry_style", "limit", &[]),
    case("execution.limit_timeout_seconds", "300", &["execution.entry_style=limit"]),
    case("execution.twap_slices", "2", &["execution.entry_style=twap"]),
    case("execution.twap_interval_seconds", "120", &["execution.entry_style=twap"]),
    case("execution.iceberg_visible_pct", "50", &["execution.entry_style=iceberg"]),
    case("risk.price_collar_pct", "0.01", &[]),
    case("risk.max_order_value", "100", &[]),
    case("risk.max_order_quantity", "BTCUSDT:0.001", &[]),
    case("risk.max_orders_per_minute", "1", &[]),
    case("risk.max_messages_per_minute", "1", &[]),
    case("risk.stale_data_halt_seconds", "300", &[]),
    case("risk.correlation_window", "250", &["risk.max_correlation=0.05"]),
    case("risk.max_correlation", "0.01", &[]),
    case("risk.sector_map", "BTCUSDT:a,ETHUSDT:a,SOLUSDT:a", &["risk.max_positions_per_sector=1"]),
    case("risk.max_positions_per_sector", "1", &["risk.sector_map=BTCUSDT:a,ETHUSDT:a,SOLUSDT:a"]),
    case("risk.max_portfolio_heat", "0.0001", &[]),
    case("risk.var_enabled", "true", &["risk.max_portfolio_var_pct=0.01"]),
    case(
        "risk.var_confidence",
        "0.6",
        &["risk.var_enabled=true", "risk.max_portfolio_var_pct=0.02"],
    ),
    case("risk.max_portfolio_var_pct", "0.01", &["risk.var_enabled=true"]),
    case("risk.max_portfolio_cvar_pct", "0.01", &[]),
    case(
        "risk.garch_enabled",
        "true",
        &["risk.stop_loss_pct=0", "risk.risk_per_trade_pct=0.01", "risk.max_position_size_pct=50"],
    ),
    case("tracker.enabled", "false", &["tracker.max_consecutive_losses=1"]),
    case("tracker.max_consecutive_losses", "1", &[]),
    case("tracker.min_win_rate_pct", "99", &["tracker.min_trades_for_eval=2"]),
    case("tracker.min_trades_for_eval", "1", &["tracker.min_win_rate_pct=90"]),
    case("tracker.re_enable_check_hours", "0.5", &["tracker.max_consecutive_losses=1"]),
    case("paper.maker_fee_pct", "1", &["execution.entry_style=post_only"]),
    case("paper.taker_fee_pct", "1", &[]),
    case("paper.slippage_bps", "50", &[]),
    case("paper.impact_bps", "500", &[]),
    case("paper.max_volume_share", "0.001", &[]),
    case("paper.fee_asset", "received", &[]),
    case("trend.sma_period", "3", &[]),
    case("trend.adx_period", "3", &[]),
    case("trend.trending_threshold", "0", &[]),
    case("trend.slope_dead_band_pct", "1", &[]),
    case("regime.adx_period", "5", &[]),
    case("regime.atr_period", "3", &[]),
    case("regime.atr_baseline_candles", "10", &[]),
    shows(case("regime.bollinger_period", "5", &[]), Shows::Regimes),
    shows(case("regime.bollinger_std_dev", "1", &[]), Shows::Regimes),
    case("regime.trending_threshold", "60", &[]),
    case("regime.ranging_threshold", "5", &[]),
    case("regime.high_volatility_multiplier", "1.1", &["regime.calm_multiplier=1"]),
    case(
        "regime.calm_multiplier",
        "1",
        &["regime.high_volatility_multiplier=1.3", "regime.calm_multiplier=1.2"],
    ),
    case("regime.min_dwell_candles", "100", &[]),
    case("strategies.bollinger.weight", "0", &[]),
    case("strategies.bollinger.allotment_pct", "1", &[]),
    case("strategies.bollinger.period", "40", ONLY_BOLL),
    case("strategies.bollinger.std_dev", "1", ONLY_BOLL),
    case("strategies.bollinger.mode", "squeeze", ONLY_BOLL),
    case(
        "strategies.bollinger.squeeze_candles_required",
        "1",
        &[OFF_MA, OFF_MACD, OFF_RSI, "strategies.bollinger.mode=squeeze"],
    ),
    case(
        "strategies.bollinger.breakout_volume_multiplier",
        "0",
        &[OFF_MA, OFF_MACD, OFF_RSI, "strategies.bollinger.mode=squeeze"],
    ),
    case(
        "strategies.bollinger.cooldown_candles",
        "1000",
        &[
            OFF_MA,
            OFF_MACD,
            OFF_RSI,
            "strategies.bollinger.mode=squeeze",
            "strategies.bollinger.squeeze_candles_required=1",
            "strategies.bollinger.breakout_volume_multiplier=0",
        ],
    ),
    case("strategies.ma_crossover.weight", "0", &[]),
    case("strategies.ma_crossover.allotment_pct", "1", &[]),
    case("strategies.ma_crossover.short_period", "5", ONLY_MA),
    case("strategies.ma_crossover.long_period", "100", ONLY_MA),
    case("strategies.ma_crossover.volume_confirmation", "true", ONLY_MA),
    case(
        "strategies.ma_crossover.volume_multiplier",
        "3",
        &[OFF_BOLL, OFF_MACD, OFF_RSI, "strategies.ma_crossover.volume_confirmation=true"],
    ),
    case(
        "strategies.ma_crossover.volume_period",
        "3",
        &[OFF_BOLL, OFF_MACD, OFF_RSI, "strategies.ma_crossover.volume_confirmation=true"],
    ),
    case("strategies.ma_crossover.momentum_confirmation", "true", ONLY_MA),
    case("strategies.ma_crossover.trend_strength_filter", "true", ONLY_MA),
    case("strategies.ma_crossover.adx_filter_enabled", "true", ONLY_MA),
    case(
        "strategies.ma_crossover.adx_threshold",
        "60",
        &[OFF_BOLL, OFF_MACD, OFF_RSI, "strategies.ma_crossover.adx_filter_enabled=true"],
    ),
    case("strategies.ma_crossover.cooldown_candles", "300", ONLY_MA),
    case("strategies.macd.weight", "0", &[]),
    case("strategies.macd.allotment_pct", "1", &[]),
    case("strategies.macd.fast_period", "5", ONLY_MACD),
    case("strategies.macd.slow_period", "60", ONLY_MACD),
    case("strategies.macd.signal_period", "20", ONLY_MACD),
    case("strategies.rsi.weight", "0", &[]),
    case("strategies.rsi.allotment_pct", "1", &[]),
    case("strategies.rsi.period", "7", ONLY_RSI),
    case("strategies.rsi.overbought", "60", ONLY_RSI),
    case("strategies.rsi.oversold", "40", ONLY_RSI),
    case("strategies.rsi.divergence_enabled", "true", ONLY_RSI),
    case(
        "strategies.rsi.divergence_lookback",
        "40",
        &[OFF_BOLL, OFF_MA, OFF_MACD, "strategies.rsi.divergence_enabled=true"],
    ),
    case(
        "strategies.rsi.divergence_swing_order",
        "1",
        &[OFF_BOLL, OFF_MA, OFF_MACD, "strategies.rsi.divergence_enabled=true"],
    ),
];
