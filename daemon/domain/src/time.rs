//! UTC time as microseconds since the epoch, candle intervals, UTC days.

use serde::{Deserialize, Serialize};

/// A moment in UTC: microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The epoch.
    pub const ZERO: Self = Self(0);
    /// Later than any moment: "never".
    pub const MAX: Self = Self(i64::MAX);

    /// From microseconds since the epoch.
    #[must_use]
    #[inline]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From milliseconds since the epoch.
    #[must_use]
    #[inline]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis * 1_000)
    }

    /// Microseconds since the epoch.
    #[must_use]
    #[inline]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the epoch (towards the past).
    #[must_use]
    #[inline]
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// This moment plus some microseconds.
    #[must_use]
    #[inline]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0 + micros)
    }

    /// The UTC day that holds this moment.
    #[must_use]
    #[inline]
    pub const fn day(self) -> UtcDay {
        UtcDay(self.0.div_euclid(86_400_000_000) as i32)
    }
}

/// A UTC calendar day, counted from 1970-01-01.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UtcDay(pub i32);

impl UtcDay {
    /// The first moment after this day.
    #[must_use]
    #[inline]
    pub const fn end(self) -> Timestamp {
        Timestamp((self.0 as i64 + 1) * 86_400_000_000)
    }
}

/// The length of a candle: a whole number of seconds that divides a day, or whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    seconds: u32,
}

/// Text that is no interval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "interval must be a number and one of s, m, h, d, w that divides a day or is whole days (1s to 4w), got {0:?}"
)]
pub struct ParseIntervalError(pub String);

impl Interval {
    /// One minute.
    pub const MINUTE: Self = Self { seconds: 60 };
    /// One hour.
    pub const HOUR: Self = Self { seconds: 3_600 };
    /// One day.
    pub const DAY: Self = Self { seconds: 86_400 };

    /// Builds an interval; `None` when it neither divides a day nor is a number of days up to 28.
    #[must_use]
    #[inline]
    pub const fn from_seconds(seconds: u32) -> Option<Self> {
        if seconds == 0 || seconds > 28 * 86_400 {
            return None;
        }
        if 86_400_u32.is_multiple_of(seconds) || seconds.is_multiple_of(86_400) {
            Some(Self { seconds })
        } else {
            None
        }
    }

    /// Length in seconds.
    #[must_use]
    #[inline]
    pub const fn seconds(self) -> u32 {
        self.seconds
    }

    /// Length in microseconds.
    #[must_use]
    #[inline]
    pub const fn micros(self) -> i64 {
        self.seconds as i64 * 1_000_000
    }

    /// Open time of the candle that holds `at` (aligned to the epoch).
    #[must_use]
    #[inline]
    pub const fn open_time(self, at: Timestamp) -> Timestamp {
        Timestamp(at.0 - at.0.rem_euclid(self.micros()))
    }

    /// The first moment after a candle that opens at `open`.
    #[must_use]
    #[inline]
    pub const fn end_of(self, open: Timestamp) -> Timestamp {
        Timestamp(open.0 + self.micros())
    }

    /// True when candles of `self` are made of whole candles of `base`.
    #[must_use]
    #[inline]
    pub const fn is_multiple_of(self, base: Self) -> bool {
        self.seconds >= base.seconds && self.seconds.is_multiple_of(base.seconds)
    }
}

impl std::str::FromStr for Interval {
    type Err = ParseIntervalError;

    fn from_str(text: &str) -> Result<Self, ParseIntervalError> {
        let fail = || ParseIntervalError(text.to_owned());
        // Any text may come in: its last character need not be one byte long.
        let last = text.char_indices().next_back().ok_or_else(fail)?.0;
        let (digits, unit) = text.split_at(last);
        let count: u32 = digits.parse().map_err(|_| fail())?;
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return Err(fail()),
        };
        count.checked_mul(unit).and_then(Self::from_seconds).ok_or_else(fail)
    }
}

impl std::fmt::Display for Interval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let s = self.seconds;
        for (unit, name) in [(604_800, "w"), (86_400, "d"), (3_600, "h"), (60, "m")] {
            if s.is_multiple_of(unit) {
                return write!(f, "{}{name}", s / unit);
            }
        }
        write!(f, "{s}s")
    }
}

impl Serialize for Interval {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.seconds)
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = u32::deserialize(deserializer)?;
        Self::from_seconds(seconds)
            .ok_or_else(|| serde::de::Error::custom(format!("{seconds} s is no candle interval")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_parse_and_print() {
        for text in ["1s", "5s", "1m", "15m", "1h", "4h", "1d", "1w"] {
            let interval: Interval = text.parse().expect("valid");
            assert_eq!(interval.to_string(), text);
        }
        for text in
            ["", "m", "0m", "7m", "7h", "1x", "-1m", "1M", "99w", "5", "5\u{2066}", "\u{202e}"]
        {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
    }

    #[test]
    fn open_times_align_also_before_the_epoch() {
        let hour = Interval::HOUR;
        let at = Timestamp::from_millis(3_600_001);
        assert_eq!(hour.open_time(at), Timestamp::from_millis(3_600_000));
        assert_eq!(hour.open_time(Timestamp::from_micros(-1)).micros(), -3_600_000_000);
        assert_eq!(Timestamp::from_micros(-1).day(), UtcDay(-1));
        assert_eq!(UtcDay(-1).end(), Timestamp::ZERO);
        assert_eq!(at.day().end().day(), UtcDay(at.day().0 + 1));
    }
}
