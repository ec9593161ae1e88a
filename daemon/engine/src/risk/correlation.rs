//! Correlation of two symbols' returns, joined by the close times of their candles.

use super::returns::{KEPT, Returns};
use domain::Timestamp;

/// Common returns without which there is no correlation.
pub const LEAST: u32 = 5;

/// Pearson's sample correlation, -1 to 1, over the candles that both have among the newest `window`.
///
/// `None` when it is not known: fewer than [`LEAST`] common candles, one of the two did not move,
/// or their candles differ in length. (K. Pearson 1895, in the one-pass form.)
#[must_use]
pub fn correlation(a: &Returns, b: &Returns, window: usize) -> Option<f64> {
    if a.interval() != b.interval() {
        return None;
    }
    let newest = a.newest(0)?.at.max(b.newest(0)?.at);
    let count = window.min(KEPT);
    if a.is_whole(newest, count) && b.is_whole(newest, count) {
        return whole(a, b, count);
    }
    by_time(a, b, window, newest)
}

/// Sums of pairs of returns.
#[derive(Default)]
struct Sums {
    n: u32,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

/// Without gaps the places are the times.
fn whole(a: &Returns, b: &Returns, count: usize) -> Option<f64> {
    let mut sums = Sums::default();
    for back in 0..count {
        sums.add(a.newest(back)?.value, b.newest(back)?.value);
    }
    sums.correlation()
}

fn by_time(a: &Returns, b: &Returns, window: usize, newest: Timestamp) -> Option<f64> {
    let span = a.interval().micros() * window.min(KEPT) as i64;
    let after = newest.plus_micros(-span);
    let mut sums = Sums::default();
    let (mut own, mut other) = (a.newest_first(), b.newest_first());
    let (mut x, mut y) = (own.next(), other.next());
    while let (Some(left), Some(right)) = (x, y) {
        if left.at.min(right.at) <= after {
            break;
        }
        if left.at == right.at {
            sums.add(left.value, right.value);
            (x, y) = (own.next(), other.next());
        } else if left.at > right.at {
            x = own.next();
        } else {
            y = other.next();
        }
    }
    sums.correlation()
}

impl Sums {
    #[inline]
    fn add(&mut self, x: f64, y: f64) {
        self.n += 1;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    fn correlation(&self) -> Option<f64> {
        if self.n < LEAST {
            return None;
        }
        let count = f64::from(self.n);
        let (vx, vy) = (self.xx - self.x * self.x / count, self.yy - self.y * self.y / count);
        // What is left of equal returns after rounding is no movement.
        if vx <= self.xx * 1e-12 || vy <= self.yy * 1e-12 {
            return None;
        }
        let value = (self.xy - self.x * self.y / count) / (vx * vy).sqrt();
        value.is_finite().then(|| value.clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Interval;

    /// Returns of these values, one a minute from a minute on; `None` is a missing candle.
    fn series(from: i64, values: &[Option<f64>]) -> Returns {
        let mut returns = Returns::new(Interval::MINUTE);
        let mut close = 100.0;
        let at = |n: i64| Timestamp::from_millis(n * 60_000);
        returns.push(at(from), close);
        for (n, value) in (from + 1..).zip(values) {
            if let Some(value) = value {
                close *= f64::exp(*value);
                returns.push(at(n), close);
            }
        }
        returns
    }

    fn waves(shift: f64, count: usize) -> Vec<Option<f64>> {
        (0..count).map(|i| Some(0.01 * (i as f64 + shift).sin())).collect()
    }

    #[test]
    fn table() {
        let up = waves(0.0, 40);
        let down: Vec<_> = up.iter().map(|v| v.map(|x| -x)).collect();
        let still = vec![Some(0.0); 40];
        let rising = vec![Some(0.01); 40];
        let a = series(0, &up);
        for (name, b, expected) in [
            ("itself", series(0, &up), Some(1.0)),
            ("the opposite is no risk: the sign stays", series(0, &down), Some(-1.0)),
            ("a series that stands still", series(0, &still), None),
            ("a series of equal returns", series(0, &rising), None),
            ("four common candles", series(35, &up[35..39]), None),
            ("five common candles", series(34, &up[34..39]), Some(1.0)),
            ("nothing in common", series(100, &up), None),
            ("no returns", Returns::new(Interval::MINUTE), None),
            ("candles of another length", Returns::new(Interval::HOUR), None),
        ] {
            let got = correlation(&a, &b, 30);
            let close = match (got, expected) {
                (Some(got), Some(expected)) => (got - expected).abs() < 1e-9,
                (got, expected) => got == expected,
            };
            assert!(close, "{name}: {got:?}, expected {expected:?}");
            assert_eq!(correlation(&b, &a, 30), got, "{name}: the same from both sides");
        }
    }

    #[test]
    fn candles_are_joined_by_time_not_by_place() {
        let full = waves(0.0, 40);
        let mut holes = full.clone();
        for at in [7, 8, 20, 33] {
            holes[at] = None;
        }
        let got = correlation(&series(0, &full), &series(0, &holes), 40).expect("known");
        // After a hole the next candle has no return either; the rest is the same series.
        assert!((got - 1.0).abs() < 1e-9, "{got}");
        // One minute of shift is another figure altogether.
        let shifted = correlation(&series(0, &full), &series(1, &full), 40).expect("known");
        assert!((shifted - 1_f64.cos()).abs() < 0.1, "{shifted}");
    }

    #[test]
    fn it_equals_the_two_pass_formula() {
        let a = series(0, &waves(0.0, 60));
        let b = series(0, &waves(0.7, 60));
        let window = 30;
        let (x, y) = (a.values(window), b.values(window));
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let (mx, my) = (mean(&x), mean(&y));
        let sum = |f: &dyn Fn(usize) -> f64| (0..window).map(f).sum::<f64>();
        let expected = sum(&|i| (x[i] - mx) * (y[i] - my))
            / (sum(&|i| (x[i] - mx).powi(2)) * sum(&|i| (y[i] - my).powi(2))).sqrt();
        let got = correlation(&a, &b, window).expect("known");
        assert!((got - expected).abs() < 1e-12, "{got} {expected}");
    }
}
