//! Rolling median.

use super::Window;
use serde::{Deserialize, Serialize};

/// Median of the last `period` values; of an even number of values, the mean of the middle two.
///
/// A sorted copy is kept beside the window: one binary search and one shift per update.
///
/// ```
/// use engine::indicators::RollingMedian;
/// let mut median = RollingMedian::new(3);
/// let values: Vec<_> = [5.0, 1.0, 9.0, 2.0].map(|v| median.update(v)).into();
/// assert_eq!(values, [None, None, Some(5.0), Some(2.0)]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RollingMedian {
    window: Window,
    sorted: Vec<f64>,
}

impl RollingMedian {
    /// A median over `period` values.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let window = Window::new(period);
        let sorted = Vec::with_capacity(window.capacity());
        Self { window, sorted }
    }

    /// Adds a value.
    pub fn update(&mut self, value: f64) -> Option<f64> {
        let evicted = self.window.push(value);
        let to = self.sorted.partition_point(|v| v.total_cmp(&value).is_lt());
        let from = evicted.and_then(|e| self.sorted.binary_search_by(|v| v.total_cmp(&e)).ok());
        match from {
            None => self.sorted.insert(to, value),
            // Only what lies between the old value's place and the new one's moves.
            Some(from) if from < to => {
                self.sorted.copy_within(from + 1..to, from);
                self.sorted[to - 1] = value;
            }
            Some(from) => {
                self.sorted.copy_within(to..from, to + 1);
                self.sorted[to] = value;
            }
        }
        self.value()
    }

    /// The median of the newest `period` values, once there are that many.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        if !self.window.is_full() {
            return None;
        }
        let middle = self.sorted.len() / 2;
        let upper = self.sorted.get(middle).copied()?;
        if self.sorted.len() % 2 == 1 {
            return Some(upper);
        }
        Some(f64::midpoint(self.sorted.get(middle - 1).copied()?, upper))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_sorting_the_window() {
        for period in [1, 2, 5, 8] {
            let series: Vec<f64> = (0..200).map(|i| f64::from(i * 37 % 23)).collect();
            let mut median = RollingMedian::new(period);
            for (i, value) in series.iter().enumerate() {
                let got = median.update(*value);
                let expected = (i + 1 >= period).then(|| {
                    let mut window = series[i + 1 - period..=i].to_vec();
                    window.sort_by(f64::total_cmp);
                    (window[(period - 1) / 2] + window[period / 2]) / 2.0
                });
                assert_eq!(got, expected, "period {period}, index {i}");
            }
        }
    }

    #[test]
    fn non_finite_values_do_not_panic() {
        let mut median = RollingMedian::new(3);
        for value in [f64::NAN, f64::INFINITY, -f64::NAN, 1.0, 2.0, 3.0] {
            median.update(value);
        }
        assert_eq!(median.value(), Some(2.0));
    }
}
