//! How a candle's volume compares with the recent mean.

use super::Sma;
use serde::{Deserialize, Serialize};

/// Newest volume over the mean of the last `period` volumes, the newest included; 0 when the mean
/// is 0. The first value comes with candle number `period`.
///
/// ```
/// use engine::indicators::VolumeRatio;
/// let mut ratio = VolumeRatio::new(2);
/// assert_eq!([10.0, 30.0, 0.0, 0.0].map(|v| ratio.update(v)), [None, Some(1.5), Some(0.0), Some(0.0)]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VolumeRatio {
    mean: Sma,
}

impl VolumeRatio {
    /// A ratio against the mean of `period` volumes.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { mean: Sma::new(period) }
    }

    /// Adds a volume.
    pub fn update(&mut self, volume: f64) -> Option<f64> {
        let mean = self.mean.update(volume)?;
        Some(if mean > 0.0 { volume / mean } else { 0.0 })
    }
}
