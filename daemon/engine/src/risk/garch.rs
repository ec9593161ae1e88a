//! GARCH(1,1) with zero mean and normal errors (Bollerslev 1986): h' = omega + alpha r² + beta h.
//!
//! Fitted by maximum likelihood under omega > 0, alpha and beta at least 0, alpha + beta < 1, so that
//! a long-run variance exists; it is kept within a hundredfold of the returns' mean square. What can't be fitted is a typed failure, never a row of zeros, and a
//! failed fit leaves no older parameters behind: a fit is a value, not a state.

use super::nelder_mead::{Minimum, Point, minimise};

/// Returns without which nothing is fitted; 60 or more are better.
pub const LEAST: usize = 30;
/// Persistence (alpha + beta) that the search stays below.
const MOST_PERSISTENT: f64 = 0.9999;
/// From here on the fit leans on that bound.
const EXPLOSIVE: f64 = 0.9998;
/// How many times the long-run variance may lie above or below the mean square of the returns.
const FAR: f64 = 100.0;
/// Mean squared return (as a deviation) below which prices stand still for our purposes.
const TINY: f64 = 1e-9;
/// A return this large (in logarithms) is not a price's.
const WILD: f64 = 2.0;

/// A fitted model. Variances are of one candle's return.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Garch {
    /// Floor of the variance, above 0.
    pub omega: f64,
    /// Weight of the last squared return, 0 or above.
    pub alpha: f64,
    /// Weight of the last variance, 0 or above.
    pub beta: f64,
    /// Log likelihood of the returns.
    pub log_likelihood: f64,
    /// Standard deviation expected of the next return.
    pub forecast: f64,
}

/// Why there is no model.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum GarchError {
    /// Too few returns.
    #[error("too few returns: {0}, needs {LEAST}")]
    TooShort(usize),
    /// Something in it is not a number.
    #[error("a return is not a finite number")]
    NotFinite,
    /// All returns are equal.
    #[error("the returns are all equal")]
    Constant,
    /// Returns too small to tell from rounding.
    #[error("the returns are too small to be measured")]
    Tiny,
    /// Returns that no price makes, or whose variance has no long-run level.
    #[error("the variance has no long-run level")]
    Explosive,
    /// The search came to no end.
    #[error("the fit did not converge")]
    NotConverged,
}

impl GarchError {
    /// The token shown to people and scripts.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Self::TooShort(_) => "too_short",
            Self::NotFinite => "not_finite",
            Self::Constant => "constant",
            Self::Tiny => "tiny",
            Self::Explosive => "explosive",
            Self::NotConverged => "not_converged",
        }
    }
}

impl Garch {
    /// alpha + beta, below 1.
    #[must_use]
    pub fn persistence(&self) -> f64 {
        self.alpha + self.beta
    }

    /// Standard deviation to which forecasts return in the long run.
    #[must_use]
    pub fn long_run(&self) -> f64 {
        (self.omega / (1.0 - self.persistence())).sqrt()
    }
}

/// Fits a model to returns, oldest first.
///
/// # Errors
/// See [`GarchError`].
pub fn fit(returns: &[f64]) -> Result<Garch, GarchError> {
    let scale = check(returns)?;
    // On a mean square of one the search's steps fit every market.
    let scaled: Vec<f64> = returns.iter().map(|r| (r / scale).powi(2)).collect();
    let start = backcast(&scaled);
    let cost = |point: &Point| {
        let (omega, alpha, beta) = parameters(point);
        -likelihood(&scaled, start, omega, alpha, beta).0
    };
    let best = search(cost);
    if !best.converged || !best.value.is_finite() {
        return Err(GarchError::NotConverged);
    }
    let (omega, alpha, beta) = parameters(&best.at);
    if alpha + beta >= EXPLOSIVE {
        return Err(GarchError::Explosive);
    }
    let (log_likelihood, next) = likelihood(&scaled, start, omega, alpha, beta);
    Ok(Garch {
        omega: omega * scale * scale,
        alpha,
        beta,
        log_likelihood: log_likelihood - returns.len() as f64 * scale.ln(),
        forecast: next.sqrt() * scale,
    })
}

/// Refuses what no model fits; gives the root of the mean square.
fn check(returns: &[f64]) -> Result<f64, GarchError> {
    if returns.len() < LEAST {
        return Err(GarchError::TooShort(returns.len()));
    }
    if returns.iter().any(|r| !r.is_finite()) {
        return Err(GarchError::NotFinite);
    }
    if returns.iter().any(|r| r.abs() > WILD) {
        return Err(GarchError::Explosive);
    }
    let scale = (returns.iter().map(|r| r * r).sum::<f64>() / returns.len() as f64).sqrt();
    let (least, most) =
        returns.iter().fold((f64::MAX, f64::MIN), |(a, b), r| (a.min(*r), b.max(*r)));
    if most - least <= scale * 1e-9 {
        return Err(GarchError::Constant);
    }
    if scale < TINY {
        return Err(GarchError::Tiny);
    }
    Ok(scale)
}

/// The variance before the first return: the first 75 squares, each weighing 0.94 of the one before.
fn backcast(squares: &[f64]) -> f64 {
    let (mut sum, mut weights, mut weight) = (0.0, 0.0, 1.0);
    for square in squares.iter().take(75) {
        sum += weight * square;
        weights += weight;
        weight *= 0.94;
    }
    sum / weights
}

/// Log likelihood of squared returns, and the variance of the next one.
fn likelihood(squares: &[f64], start: f64, omega: f64, alpha: f64, beta: f64) -> (f64, f64) {
    let mut variance = omega + (alpha + beta) * start;
    let mut sum = 0.0;
    for square in squares {
        sum += variance.ln() + square / variance;
        variance = omega + alpha * square + beta * variance;
    }
    let constant = squares.len() as f64 * (2.0 * std::f64::consts::PI).ln();
    (-0.5 * (sum + constant), variance)
}

/// The best of searches from a calm, a middling and a lively start.
fn search(cost: impl Fn(&Point) -> f64 + Copy) -> Minimum {
    let from =
        |persistence: f64, share: f64| [0.0, logit(persistence / MOST_PERSISTENT), logit(share)];
    let starts = [from(0.97, 0.06), from(0.9, 0.15), from(0.5, 0.5)];
    let runs = starts.map(|start| {
        let first = minimise(cost, start, 0.5, 400);
        // A second simplex frees a search that has collapsed on a slope.
        minimise(cost, first.at, 0.25, 400)
    });
    let [mut best, others @ ..] = runs;
    for other in others {
        if other.value < best.value {
            best = other;
        }
    }
    best
}

/// From the search's free numbers to omega, alpha and beta within their bounds.
fn parameters(point: &Point) -> (f64, f64, f64) {
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    let persistence = MOST_PERSISTENT * logistic(point[1]);
    let share = logistic(point[2]);
    let long_run = (point[0].tanh() * FAR.ln()).exp();
    (long_run * (1.0 - persistence), persistence * share, persistence * (1.0 - share))
}

fn logit(share: f64) -> f64 {
    (share / (1.0 - share)).ln()
}

#[cfg(test)]
#[path = "garch_tests.rs"]
mod tests;
