//! Means, deviations and the ratios made of them. Statistics, so floats; what is not defined is `None`.

/// Deviations below this share of the mean's size are rounding, not risk.
const NOTHING: f64 = 1e-12;
/// Days of a year; markets here never close.
pub(super) const YEAR_DAYS: f64 = 365.0;

/// Mean, deviation and losses of a series, kept while it is read (Welford 1962).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
    losses: f64,
}

impl Moments {
    /// Takes the next value.
    pub(super) fn push(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
        self.losses += value.min(0.0).powi(2);
    }

    /// How many values.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// Sample deviation; `None` with fewer than two values.
    pub(super) fn deviation(&self) -> Option<f64> {
        (self.count >= 2).then(|| (self.squares / (self.count - 1) as f64).sqrt())
    }

    /// Mean over sample deviation (Sharpe 1994, nothing is free of risk); `None` without deviation.
    pub(super) fn sharpe(&self) -> Option<f64> {
        let deviation = self.deviation()?;
        (deviation > NOTHING * self.mean.abs().max(NOTHING)).then(|| self.mean / deviation)
    }

    /// Mean over the root of the mean squared loss, over all values (Sortino and Price 1994, target
    /// zero); `None` with fewer than two values or without a loss.
    pub(super) fn sortino(&self) -> Option<f64> {
        let downside = (self.losses / self.count.max(1) as f64).sqrt();
        (self.count >= 2 && downside > 0.0).then(|| self.mean / downside)
    }
}

/// Compound growth of a year in percent, from the growth over so many days; `None` for less than a
/// year or when everything was lost.
pub(super) fn cagr_pct(growth: f64, days: f64) -> Option<f64> {
    (days >= YEAR_DAYS && growth > 0.0).then(|| (growth.powf(YEAR_DAYS / days) - 1.0) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|v| moments.push(*v));
        moments
    }

    #[test]
    fn ratios_by_hand() {
        let some = moments(&[4.0, 0.0, -1.0, 1.0]);
        assert_eq!(some.count(), 4);
        let near = |a: Option<f64>, b: f64| assert!((a.expect("is there") - b).abs() < 1e-12);
        // 4, 0, -1, 1: mean 1, squares 9 + 1 + 4 + 0 = 14, losses 1 / 4.
        near(some.deviation(), (14.0_f64 / 3.0).sqrt());
        near(some.sharpe(), 1.0 / (14.0_f64 / 3.0).sqrt());
        near(some.sortino(), 2.0);
        near(cagr_pct(1.21, 730.0), 10.0);
    }

    #[test]
    fn what_is_not_defined_is_absent() {
        assert_eq!(moments(&[]).sharpe(), None);
        assert_eq!(moments(&[1.0]).deviation(), None);
        assert_eq!(moments(&[1.0]).sortino(), None);
        assert_eq!(moments(&[0.1, 0.1, 0.1]).sharpe(), None, "no deviation");
        assert_eq!(moments(&[0.0, 0.0]).sharpe(), None);
        assert_eq!(moments(&[1.0, 2.0]).sortino(), None, "no loss");
        assert_eq!(cagr_pct(1.5, 364.9), None);
        assert_eq!(cagr_pct(0.0, 400.0), None);
    }
}
