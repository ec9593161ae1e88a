//! Numbers, moments and spans as text for people.
//!
//! Money stays decimal: figures are rounded for display only, half to even, and never pass through
//! floats. What is not a number is shown as it came.

use prost_types::{Duration as ProtoDuration, Timestamp};
use rust_decimal::{Decimal, RoundingStrategy};
use std::time::Duration;

/// Shown where there is no value.
pub const NONE: &str = "-";

/// A decimal with exactly `places` places and thousands separators, e.g. `10,012.34`.
#[must_use]
pub fn fixed(text: &str, places: u32) -> String {
    match text.parse::<Decimal>() {
        Ok(number) => {
            let mut rounded =
                number.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven);
            rounded.rescale(places);
            if rounded.is_zero() {
                rounded.set_sign_positive(true);
            }
            group(&rounded.to_string())
        }
        Err(_) => or_none(text),
    }
}

/// As [`fixed`], with `+` before gains.
#[must_use]
pub fn signed(text: &str, places: u32) -> String {
    let shown = fixed(text, places);
    if sign(text) > 0 && shown.bytes().any(|b| b.is_ascii_digit() && b != b'0') {
        format!("+{shown}")
    } else {
        shown
    }
}

/// A quantity: up to eight places, without trailing zeros.
#[must_use]
pub fn quantity(text: &str) -> String {
    trimmed(text, 8)
}

/// A price: places that fit its size (two from 1000 up, four from 1 up, else eight).
#[must_use]
pub fn price(text: &str) -> String {
    let places = match text.parse::<Decimal>() {
        Ok(number) if number.abs() >= Decimal::ONE_THOUSAND => 2,
        Ok(number) if number.abs() >= Decimal::ONE => 4,
        _ => 8,
    };
    trimmed(text, places)
}

fn trimmed(text: &str, places: u32) -> String {
    match text.parse::<Decimal>() {
        Ok(number) => {
            let strategy = RoundingStrategy::MidpointNearestEven;
            group(&number.round_dp_with_strategy(places, strategy).normalize().to_string())
        }
        Err(_) => or_none(text),
    }
}

/// A figure from statistics, with `places` places.
#[must_use]
pub fn figure(value: f64, places: usize) -> String {
    format!("{value:.places$}")
}

/// A count with thousands separators.
#[must_use]
pub fn count(number: u64) -> String {
    group(&number.to_string())
}

/// -1, 0 or 1; 0 for what is not a number.
#[must_use]
pub fn sign(text: &str) -> i8 {
    match text.parse::<Decimal>() {
        Ok(number) if number.is_zero() => 0,
        Ok(number) if number.is_sign_negative() => -1,
        Ok(_) => 1,
        Err(_) => 0,
    }
}

/// The text, or `-` when it is empty.
#[must_use]
pub fn or_none(text: &str) -> String {
    if text.is_empty() { NONE.to_owned() } else { text.to_owned() }
}

/// Puts a comma between groups of three digits before the point.
fn group(number: &str) -> String {
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, fraction) = match rest.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (rest, None),
    };
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A moment to the second, e.g. `2026-01-31 14:05:00`; the heading says UTC.
#[must_use]
pub fn utc(moment: Option<&Timestamp>) -> String {
    let Some(moment) = moment else { return NONE.to_owned() };
    let text = Timestamp { seconds: moment.seconds, nanos: 0 }.to_string();
    text.replace('T', " ").trim_end_matches('Z').to_owned()
}

/// `3m ago` or `in 7m`, as seen from `now`; `-` without either.
#[must_use]
pub fn ago(moment: Option<&Timestamp>, now: Option<&Timestamp>) -> String {
    match (moment, now) {
        (Some(moment), Some(now)) => match between(moment, now) {
            Some(passed) => format!("{} ago", span(passed)),
            None => format!("in {}", between(now, moment).map_or_else(String::new, span)),
        },
        _ => NONE.to_owned(),
    }
}

/// Time from one moment to a later one, e.g. `2h 5m`; `-` when either is missing.
#[must_use]
pub fn held(from: Option<&Timestamp>, to: Option<&Timestamp>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => between(from, to).map_or_else(|| NONE.to_owned(), span),
        _ => NONE.to_owned(),
    }
}

