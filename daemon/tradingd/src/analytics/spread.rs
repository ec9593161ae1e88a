//! How trades are spread: over returns, over the time held, over the hours of a week.

use domain::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// Ranges of returns at most, but for the two at the ends.
const MOST_RANGES: i64 = 40;
/// Decimal places of a stored return.
const PLACES: u32 = 4;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
/// Where ranges of the time held begin, microseconds; the last one has no end.
pub const HELD_FROM: [i64; 10] = [
    0,
    60 * SECOND,
    300 * SECOND,
    900 * SECOND,
    HOUR,
    4 * HOUR,
    12 * HOUR,
    24 * HOUR,
    72 * HOUR,
    168 * HOUR,
];

/// The range that holds a time.
#[must_use]
pub fn held_place(micros: i64) -> usize {
    HELD_FROM.partition_point(|from| *from <= micros).max(1) - 1
}

/// Trades with returns from one value (inclusive) to another (exclusive), percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReturnRange {
    /// The beginning.
    pub from: f64,
    /// The end.
    pub to: f64,
    /// How many.
    pub trades: u64,
}

/// Counts returns in ranges of one width, which begin at its multiples: the smallest of 1, 2 or 5
/// times a power of ten with which there are at most 41 of them.
#[must_use]
pub fn returns(values: &[Decimal]) -> Vec<ReturnRange> {
    let (Some(least), Some(most)) = (values.iter().min(), values.iter().max()) else {
        return Vec::new();
    };
    let width = width(*most - *least);
    let place = |value: Decimal| (value / width).floor();
    let first = place(*least);
    let count = (place(*most) - first).to_usize().unwrap_or(0) + 1;
    let edge = |at: usize| ((first + Decimal::from(at)) * width).to_f64().unwrap_or(0.0);
    let mut ranges: Vec<ReturnRange> =
        (0..count).map(|at| ReturnRange { from: edge(at), to: edge(at + 1), trades: 0 }).collect();
    for value in values {
        let at = (place(*value) - first).to_usize().unwrap_or(0).min(count - 1);
        ranges[at].trades += 1;
    }
    ranges
}

fn width(span: Decimal) -> Decimal {
    let mut unit = Decimal::new(1, PLACES);
    loop {
        for times in [1, 2, 5] {
            let width = unit * Decimal::from(times);
            if span <= width * Decimal::from(MOST_RANGES) {
                return width;
            }
        }
        unit *= Decimal::TEN;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_return_is_in_the_range_that_says_so() {
        for spread in ["0", "0.0001", "0.39", "1", "7.77", "40", "1234.5678", "9999999"] {
            let spread: Decimal = spread.parse().expect("decimal");
            let values: Vec<Decimal> = (0..97)
                .map(|n| {
                    (spread * Decimal::from(n) / Decimal::from(96) - spread / Decimal::TWO)
                        .round_dp(4)
                })
                .collect();
            let ranges = returns(&values);
            assert!((1..=42).contains(&ranges.len()), "{spread}: {}", ranges.len());
            assert_eq!(ranges.iter().map(|r| r.trades).sum::<u64>(), 97);
            for range in &ranges {
                let inside = values.iter().filter(|v| {
                    let value = v.to_f64().expect("small");
                    value >= range.from - 1e-9 && value < range.to - 1e-9
                });
                assert_eq!(inside.count() as u64, range.trades, "{spread}: {range:?}");
            }
            for pair in ranges.windows(2) {
                assert_eq!(pair[0].to, pair[1].from);
            }
        }
        assert_eq!(returns(&[]), []);
    }

    #[test]
    fn times_held_have_their_range() {
        for (seconds, place) in [
            (-1, 0),
            (0, 0),
            (59, 0),
            (60, 1),
            (3_599, 3),
            (3_600, 4),
            (86_400, 7),
            (604_800, 9),
            (9_999_999, 9),
        ] {
            assert_eq!(held_place(seconds * SECOND), place, "{seconds} s");
        }
    }
}
