//! Reading columns of one CSV line: exact decimals, stamps and flags straight from the bytes.
//!
//! Trailing zeros of a fraction are dropped (`42283.58000000` is `42283.58`), so that the same
//! number always has the same decimal form, however a source pads it. No floats, no exponents, no
//! plus signs, no quotes.

use crate::Reason;
use domain::{Decimal, Price, Quantity};

/// A column that cannot be used; without a column it is the line as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    /// 0-based column.
    pub column: Option<usize>,
    /// The rule it broke.
    pub reason: Reason,
}

impl Fault {
    pub(super) const fn at(column: usize, reason: Reason) -> Self {
        Self { column: Some(column), reason }
    }

    pub(super) const fn line(reason: Reason) -> Self {
        Self { column: None, reason }
    }
}

/// Longest text whose digits fit 64 bits.
const SHORT: usize = 19;
/// Digits before the point: prices stay below 10^12, quantities below 10^15, so that their product
/// (below 10^27) and sums over it stay within a decimal.
const PRICE_DIGITS: usize = 12;
const QUANTITY_DIGITS: usize = 15;
/// Digits a decimal holds exactly.
const MAX_DIGITS: usize = 28;

/// A walk over the columns of one line.
pub(super) struct Columns<'a> {
    line: &'a [u8],
    at: usize,
    column: usize,
}

impl<'a> Columns<'a> {
    pub(super) const fn new(line: &'a [u8]) -> Self {
        Self { line, at: 0, column: 0 }
    }

    /// A price: above 0, below 10^12.
    #[inline]
    pub(super) fn price(&mut self) -> Result<Price, Fault> {
        let value = self.decimal(PRICE_DIGITS)?;
        Price::new(value).map_err(|_| Fault::at(self.column - 1, Reason::PriceNotPositive))
    }

    /// A quantity: 0 or above, below 10^15.
    #[inline]
    pub(super) fn quantity(&mut self) -> Result<Quantity, Fault> {
        let value = self.decimal(QUANTITY_DIGITS)?;
        Quantity::new(value).map_err(|_| Fault::at(self.column - 1, Reason::QuantityNegative))
    }

    /// An exact decimal with at most `integer_digits` digits before the point.
    #[inline]
    fn decimal(&mut self, integer_digits: usize) -> Result<Decimal, Fault> {
        let text = self.line.get(self.at..).unwrap_or_default();
        let (mut mantissa, mut at, mut whole) = (0_u64, 0, usize::MAX);
        // `kept` and `scale` stand at the last digit of the fraction that is not zero.
        let (mut kept, mut scale) = (0_u64, 0_u32);
        for byte in text {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
                if digit != 0 && whole != usize::MAX {
                    kept = mantissa;
                    scale = (at - whole) as u32;
                }
            } else if *byte == b'.' && whole == usize::MAX {
                whole = at;
                kept = mantissa;
            } else {
                break;
            }
            at += 1;
        }
        let ended = text.get(at).is_none_or(|byte| *byte == b',');
        if whole == usize::MAX {
            whole = at;
            kept = mantissa;
        }
        let plain = ended && whole > 0 && at <= SHORT && at != whole + 1;
        if !plain || whole > integer_digits {
            return self.decimal_slow(integer_digits);
        }
        self.step(at);
        Ok(Decimal::from_parts(kept as u32, (kept >> 32) as u32, 0, false, scale))
    }

    /// The same for long, negative and faulty columns; tells what is wrong.
    #[cold]
    fn decimal_slow(&mut self, integer_digits: usize) -> Result<Decimal, Fault> {
        let text = self.field()?;
        let column = self.column;
        let value = decimal(text, integer_digits).map_err(|reason| Fault::at(column, reason))?;
        self.step(text.len());
        Ok(value)
    }

    /// A whole number of at most 18 digits.
    #[inline]
    pub(super) fn whole(&mut self) -> Result<u64, Fault> {
        let text = self.line.get(self.at..).unwrap_or_default();
        let (mut value, mut at) = (0_u64, 0);
        for byte in text {
            let digit = byte.wrapping_sub(b'0');
            if digit >= 10 {
                break;
            }
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            at += 1;
        }
        if at == 0 || at >= SHORT || text.get(at).is_some_and(|byte| *byte != b',') {
            self.field()?;
            return Err(Fault::at(self.column, Reason::Number));
        }
        self.step(at);
        Ok(value)
    }

    /// A column that is not used; must still look like a number.
    #[inline]
    pub(super) fn unused(&mut self) -> Result<(), Fault> {
        let text = self.line.get(self.at..).unwrap_or_default();
        let mut at = 0;
        for byte in text {
            if !(byte.wrapping_sub(b'0') < 10 || *byte == b'.') {
                break;
            }
            at += 1;
        }
        if at == 0 || text.get(at).is_some_and(|byte| *byte != b',') {
            let text = self.field()?;
            // Signs and exponents occur in padded or converted files; they mean nothing here.
            let fine = |byte: &u8| byte.is_ascii_digit() || b".-+eE".contains(byte);
            if text.is_empty() || !text[0].is_ascii_digit() || !text.iter().all(fine) {
                return Err(Fault::at(self.column, Reason::Number));
            }
            at = text.len();
        }
        self.step(at);
        Ok(())
    }

    /// `True` or `False` (any case of the first letter).
    pub(super) fn flag(&mut self) -> Result<bool, Fault> {
        let text = self.field()?;
        let value = match text {
            b"True" | b"true" => true,
            b"False" | b"false" => false,
            _ => return Err(Fault::at(self.column, Reason::Flag)),
        };
        self.step(text.len());
        Ok(value)
    }

    /// Nothing may follow the last column.
    #[inline]
    pub(super) fn end(&self) -> Result<(), Fault> {
        if self.at > self.line.len() { Ok(()) } else { Err(Fault::line(Reason::Columns)) }
    }

    /// The text of the column that comes next.
    fn field(&self) -> Result<&'a [u8], Fault> {
        if self.at > self.line.len() {
            return Err(Fault::line(Reason::Columns));
        }
        let rest = &self.line[self.at..];
        let length = rest.iter().position(|byte| *byte == b',').unwrap_or(rest.len());
        Ok(&rest[..length])
    }

    /// Goes past a column of `length` bytes and its comma; past the line's end after the last.
    #[inline]
    fn step(&mut self, length: usize) {
        self.at += length + 1;
        self.column += 1;
    }
}

