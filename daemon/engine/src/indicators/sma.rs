//! Simple moving average, also used as plain rolling mean.

use super::Window;
use serde::{Deserialize, Serialize};

/// Arithmetic mean of the last `period` values; the first one comes with value number `period`.
///
/// ```
/// use engine::indicators::Sma;
/// let mut sma = Sma::new(3);
/// let values: Vec<_> = [1.0, 2.0, 6.0, 4.0].map(|v| sma.update(v)).into();
/// assert_eq!(values, [None, None, Some(3.0), Some(4.0)]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sma {
    window: Window,
    sum: f64,
    /// Sum of the values since the ring began its present round.
    round: f64,
    divisor: f64,
}

impl Sma {
    /// An average over `period` values.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let window = Window::new(period);
        let divisor = window.capacity() as f64;
        Self { window, sum: 0.0, round: 0.0, divisor }
    }

    /// Adds a value: new one in, oldest one out. Whenever the ring is through, a sum that was only
    /// added to takes over, so that rounding lasts one window at most.
    #[inline]
    pub fn update(&mut self, value: f64) -> Option<f64> {
        self.sum += value;
        self.round += value;
        if let Some(evicted) = self.window.push(value) {
            self.sum -= evicted;
        }
        if self.window.completes_round() {
            self.sum = std::mem::take(&mut self.round);
        }
        self.window
            .is_full()
            .then(|| if self.window.is_flat() { value } else { self.sum / self.divisor })
    }

    /// The values it averages.
    #[must_use]
    pub fn window(&self) -> &Window {
        &self.window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_does_not_pile_up() {
        let mut sma = Sma::new(50);
        let mut last = None;
        for i in 0..1_000_000_u32 {
            last = sma.update(if i % 1_000 == 0 { 1e12 } else { 0.1 * f64::from(i % 7) });
        }
        let exact = sma.window().values().iter().sum::<f64>() / 50.0;
        assert!((last.expect("warm") - exact).abs() < 1e-12, "the large values left no trace");
        for _ in 0..50 {
            last = sma.update(0.1);
        }
        assert_eq!(last, Some(0.1), "a flat window has exactly its value as mean");
    }

    #[test]
    fn non_finite_values_do_not_panic_and_leave_with_their_window() {
        let mut sma = Sma::new(4);
        for value in [1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            sma.update(value);
        }
        for _ in 0..8 {
            sma.update(2.0);
        }
        assert_eq!(sma.update(2.0), Some(2.0));
    }
}
