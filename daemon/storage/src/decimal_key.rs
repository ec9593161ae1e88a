//! Decimals as text whose order is that of the numbers, so that SQLite can sort and compare money
//! without a float.
//!
//! A number that is not negative is `p`, a letter for its count of whole digits, these digits, and the
//! digits after the point without zeros at the end. A negative one is `n`, the same with every
//! character mirrored, and `~`, which is above all of them. SQLite compares the bytes.

use crate::Error;
use domain::Decimal;

/// Letter of a number without whole digits.
const NO_DIGITS: u8 = b'A';
/// Most whole digits of a decimal.
const MOST_DIGITS: u8 = 29;

const fn mirrored(c: u8) -> u8 {
    if c.is_ascii_digit() { b'0' + b'9' - c } else { NO_DIGITS + NO_DIGITS + MOST_DIGITS - c }
}

fn mirror(text: &str) -> String {
    text.bytes().map(|c| char::from(mirrored(c))).collect()
}

/// The key of a number.
#[must_use]
pub(crate) fn encode(number: Decimal) -> String {
    let text = number.abs().normalize().to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.trim_start_matches('0');
    let digits = u8::try_from(whole.len()).unwrap_or(MOST_DIGITS).min(MOST_DIGITS);
    let key = format!("{}{whole}{part}", char::from(NO_DIGITS + digits));
    if number.is_sign_negative() && !number.is_zero() {
        format!("n{}~", mirror(&key))
    } else {
        format!("p{key}")
    }
}

/// The number of a key, without zeros at its end.
///
/// # Errors
/// [`Error::Corrupt`] for text that is no key.
pub(crate) fn decode(key: &str) -> Result<Decimal, Error> {
    parse(key).ok_or_else(|| Error::Corrupt(format!("decimal key {key:?}")))
}

fn parse(key: &str) -> Option<Decimal> {
    let plain;
    let (negative, key) = match key.strip_prefix('p') {
        Some(rest) => (false, rest),
        None => {
            plain = mirror(key.strip_prefix('n')?.strip_suffix('~')?);
            (true, plain.as_str())
        }
    };
    let (letter, digits) = key.split_at_checked(1)?;
    let whole = letter.bytes().next()?.checked_sub(NO_DIGITS)?;
    let (whole, part) = digits.split_at_checked(usize::from(whole))?;
    let mut number: Decimal = format!("0{whole}.{part}0").parse().ok()?;
    number.set_sign_negative(negative);
    Some(number.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn text_order_is_number_order() {
        let sorted = [
            "-79228162514264337593543950335",
            "-1000000",
            "-999999.9999999999",
            "-10.01",
            "-10",
            "-9.99",
            "-1.000000000000000000001",
            "-1",
            "-0.1",
            "-0.0999",
            "-0.0000000000000000000000000001",
            "0",
            "0.0000000000000000000000000001",
            "0.0999",
            "0.1",
            "0.10000001",
            "0.11",
            "1",
            "1.000000000000000000001",
            "9.99",
            "10",
            "10.01",
            "999999.9999999999",
            "1000000",
            "79228162514264337593543950335",
        ];
        for (i, left) in sorted.iter().enumerate() {
            let key = encode(of(left));
            assert_eq!(decode(&key).expect("own key"), of(left).normalize(), "{left}: {key}");
            for right in &sorted[i + 1..] {
                assert!(key < encode(of(right)), "{left} < {right}");
            }
        }
    }

    #[test]
    fn equal_numbers_have_equal_keys_and_random_ones_their_order() {
        for (left, right) in [("1", "1.000"), ("-2.50", "-2.5"), ("0", "-0.00"), ("0100", "100")] {
            assert_eq!(encode(of(left)), encode(of(right)));
        }
        // Any numbers: a linear congruential generator (Knuth's MMIX).
        let mut state = 1_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state >> 20
        };
        for _ in 0..20_000 {
            let mut number = || {
                let scale = (next() % 20) as u32;
                let sign = if next().is_multiple_of(2) { 1 } else { -1 };
                Decimal::new(
                    (next() % 10_u64.pow((next() % 13) as u32)).cast_signed() * sign,
                    scale,
                )
            };
            let (left, right) = (number(), number());
            assert_eq!(encode(left).cmp(&encode(right)), left.cmp(&right), "{left} {right}");
            assert_eq!(decode(&encode(left)).expect("own key"), left);
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for bad in ["", "p", "n", "x1", "pB", "nB5", "pB5x", "p\u{7f}1", "pé"] {
            assert!(decode(bad).is_err(), "{bad:?}");
        }
    }
}
