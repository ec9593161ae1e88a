//! Times of day in UTC: quiet hours and the digest.

use domain::Timestamp;

const MINUTE: i64 = 60 * 1_000_000;
const DAY: i64 = 1_440 * MINUTE;

/// A minute of the UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Reads `HH:MM`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let number = |text: &str, below: u16| {
            let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
            text.parse::<u16>().ok().filter(|n| plain && *n < below)
        };
        Some(Self(number(hours, 24)? * 60 + number(minutes, 60)?))
    }

    fn of(at: Timestamp) -> Self {
        Self(u16::try_from(at.micros().rem_euclid(DAY) / MINUTE).unwrap_or(0))
    }

    /// Number of the last UTC day on which this time had come at `now`.
    #[must_use]
    pub fn last_day(self, now: Timestamp) -> i64 {
        let today = now.micros().div_euclid(DAY);
        if Self::of(now) >= self { today } else { today - 1 }
    }
}

/// Hours in which only critical alerts are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: TimeOfDay,
    to: TimeOfDay,
}

impl QuietHours {
    /// Reads `HH:MM-HH:MM`; they may go over midnight, but not be empty.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let hours = Self { from: TimeOfDay::parse(from)?, to: TimeOfDay::parse(to)? };
        (hours.from != hours.to).then_some(hours)
    }

    /// True when `now` is within them.
    #[must_use]
    pub fn contain(self, now: Timestamp) -> bool {
        let time = TimeOfDay::of(now);
        if self.from < self.to {
            (self.from..self.to).contains(&time)
        } else {
            time >= self.from || time < self.to
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64, hour: i64, minute: i64) -> Timestamp {
        Timestamp::from_micros(day * DAY + (hour * 60 + minute) * MINUTE)
    }

    #[test]
    fn quiet_hours_hold_also_over_midnight() {
        for (hours, inside, outside) in [
            ("22:00-07:00", vec![(22, 0), (23, 59), (0, 0), (6, 59)], vec![(7, 0), (21, 59)]),
            ("12:30-13:00", vec![(12, 30), (12, 59)], vec![(12, 29), (13, 0), (0, 0)]),
        ] {
            let quiet = QuietHours::parse(hours).expect(hours);
            for (h, m) in inside {
                assert!(quiet.contain(at(20_000, h, m)), "{hours} {h}:{m}");
            }
            for (h, m) in outside {
                assert!(!quiet.contain(at(20_000, h, m)), "{hours} {h}:{m}");
            }
        }
        for bad in ["", "22-07", "22:00", "24:00-01:00", "1:00-02:00", "07:00-07:00", "22:60-01:00"]
        {
            assert_eq!(QuietHours::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_time_comes_once_a_day() {
        let eight = TimeOfDay::parse("08:00").expect("a time");
        assert_eq!(eight.last_day(at(10, 7, 59)), 9);
        assert_eq!(eight.last_day(at(10, 8, 0)), 10);
        assert_eq!(eight.last_day(at(11, 7, 0)), 10);
    }
}
