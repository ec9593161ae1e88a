//! The vote, the trend filter's use, risk limits, the strategy tracker.

use crate::settings::entry::Entry;
use crate::settings::guard::Safer;
use crate::settings::kind::{Kind, Range};
use engine::settings::SizingMethod;

/// A share that must not be nothing.
const SHARE: Range = Range::above(0, 100);
/// A distance that may be off.
const DISTANCE: Range = Range::closed(0, 100);

pub(super) const SIGNALS: &[Entry] = &[
    Entry::new(
        "trend.enabled",
        "",
        "true",
        "Whether the trend filter keeps entries from going against the higher timeframe.",
        Kind::Switch(|s, on| s.engine.trend_filter_enabled = on),
    )
    .hot(),
    Entry::new(
        "trend.timeframe",
        "",
        "4h",
        "Interval of the trend filter; one of timeframes.",
        Kind::Text("an interval such as 1h, 4h, 1d", |s, text| {
            text.parse().map(|interval| s.engine.trend_timeframe = interval).is_ok()
        }),
    )
    .hot(),
    Entry::new(
        "ensemble.signal_min_agreement",
        "weight",
        "1",
        "Sum of weights of strategies that must agree on a buy.",
        Kind::Float(Range::above(0, 10_000), |s, x| s.engine.ensemble.signal_min_agreement = x),
    )
    .hot(),
    Entry::new(
        "ensemble.min_confidence",
        "",
        "0",
        "Weighted mean confidence that the agreeing strategies must reach.",
        Kind::Float(Range::closed(0, 1), |s, x| s.engine.ensemble.min_confidence = x),
    )
    .hot(),
];

pub(super) const TRACKER: &[Entry] = &[
    Entry::new(
        "tracker.enabled",
        "",
        "true",
        "Whether a strategy that loses is switched off in that symbol.",
        Kind::Switch(|s, on| s.engine.tracker.enabled = on),
    )
    .hot()
    .risk(Safer::On),
    Entry::new(
        "tracker.max_consecutive_losses",
        "trades",
        "5",
        "Positions lost in a row that switch a strategy off in a symbol.",
        Kind::Count(Range::closed(1, 1_000), |s, n| {
            s.engine.tracker.max_consecutive_losses = n as u32;
        }),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "tracker.min_win_rate_pct",
        "percent",
        "40",
        "Win rate below which a strategy is switched off in a symbol; 0 turns the rule off.",
        Kind::Decimal(DISTANCE, |s, x| s.engine.tracker.min_win_rate_pct = x),
    )
    .hot()
    .risk(Safer::Higher),
    Entry::new(
        "tracker.min_trades_for_eval",
        "trades",
        "20",
        "Trades before the win rate counts.",
        Kind::Count(Range::closed(1, 100_000), |s, n| {
            s.engine.tracker.min_trades_for_eval = n as u32;
        }),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "tracker.re_enable_check_hours",
        "hours",
        "24",
        "How often a strategy that was switched off is looked at again.",
        Kind::Decimal(Range::above(0, 8_760), |s, x| s.engine.tracker.re_enable_check_hours = x),
    )
    .hot()
    .risk(Safer::Higher),
];

pub(super) const RISK: &[Entry] = &[
    Entry::new(
        "risk.sizing",
        "",
        "atr",
        "How entries are sized: atr risks risk_per_trade_pct over the larger of ATR distance and stop; fixed takes max_position_size_pct, or less where its stop would lose more than risk_per_trade_pct; all_in takes all free quote.",
        Kind::Choice(&["atr", "fixed", "all_in"], |s, word| {
            s.engine.risk.sizing = match word {
                "fixed" => SizingMethod::Fixed,
                "all_in" => SizingMethod::AllIn,
                _ => SizingMethod::Atr,
            };
        }),
    )
    .hot()
    .risk(Safer::Unknown),
    Entry::new(
        "risk.max_position_size_pct",
        "percent",
        "10",
        "Cap of one position as a share of equity.",
        Kind::Decimal(SHARE, |s, x| s.engine.risk.max_position_size_pct = x),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "risk.risk_per_trade_pct",
        "percent",
        "1",
        "Share of equity that one entry may lose at its stop; with no stop it only sizes.",
        Kind::Decimal(SHARE, |s, x| s.engine.risk.risk_per_trade_pct = x),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "risk.atr_multiplier",
        "ATR",
        "2",
        "ATR multiples assumed as the risk distance.",
        Kind::Decimal(Range::above(0, 100), |s, x| s.engine.risk.atr_multiplier = x),
    )
    .hot()
    .risk(Safer::Higher),
    Entry::new(
        "risk.atr_period",
        "candles",
        "14",
        "ATR look-back in candles of the signal interval.",
        Kind::Count(Range::closed(1, 1_000), |s, n| s.engine.risk.atr_period = n as u32),
    )
    .hot()
    .risk(Safer::Unknown),
    Entry::new(
        "risk.max_concurrent_positions",
        "positions",
        "5",
        "Open positions at the same time.",
        Kind::Count(Range::closed(1, 1_000), |s, n| {
            s.engine.risk.max_concurrent_positions = n as u32;
        }),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "risk.max_total_exposure_pct",
        "percent",
        "60",
        "Cap of all positions and working entries as a share of equity.",
        Kind::Decimal(SHARE, |s, x| s.engine.risk.max_total_exposure_pct = x),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "risk.daily_loss_limit_pct",
        "percent",
        "5",
        "Loss since the UTC day began, realised and open, that denies entries until the next day; 100 turns it off.",
        Kind::Decimal(SHARE, |s, x| s.engine.risk.daily_loss_limit_pct = x),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "risk.max_drawdown_pct",
        "percent",
        "15",
        "Fall from the equity peak that stops entries until a person resumes; 100 turns it off.",
        Kind::Decimal(SHARE, |s, x| s.engine.risk.max_drawdown_pct = x),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "risk.stop_loss_pct",
        "percent",
        "3",
        "Distance of the stop below the entry; 0 means no stop.",
        Kind::Decimal(Range::closed(0, 99), |s, x| s.engine.risk.stop_loss_pct = x),
    )
    .hot()
    .risk(Safer::LowerAboveZero),
    Entry::new(
        "risk.take_profit_pct",
        "percent",
        "5",
        "Distance of the target above the entry; 0 means no target.",
        Kind::Decimal(Range::closed(0, 1_000), |s, x| s.engine.risk.take_profit_pct = x),
    )
    .hot(),
    Entry::new(
        "risk.cooldown_candles_after_stop",
        "candles",
        "3",
        "Candles of the signal interval after a stop-out before the symbol is entered again.",
        Kind::Count(Range::closed(0, 10_000), |s, n| {
            s.engine.risk.cooldown_candles_after_stop = n as u32;
        }),
    )
    .hot()
    .risk(Safer::Higher),
    Entry::new(
        "risk.assumed_fee_pct",
        "percent",
        "0.1",
        "Taker fee assumed when the cost of an order is checked.",
        Kind::Decimal(Range::closed(0, 100), |s, x| s.engine.risk.assumed_fee_pct = x),
    )
    .hot()
    .risk(Safer::Higher),
];
