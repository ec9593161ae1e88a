//! Rolling mean and population standard deviation.

use super::Window;
use serde::{Deserialize, Serialize};

/// Population standard deviation of the last `period` values (TA-Lib's STDDEV), with their mean.
///
/// Squared deviations are updated in place (Welford's method for a sliding window) instead of
/// TA-Lib's difference of two large sums, which loses the digits of small deviations at high prices.
///
/// ```
/// use engine::indicators::StdDev;
/// let mut deviation = StdDev::new(4);
/// let last = [2.0, 4.0, 4.0, 6.0].map(|v| deviation.update(v))[3];
/// assert_eq!(last, Some((4.0, 2.0_f64.sqrt())));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StdDev {
    window: Window,
    mean: f64,
    squares: f64,
}

impl StdDev {
    /// A deviation over `period` values.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { window: Window::new(period), mean: 0.0, squares: 0.0 }
    }

    /// Adds a value; returns (mean, standard deviation).
    pub fn update(&mut self, value: f64) -> Option<(f64, f64)> {
        let count = self.window.capacity() as f64;
        if let Some(evicted) = self.window.push(value) {
            let old_mean = self.mean;
            self.mean += (value - evicted) / count;
            self.squares += (value - evicted) * (value - self.mean + evicted - old_mean);
        }
        if self.window.completes_round() {
            let values = self.window.values();
            self.mean = values.iter().sum::<f64>() / count;
            self.squares = values.iter().map(|v| (v - self.mean).powi(2)).sum();
        }
        if !self.window.is_full() {
            return None;
        }
        if self.window.is_flat() {
            return Some((value, 0.0));
        }
        Some((self.mean, (self.squares / count).max(0.0).sqrt()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_small_deviations_at_high_prices() {
        let mut deviation = StdDev::new(20);
        let mut last = None;
        for i in 0..1_000_u32 {
            last = deviation.update(1e8 + f64::from(i % 2) * 0.01);
        }
        let (mean, sigma) = last.expect("warm");
        assert!((mean - 100_000_000.005).abs() < 1e-6);
        assert!((sigma - 0.005).abs() < 1e-7, "got {sigma}");
    }

    #[test]
    fn a_flat_window_deviates_by_exactly_nothing() {
        let mut deviation = StdDev::new(5);
        for i in 0..100_u32 {
            deviation.update(f64::from(i).sin());
        }
        let last = (0..5).map(|_| deviation.update(0.3)).last();
        assert_eq!(last, Some(Some((0.3, 0.0))));
    }
}
