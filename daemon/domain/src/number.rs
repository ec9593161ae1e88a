//! Money numbers: checked constructors around [`Decimal`]; rounding to venue steps.
//!
//! Money is decimal everywhere; floats never enter this module.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount of some asset; may be negative (a posting, a profit).
pub type Amount = Decimal;

/// A number that a price or a quantity cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {rule}, got {value}")]
pub struct InvalidNumber {
    /// Which kind of number was built.
    pub what: &'static str,
    /// The rule that it broke.
    pub rule: &'static str,
    /// The offending value.
    pub value: Decimal,
}

/// A price in quote units per base unit; always above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Price(Decimal);

impl Ord for Price {
    #[inline]
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // Prices of one pair mostly have the same scale; then their digits decide.
        if self.0.scale() == other.0.scale() {
            self.0.mantissa().cmp(&other.0.mantissa())
        } else {
            self.0.cmp(&other.0)
        }
    }
}

impl PartialOrd for Price {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Price {
    /// Builds a price; refuses zero and negative values.
    #[inline]
    pub fn new(value: Decimal) -> Result<Self, InvalidNumber> {
        if value > Decimal::ZERO {
            Ok(Self(value))
        } else {
            Err(InvalidNumber { what: "price", rule: "above 0", value })
        }
    }

    /// The plain decimal.
    #[must_use]
    #[inline]
    pub const fn get(self) -> Decimal {
        self.0
    }
}

impl std::fmt::Display for Price {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A quantity in base units; never negative.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Quantity(Decimal);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Builds a quantity; refuses negative values.
    #[inline]
    pub fn new(value: Decimal) -> Result<Self, InvalidNumber> {
        if value.is_sign_negative() && !value.is_zero() {
            Err(InvalidNumber { what: "quantity", rule: "0 or above", value })
        } else {
            Ok(Self(value))
        }
    }

    /// The plain decimal.
    #[must_use]
    #[inline]
    pub const fn get(self) -> Decimal {
        self.0
    }

    /// True for exactly zero.
    #[must_use]
    #[inline]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// `self - other`, or zero when `other` is larger.
    #[must_use]
    #[inline]
    pub fn saturating_sub(self, other: Self) -> Self {
        if other.0 >= self.0 { Self::ZERO } else { Self(self.0 - other.0) }
    }
}

impl std::ops::Add for Quantity {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Rounds towards zero to a multiple of `step` (`step` above 0; a zero step leaves the value).
///
/// ```
/// use domain::{Decimal, floor_to_step};
/// assert_eq!(floor_to_step(Decimal::new(12345, 4), Decimal::new(1, 2)), Decimal::new(123, 2));
/// ```
#[must_use]
pub fn floor_to_step(value: Decimal, step: Decimal) -> Decimal {
    if step.is_zero() {
        return value;
    }
    if is_power_of_ten(step) {
        return value.trunc_with_scale(step.scale());
    }
    // A multiple of the step has no more digits than the step.
    (value - value % step).round_dp(step.scale())
}

/// Rounds away from zero to a multiple of `step` (a zero step leaves the value).
#[must_use]
pub fn ceil_to_step(value: Decimal, step: Decimal) -> Decimal {
    let floor = floor_to_step(value, step);
    if floor == value {
        floor
    } else if value.is_sign_negative() {
        floor - step
    } else {
        floor + step
    }
}

/// The nearest float, for indicators and statistics. Never money.
///
/// A mantissa below 2^53 over a power of ten up to 10^22 is one correctly rounded division; other
/// values take the long way.
#[must_use]
#[inline]
pub fn to_float(value: Decimal) -> f64 {
    use rust_decimal::prelude::ToPrimitive;
    const POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];
    match (i64::try_from(value.mantissa()), POWERS.get(value.scale() as usize)) {
        (Ok(mantissa), Some(power)) if mantissa.unsigned_abs() < 1 << 53 => mantissa as f64 / power,
        _ => value.to_f64().unwrap_or(f64::NAN),
    }
}

/// True for steps such as 1, 0.1 or 0.00001, which truncation handles without a division.
fn is_power_of_ten(step: Decimal) -> bool {
    step.mantissa() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("Invariant: test decimals are valid")
    }

    #[test]
    fn rounding_to_steps() {
        for (value, step, floor, ceil) in [
            ("1.23456789", "0.0001", "1.2345", "1.2346"),
            ("1.2345", "0.0001", "1.2345", "1.2345"),
            ("7", "5", "5", "10"),
            ("0.7", "0.25", "0.5", "0.75"),
            ("-1.23", "0.1", "-1.2", "-1.3"),
            ("3.3", "0", "3.3", "3.3"),
            ("0.00000001", "0.1", "0", "0.1"),
        ] {
            assert_eq!(floor_to_step(d(value), d(step)), d(floor), "floor {value} {step}");
            assert_eq!(ceil_to_step(d(value), d(step)), d(ceil), "ceil {value} {step}");
        }
    }

    #[test]
    fn floats_are_the_nearest_ones() {
        let mut state = 7_u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let value = Decimal::new((state >> (state % 60)) as i64, (state % 29) as u32);
            let text: f64 = value.to_string().parse().expect("float");
            let float = to_float(value);
            assert!((float - text).abs() <= text.abs() * 1e-15, "{value}: {float} {text}");
        }
        assert_eq!(to_float(d("63564.83")), 63564.83);
        assert_eq!(to_float(d("0.00000001")), 1e-8);
    }

    #[test]
    fn constructors_refuse_what_cannot_be() {
        assert!(Price::new(d("0")).is_err());
        assert!(Price::new(d("-1")).is_err());
        assert!(Quantity::new(d("-0.1")).is_err());
        assert!(Quantity::new(d("0")).is_ok());
    }
}
