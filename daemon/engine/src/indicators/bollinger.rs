//! Bollinger bands.

use super::StdDev;
use serde::{Deserialize, Serialize};

/// The bands at one candle, in price units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    /// Middle minus the multiple of the deviation.
    pub lower: f64,
    /// Simple moving average.
    pub middle: f64,
    /// Middle plus the multiple of the deviation.
    pub upper: f64,
}

impl Bands {
    /// Distance between the bands, in price units; 0 in a motionless market.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.upper - self.lower
    }

    /// Distance between the bands as a share of the middle; 0 when the middle is 0.
    #[must_use]
    pub fn relative_width(&self) -> f64 {
        if self.middle == 0.0 { 0.0 } else { self.width() / self.middle }
    }
}

/// `SMA(period) ± k * population standard deviation`; the first value comes with close `period`.
///
/// ```
/// use engine::indicators::Bollinger;
/// let mut bands = Bollinger::new(2, 2.0);
/// assert_eq!(bands.update(9.0), None);
/// let value = bands.update(11.0).expect("two closes");
/// assert_eq!((value.lower, value.middle, value.upper), (8.0, 10.0, 12.0));
/// assert_eq!((value.width(), value.relative_width()), (4.0, 0.4));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bollinger {
    deviation: StdDev,
    multiple: f64,
}

impl Bollinger {
    /// Bands over `period` closes at `multiple` standard deviations.
    #[must_use]
    pub fn new(period: usize, multiple: f64) -> Self {
        Self { deviation: StdDev::new(period), multiple }
    }

    /// Adds a close.
    pub fn update(&mut self, close: f64) -> Option<Bands> {
        let (middle, deviation) = self.deviation.update(close)?;
        let offset = self.multiple * deviation;
        Some(Bands { lower: middle - offset, middle, upper: middle + offset })
    }
}
