//! How positions are led and orders are worked, and what is done when a venue does not answer.

use crate::settings::entry::Entry;
use crate::settings::kind::{Kind, Range};
use domain::ExecutionStyle;

/// A distance that may be off.
const DISTANCE: Range = Range::closed(0, 100);
/// A share that must not be nothing.
const SHARE: Range = Range::above(0, 100);
/// Up to a day.
const SECONDS: Range = Range::closed(1, 86_400);

pub(super) const POSITION: &[Entry] = &[
    Entry::new(
        "position.first_target_pct",
        "percent",
        "3",
        "Distance of the first target above the entry, at which a part is sold; 0 means none. Left out where it would not lie below the second target.",
        Kind::Decimal(DISTANCE, |s, x| s.engine.position.first_target_pct = x),
    )
    .hot(),
    Entry::new(
        "position.first_target_share_pct",
        "percent",
        "50",
        "Share of the position that is sold at the first target.",
        Kind::Decimal(SHARE, |s, x| s.engine.position.first_target_share_pct = x),
    )
    .hot(),
    Entry::new(
        "position.trailing_stop_enabled",
        "",
        "false",
        "Whether the stop follows the highest price.",
        Kind::Switch(|s, on| s.engine.position.trailing_stop_enabled = on),
    )
    .hot(),
    Entry::new(
        "position.trailing_stop_pct",
        "percent",
        "2",
        "Distance of a trailing stop below the highest price.",
        Kind::Decimal(SHARE, |s, x| s.engine.position.trailing_stop_pct = x),
    )
    .hot(),
    Entry::new(
        "position.trailing_step_bps",
        "basis points",
        "10",
        "How far a resting stop may lag behind a trailing one before it is replaced; the engine watches the difference itself.",
        Kind::Decimal(Range::closed(0, 1_000), |s, x| s.engine.position.trailing_step_bps = x),
    )
    .hot(),
    Entry::new(
        "position.break_even_pct",
        "percent",
        "0",
        "Gain over the entry at which the stop moves to the entry plus fees; 0 means never.",
        Kind::Decimal(DISTANCE, |s, x| s.engine.position.break_even_pct = x),
    )
    .hot(),
    Entry::new(
        "position.break_even_after_first_target",
        "",
        "false",
        "Whether the stop moves to the entry plus fees once the first target was met.",
        Kind::Switch(|s, on| s.engine.position.break_even_after_first_target = on),
    )
    .hot(),
    Entry::new(
        "position.max_holding_hours",
        "hours",
        "0",
        "How long a position is held at most; 0 means for ever.",
        Kind::Decimal(Range::closed(0, 87_600), |s, x| s.engine.position.max_holding_hours = x),
    )
    .hot(),
];

pub(super) const EXECUTION: &[Entry] = &[
    Entry::new(
        "execution.entry_style",
        "",
        "market",
        "How entries are worked: one market order; a limit order at the deciding price; a limit order whose rest is bought at the market; a limit order that never takes; equal market orders over time; a limit order shown in slices.",
        Kind::Choice(
            &["market", "limit", "limit_then_market", "post_only", "twap", "iceberg"],
            |s, word| {
                s.engine.execution.entry_style = match word {
                    "limit" => ExecutionStyle::Limit,
                    "limit_then_market" => ExecutionStyle::LimitThenMarket,
                    "post_only" => ExecutionStyle::PostOnly,
                    "twap" => ExecutionStyle::Twap,
                    "iceberg" => ExecutionStyle::Iceberg,
                    _ => ExecutionStyle::Market,
                };
            },
        ),
    )
    .hot(),
    Entry::new(
        "execution.limit_timeout_seconds",
        "seconds",
        "30",
        "How long a limit order of an entry may rest.",
        Kind::Count(SECONDS, |s, n| s.engine.execution.limit_timeout_seconds = n as u32),
    )
    .hot(),
    Entry::new(
        "execution.twap_slices",
        "orders",
        "5",
        "Slices of a time-weighted entry; fewer where a slice would be too small for the venue.",
        Kind::Count(Range::closed(1, 1_000), |s, n| s.engine.execution.twap_slices = n as u32),
    )
    .hot(),
    Entry::new(
        "execution.twap_interval_seconds",
        "seconds",
        "10",
        "Time between the slices of a time-weighted entry.",
        Kind::Count(SECONDS, |s, n| s.engine.execution.twap_interval_seconds = n as u32),
    )
    .hot(),
    Entry::new(
        "execution.iceberg_visible_pct",
        "percent",
        "20",
        "Part of an iceberg entry that is shown at a time.",
        Kind::Decimal(SHARE, |s, x| s.engine.execution.iceberg_visible_pct = x),
    )
    .hot(),
    Entry::new(
        "execution.answer_timeout_seconds",
        "seconds",
        "2",
        "How long a venue may take to answer before the outcome of an order counts as unknown.",
        Kind::Count(Range::closed(1, 60), |s, n| {
            s.engine.execution.answer_timeout_seconds = n as u32;
        }),
    )
    .hot(),
    Entry::new(
        "execution.unknown_horizon_seconds",
        "seconds",
        "20",
        "Time after sending beyond which a venue can no longer take an order: its receive window, its own processing time and a margin. Only then does \"not found\" begin to count.",
        Kind::Count(Range::closed(5, 600), |s, n| {
            s.engine.execution.unknown_horizon_seconds = n as u32;
        }),
    )
    .hot(),
    Entry::new(
        "execution.unknown_hold_seconds",
        "seconds",
        "300",
        "How long entries of a symbol stay blocked after an order of it never arrived, counted from its sending.",
        Kind::Count(Range::closed(0, 86_400), |s, n| {
            s.engine.execution.unknown_hold_seconds = n as u32;
        }),
    )
    .hot(),
    Entry::new(
        "execution.unknown_limit_seconds",
        "seconds",
        "600",
        "How long an outcome may stay unknown before trading is latched to reducing.",
        Kind::Count(SECONDS, |s, n| s.engine.execution.unknown_limit_seconds = n as u32),
    )
    .hot(),
    Entry::new(
        "execution.order_check_seconds",
        "seconds",
        "0",
        "How often resting orders are asked after; 0 means never, as the simulated exchange loses nothing.",
        Kind::Count(Range::closed(0, 86_400), |s, n| {
            s.engine.execution.order_check_seconds = n as u32;
        }),
    )
    .hot(),
];
