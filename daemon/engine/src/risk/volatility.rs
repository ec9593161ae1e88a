//! Realised volatility of a symbol's returns, and the factor that makes it annual.

use domain::Interval;

/// Sample standard deviation (n - 1); `None` with fewer than two values.
#[must_use]
pub fn deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sum: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    Some((sum / (n - 1.0)).sqrt())
}

/// Root of the candles in a year of 365 days: this market never closes.
#[must_use]
pub fn annual_factor(interval: Interval) -> f64 {
    (365.0 * 86_400.0 / f64::from(interval.seconds())).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for (values, expected) in [
            (&[][..], None),
            (&[0.3], None),
            (&[0.01, 0.01, 0.01], Some(0.0)),
            (&[1.0, 3.0], Some(2_f64.sqrt())),
            (&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], Some((32.0_f64 / 7.0).sqrt())),
        ] {
            assert_eq!(deviation(values), expected, "{values:?}");
        }
        assert!((annual_factor(Interval::HOUR) - 8_760_f64.sqrt()).abs() < 1e-12);
        assert!((annual_factor(Interval::DAY) - 365_f64.sqrt()).abs() < 1e-12);
    }
}
