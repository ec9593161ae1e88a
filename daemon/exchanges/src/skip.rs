//! Why rows are unusable, and the counts of what was left out or is missing.
//!
//! Counting only; what to do about it is the caller's policy.

use domain::{Symbol, Timestamp};
use std::collections::BTreeMap;
use std::path::PathBuf;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident, $token:literal, $rule:literal;)*) => {
        /// The rule a row broke.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// A stable word for metrics and reports.
            #[must_use]
            pub const fn token(self) -> &'static str {
                match self { $(Self::$name => $token,)* }
            }

            /// The rule in words, to stand after a value.
            #[must_use]
            pub const fn rule(self) -> &'static str {
                match self { $(Self::$name => $rule,)* }
            }
        }
    };
}

reasons! {
    /// Too few or too many columns.
    Columns, "columns", "a kline has 12 columns, a trade 7";
    /// No plain decimal number.
    Number, "number", "must be a plain decimal number such as 42283.58";
    /// NaN or an infinity.
    NotFinite, "not_finite", "must be a finite number";
    /// More digits than a decimal holds exactly.
    Digits, "digits", "must have at most 28 significant digits";
    /// So large that sums over it could overflow.
    OutOfRange, "out_of_range", "must be below 10^12 for prices, 10^15 for quantities";
    /// A price of zero or less.
    PriceNotPositive, "price_not_positive", "must be above 0";
    /// A volume below zero.
    QuantityNegative, "quantity_negative", "must be 0 or above";
    /// A trade of nothing.
    QuantityZero, "quantity_zero", "must be above 0";
    /// High below low.
    HighBelowLow, "high_below_low", "must be at or above the low";
    /// Open above the high or below the low.
    OpenOutside, "open_outside", "must be within low and high";
    /// Close above the high or below the low.
    CloseOutside, "close_outside", "must be within low and high";
    /// Neither true nor false.
    Flag, "flag", "must be True or False";
    /// No usable time stamp.
    TimeRange, "time_range", "must be milliseconds or microseconds of the years 2009 to 2099";
    /// A stamp in the other unit than the file's.
    TimeUnit, "time_unit", "must be in the unit of the file's first rows (milliseconds or microseconds)";
    /// Further ahead of the trade before than a pause can be.
    TimeJump, "time_jump", "must not be further ahead of the trade before than the limit";
    /// An open time off the interval's grid.
    OffGrid, "off_grid", "must be a multiple of the interval";
    /// A close time outside the bar.
    CloseTime, "close_time", "must be after the open time and at most one interval later";
    /// Earlier than the row before.
    Backwards, "backwards", "must be later than the row before";
    /// The open time of the row before.
    Duplicate, "duplicate", "must differ from the row before";
    /// A trade id not above the one before.
    TradeIdOrder, "trade_id_order", "must be above the trade id before";
    /// Bytes that are no UTF-8.
    Encoding, "encoding", "must be UTF-8 text";
    /// A line beyond the limit.
    LineTooLong, "line_too_long", "line is longer than the limit";
    /// The compressed stream ends early.
    Truncated, "truncated", "compressed data ends early";
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.token())
    }
}

/// Rows that were left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SkipCounts {
    /// All of them.
    pub total: u64,
    /// Per reason, only those that occurred.
    pub by_reason: BTreeMap<Reason, u64>,
    /// The first few.
    pub examples: Vec<SkipExample>,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkipExample {
    /// The file.
    pub file: PathBuf,
    /// 1-based line.
    pub line: u64,
    /// The rule it broke.
    pub reason: Reason,
    /// Column, value and rule in words.
    pub detail: String,
    /// The beginning of the row.
    pub excerpt: String,
}

impl SkipCounts {
    /// How often a reason occurred.
    #[must_use]
    pub fn of(&self, reason: Reason) -> u64 {
        self.by_reason.get(&reason).copied().unwrap_or(0)
    }

    /// Counts a row; `example` is only asked for while fewer than `keep` are kept.
    pub(crate) fn add(
        &mut self,
        reason: Reason,
        keep: usize,
        example: impl FnOnce() -> SkipExample,
    ) {
        self.total += 1;
        *self.by_reason.entry(reason).or_insert(0) += 1;
        if self.examples.len() < keep {
            self.examples.push(example());
        }
    }
}

/// Bars that are missing between delivered ones; also those whose row was left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GapCounts {
    /// Holes.
    pub gaps: u64,
    /// Bars missing in them.
    pub missing_bars: u64,
    /// The first few.
    pub examples: Vec<Gap>,
}

/// A hole in a series of bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The pair.
    pub symbol: Symbol,
    /// Open time of the first missing bar.
    pub first_missing: Timestamp,
    /// How many are missing.
    pub missing_bars: u64,
}

impl GapCounts {
    /// Counts a hole, keeping at most `keep` examples.
    pub(crate) fn add(&mut self, gap: Gap, keep: usize) {
        self.gaps += 1;
        self.missing_bars += gap.missing_bars;
        if self.examples.len() < keep {
            self.examples.push(gap);
        }
    }
}