/// Reads a decimal of any length; tells what is wrong with it.
fn decimal(text: &[u8], integer_digits: usize) -> Result<Decimal, Reason> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    if [&b"nan"[..], b"inf", b"infinity"].contains(&lower.as_slice()) {
        return Err(Reason::NotFinite);
    }
    let mut parts = digits.splitn(2, |byte| *byte == b'.');
    let whole = parts.next().unwrap_or_default();
    let fraction = parts.next();
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    if !is_number(whole) || !fraction.is_none_or(is_number) {
        return Err(Reason::Number);
    }
    let whole = &whole[whole.iter().take_while(|byte| **byte == b'0').count()..];
    let fraction = fraction.unwrap_or_default();
    let zeros = fraction.iter().rev().take_while(|byte| **byte == b'0').count();
    let fraction = &fraction[..fraction.len() - zeros];
    if whole.len() + fraction.len() > MAX_DIGITS {
        return Err(Reason::Digits);
    }
    if whole.len() > integer_digits {
        return Err(Reason::OutOfRange);
    }
    let mantissa =
        whole.iter().chain(fraction).fold(0_u128, |sum, byte| sum * 10 + u128::from(byte - b'0'));
    let part = |shift: u32| (mantissa >> shift) as u32;
    // At most 28 digits are below 10^28 and so within 96 bits.
    Ok(Decimal::from_parts(part(0), part(32), part(64), negative, fraction.len() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_without_trailing_zeros() {
        for (text, printed) in [
            ("42283.58000000", "42283.58"),
            ("0.00000001", "0.00000001"),
            ("100", "100"),
            ("100.000", "100"),
            ("0.00000000", "0"),
            ("0", "0"),
            ("1232039.00000000", "1232039"),
            ("123456789012345.12345678", "123456789012345.12345678"),
            ("999999999999999.9999", "999999999999999.9999"),
            ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
            ("000000000000000000000000000012.5", "12.5"),
            ("1.000000000000000000000000000000000000", "1"),
            ("-0", "0"),
        ] {
            let mut columns = Columns::new(text.as_bytes());
            let value = columns.quantity().expect(text).get();
            assert_eq!(value.to_string(), printed, "{text}");
            let normal = value.normalize();
            assert_eq!((value.mantissa(), value.scale()), (normal.mantissa(), normal.scale()));
            assert!(columns.end().is_ok());
        }
    }

    #[test]
    fn faults_say_what_is_wrong() {
        for (text, reason) in [
            ("", Reason::Number),
            (".5", Reason::Number),
            ("5.", Reason::Number),
            ("1.2.3", Reason::Number),
            ("1e5", Reason::Number),
            ("+1", Reason::Number),
            (" 1", Reason::Number),
            ("0x10", Reason::Number),
            ("NaN", Reason::NotFinite),
            ("inf", Reason::NotFinite),
            ("-Infinity", Reason::NotFinite),
            ("-1.5", Reason::PriceNotPositive),
            ("0.000", Reason::PriceNotPositive),
            ("1000000000000", Reason::OutOfRange),
            ("1.23456789012345678901234567890", Reason::Digits),
        ] {
            let got = Columns::new(text.as_bytes()).price();
            assert_eq!(got, Err(Fault::at(0, reason)), "{text}");
        }
        assert_eq!(Columns::new(b"-1").quantity(), Err(Fault::at(0, Reason::QuantityNegative)));
    }
}
