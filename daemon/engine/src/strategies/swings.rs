//! Turning points of a series, found as values arrive. What two turning points mean is not said here.

use crate::indicators::Window;
use serde::{Deserialize, Serialize};

/// A turning point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Swing {
    /// Number of the candle, the last one of a plateau.
    pub at: u64,
    /// The series' value there.
    pub value: f64,
}

/// Whether a turning point is low or high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Trough,
    Peak,
}

impl Kind {
    /// -1 turns peaks into troughs, so that only troughs have to be understood.
    fn sign(self) -> f64 {
        match self {
            Self::Trough => 1.0,
            Self::Peak => -1.0,
        }
    }
}

/// Finds turning points and keeps those of the newest `keep` candles.
///
/// A trough is a value, or a plateau of equal values, whose `order` values before it are all higher
/// and whose `order` values after it are none of them lower (mirrored for a peak). A plateau is one
/// swing, however long, as long as it fits into `keep`; of two equal lows close together only the
/// first is one. A swing is known `order` candles after it, never earlier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SwingFinder {
    order: usize,
    keep: usize,
    window: Window,
    troughs: Vec<Swing>,
    peaks: Vec<Swing>,
}

impl SwingFinder {
    pub(super) fn new(order: usize, keep: usize) -> Self {
        let order = order.max(1);
        let window = Window::new(keep + 2 * order);
        Self { order, keep, window, troughs: Vec::new(), peaks: Vec::new() }
    }

    /// Adds the value of candle number `at`; numbers must go up by one.
    pub(super) fn update(&mut self, at: u64, value: f64) {
        self.window.push(value);
        let found = [Kind::Trough, Kind::Peak].map(|kind| self.confirmed(kind));
        let oldest = at.saturating_sub(self.keep as u64 - 1);
        for (swings, found) in [&mut self.troughs, &mut self.peaks].into_iter().zip(found) {
            swings.retain(|swing| swing.at >= oldest);
            let at = at.saturating_sub(self.order as u64);
            swings.extend(found.map(|value| Swing { at, value }));
        }
    }

    /// Swings of one kind, oldest first.
    pub(super) fn swings(&self, kind: Kind) -> &[Swing] {
        match kind {
            Kind::Trough => &self.troughs,
            Kind::Peak => &self.peaks,
        }
    }

    /// The swing nearest in time to `at`, at most `reach` candles away; the earlier one of two.
    pub(super) fn nearest(&self, kind: Kind, at: u64, reach: u64) -> Option<Swing> {
        let near = self.swings(kind).iter().filter(|swing| swing.at.abs_diff(at) <= reach);
        near.min_by_key(|swing| swing.at.abs_diff(at)).copied()
    }

    /// The value `order` candles ago, if it ends a swing.
    fn confirmed(&self, kind: Kind) -> Option<f64> {
        let back = |age: usize| self.window.back(age).map(|value| value * kind.sign());
        let candidate = back(self.order)?;
        let mut after = (0..self.order).map(back);
        if back(self.order - 1) == Some(candidate)
            || !after.all(|v| v.is_some_and(|v| v >= candidate))
        {
            return None;
        }
        let start = (self.order..).find(|age| back(age + 1) != Some(candidate))?;
        let mut before = (start + 1..=start + self.order).map(back);
        before.all(|v| v.is_some_and(|v| v > candidate)).then_some(candidate * kind.sign())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(kind: Kind, order: usize, values: &[f64]) -> Vec<u64> {
        let mut finder = SwingFinder::new(order, 100);
        for (at, value) in (0..).zip(values) {
            finder.update(at, *value);
        }
        finder.swings(kind).iter().map(|swing| swing.at).collect()
    }

    #[test]
    fn finds_turning_points_after_order_candles() {
        let values = [5.0, 4.0, 3.0, 4.0, 5.0, 6.0, 5.0, 4.0];
        assert_eq!(find(Kind::Trough, 2, &values), [2]);
        assert_eq!(find(Kind::Peak, 2, &values), [5]);
        assert_eq!(find(Kind::Peak, 2, &values[..7]), [0_u64; 0], "not confirmed yet");
    }

    #[test]
    fn a_plateau_is_one_swing_and_a_step_is_none() {
        assert_eq!(find(Kind::Trough, 2, &[9.0, 8.0, 5.0, 5.0, 5.0, 5.0, 8.0, 9.0]), [5]);
        assert_eq!(find(Kind::Trough, 2, &[9.0, 8.0, 5.0, 5.0, 5.0, 5.0, 4.0, 3.0]), [0_u64; 0]);
        assert_eq!(find(Kind::Trough, 2, &[9.0, 8.0, 5.0, 6.0, 5.0, 8.0, 9.0]), [2], "equal lows");
        assert_eq!(find(Kind::Trough, 2, &[5.0; 30]), [0_u64; 0]);
    }

    #[test]
    fn forgets_old_swings_and_pairs_by_time() {
        let mut finder = SwingFinder::new(1, 10);
        for at in 0..60_u64 {
            finder.update(at, (at % 4).abs_diff(2) as f64);
        }
        let troughs: Vec<_> = finder.swings(Kind::Trough).iter().map(|swing| swing.at).collect();
        assert_eq!(troughs, [50, 54, 58]);
        assert_eq!(finder.nearest(Kind::Trough, 53, 3).map(|s| s.at), Some(54));
        assert_eq!(
            finder.nearest(Kind::Trough, 52, 3).map(|s| s.at),
            Some(50),
            "the earlier of two"
        );
        assert_eq!(finder.nearest(Kind::Trough, 52, 1), None);
    }
}