/// `None` when `to` lies before `from`.
fn between(from: &Timestamp, to: &Timestamp) -> Option<Duration> {
    let nanos = |t: &Timestamp| i128::from(t.seconds) * 1_000_000_000 + i128::from(t.nanos);
    let passed = u64::try_from(nanos(to) - nanos(from)).ok()?;
    Some(Duration::from_nanos(passed))
}

/// A protocol duration as a span; `-` without one or when negative.
#[must_use]
pub fn proto_span(duration: Option<&ProtoDuration>) -> String {
    duration.and_then(|d| Duration::try_from(*d).ok()).map_or_else(|| NONE.to_owned(), span)
}

/// A span with its two largest units: `85µs`, `12ms`, `45s`, `3m 20s`, `2h 5m`, `4d 1h`.
#[must_use]
pub fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let two = |large: u64, l: &str, small: u64, s: &str| {
        if small == 0 { format!("{large}{l}") } else { format!("{large}{l} {small}{s}") }
    };
    match seconds {
        0 if duration.is_zero() => "0s".to_owned(),
        0 if duration.as_millis() == 0 => format!("{}µs", duration.as_micros().max(1)),
        0 => format!("{}ms", duration.as_millis()),
        1..60 => format!("{seconds}s"),
        60..3_600 => two(seconds / 60, "m", seconds % 60, "s"),
        3_600..86_400 => two(seconds / 3_600, "h", seconds % 3_600 / 60, "m"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
    }
}

/// The wall clock, for ages of wall-clock stamps.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::from(std::time::SystemTime::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_and_grouped_without_floats() {
        assert_eq!(fixed("10012.345", 2), "10,012.34");
        assert_eq!(fixed("10012.355", 2), "10,012.36");
        assert_eq!(fixed("-1234567", 2), "-1,234,567.00");
        assert_eq!(fixed("-0.001", 2), "0.00");
        assert_eq!(fixed("999", 0), "999");
        assert_eq!(fixed("", 2), "-");
        assert_eq!(fixed("n/a", 2), "n/a");
        // More digits than a float holds.
        assert_eq!(fixed("123456789012345678.91", 2), "123,456,789,012,345,678.91");
    }

    #[test]
    fn gains_carry_a_plus_and_zero_none() {
        assert_eq!(signed("3.2", 2), "+3.20");
        assert_eq!(signed("-3.2", 2), "-3.20");
        assert_eq!(signed("0", 2), "0.00");
        assert_eq!(signed("0.001", 2), "0.00");
        assert_eq!(signed("", 2), "-");
    }

    #[test]
    fn quantities_and_prices_lose_only_what_is_not_readable() {
        assert_eq!(quantity("0.10000000"), "0.1");
        assert_eq!(quantity("1500"), "1,500");
        assert_eq!(price("43210.509999"), "43,210.51");
        assert_eq!(price("2.34567"), "2.3457");
        assert_eq!(price("0.000012345"), "0.00001234");
        assert_eq!(price(""), "-");
    }

    #[test]
    fn spans_name_their_two_largest_units() {
        for (millis, text) in [
            (0, "0s"),
            (12, "12ms"),
            (45_000, "45s"),
            (200_000, "3m 20s"),
            (180_000, "3m"),
            (7_500_000, "2h 5m"),
            (350_000_000, "4d 1h"),
        ] {
            assert_eq!(span(Duration::from_millis(millis)), text);
        }
        assert_eq!(span(Duration::from_micros(85)), "85µs");
    }

    #[test]
    fn moments_and_ages() {
        let at = |seconds| Timestamp { seconds, nanos: 500 };
        assert_eq!(utc(Some(&at(1_769_868_300))), "2026-01-31 14:05:00");
        assert_eq!(utc(None), "-");
        assert_eq!(ago(Some(&at(0)), Some(&at(180))), "3m ago");
        assert_eq!(ago(Some(&at(420)), Some(&at(0))), "in 7m");
        assert_eq!(ago(None, Some(&at(0))), "-");
        assert_eq!(held(Some(&at(0)), Some(&at(90))), "1m 30s");
        assert_eq!(held(Some(&at(90)), Some(&at(0))), "-");
    }
}
