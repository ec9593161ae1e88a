//! UTC calendar of moments: hours, weekdays, days and months.
//!
//! A point of the equity curve stands for what lies before it, so one at midnight belongs to the day
//! (and month) that ends there; a trade's moment belongs to the day that begins.

use domain::Timestamp;

/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400_000_000;

/// A UTC calendar month: twelve times the year plus the month from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i64);

impl Month {
    /// The month that holds a moment.
    pub(super) fn of(at: Timestamp) -> Self {
        Self::of_day(at.micros().div_euclid(DAY))
    }

    /// The month that the time just before a moment belongs to.
    pub(super) fn ending_at(at: Timestamp) -> Self {
        Self::of_day((at.micros() - 1).div_euclid(DAY))
    }

    /// From days since 1970-01-01, after H. Hinnant's `civil_from_days`: years that begin in March
    /// put the leap day at their end.
    fn of_day(day: i64) -> Self {
        Self::civil(day).0
    }

    /// The month and the day of the month, from 1.
    fn civil(day: i64) -> (Self, i64) {
        let shifted = day + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let year = year_of_era + era * 400 + i64::from(from_march >= 10);
        let of_month = of_year - (153 * from_march + 2) / 5 + 1;
        (Self(year * 12 + (from_march + 2) % 12), of_month)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// A day counted from 1970-01-01, as text: 2026-01-31.
pub(super) fn day_text(day: i64) -> String {
    let (month, of_month) = Month::civil(day);
    format!("{month}-{of_month:02}")
}

/// The day that the time just before a moment belongs to, from 1970-01-01.
pub(super) fn day_ending_at(at: Timestamp) -> i64 {
    (at.micros() - 1).div_euclid(DAY)
}

/// True at midnight.
pub(super) fn is_midnight(at: Timestamp) -> bool {
    at.micros().rem_euclid(DAY) == 0
}

/// Hour of the day, 0 to 23.
pub(super) fn hour(at: Timestamp) -> usize {
    (at.micros().rem_euclid(DAY) / 3_600_000_000) as usize
}

/// Names of the days of a week.
pub(super) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Day of the week, Monday is 0. 1970-01-01 was a Thursday.
pub(super) fn weekday(at: Timestamp) -> usize {
    (at.micros().div_euclid(DAY) + 3).rem_euclid(7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        // Checked with `date -u -d @…`.
        for (day, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_484, "2026-01-31"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(day_text(day), text, "{day}");
        }
    }

    #[test]
    fn moments_have_their_place_in_the_calendar() {
        // Seconds; month, month ending there, hour, weekday. Checked with `date -u -d @…`.
        for (seconds, month, ending, at_hour, day) in [
            (0, "1970-01", "1969-12", 0, "thu"),
            (-1, "1969-12", "1969-12", 23, "wed"),
            (951_782_400, "2000-02", "2000-02", 0, "tue"),
            (951_868_800, "2000-03", "2000-02", 0, "wed"),
            (1_709_208_000, "2024-02", "2024-02", 12, "thu"),
            (1_735_689_600, "2025-01", "2024-12", 0, "wed"),
            (1_767_225_599, "2025-12", "2025-12", 23, "wed"),
            (4_107_542_400, "2100-03", "2100-02", 0, "mon"),
        ] {
            let at = Timestamp::from_millis(seconds * 1_000);
            assert_eq!(Month::of(at).to_string(), month, "{seconds}");
            assert_eq!(Month::ending_at(at).to_string(), ending, "{seconds}");
            assert_eq!((hour(at), WEEKDAYS[weekday(at)]), (at_hour, day), "{seconds}");
        }
    }
}
