//! What the book would have lost in the candles of the past: historical VaR and expected shortfall.
//!
//! Weights are values over equity, so cash counts as the part that can't fall. The horizon is one
//! candle of the signal interval; it is not scaled to longer ones, because volatility clusters.

use super::returns::{LONGEST, Returns};

/// Common returns without which nothing is said.
pub const LEAST: usize = 10;

/// The book's tail at a confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tail {
    /// Loss that is not exceeded with the confidence, percent of equity, 0 or above.
    pub var_pct: f64,
    /// Mean loss where it is reached or exceeded (expected shortfall), percent of equity, 0 or above.
    pub cvar_pct: f64,
    /// Candles that both are measured on.
    pub candles: usize,
}

/// The tail of a book of (returns, value over equity) at a confidence of 0.5 to 0.999.
///
/// Only candles count that all lines have, among the newest [`LONGEST`] of the first line. The VaR is
/// the quantile at 1 - confidence, with linear interpolation (Hyndman and Fan 1996, type 7). `None`
/// for an empty book, fewer than [`LEAST`] common candles, or candles of different lengths.
#[must_use]
pub fn tail(book: &[(&Returns, f64)], confidence: f64) -> Option<Tail> {
    let mut outcomes = outcomes(book)?;
    if outcomes.len() < LEAST {
        return None;
    }
    outcomes.sort_by(f64::total_cmp);
    let place = (1.0 - confidence) * (outcomes.len() - 1) as f64;
    let low = place.floor() as usize;
    let high = (low + 1).min(outcomes.len() - 1);
    let quantile = outcomes[low] + (outcomes[high] - outcomes[low]) * (place - low as f64);
    let worst = outcomes.iter().take_while(|x| **x <= quantile);
    let (sum, count) = worst.fold((0.0, 0_u32), |(sum, count), x| (sum + x, count + 1));
    let percent = |outcome: f64| (-outcome * 100.0).max(0.0);
    Some(Tail {
        var_pct: percent(quantile),
        cvar_pct: percent(sum / f64::from(count.max(1))),
        candles: outcomes.len(),
    })
}

/// What each common candle would have done to the book, as a part of equity.
fn outcomes(book: &[(&Returns, f64)]) -> Option<Vec<f64>> {
    let (first, _) = book.first()?;
    if book.iter().any(|(returns, _)| returns.interval() != first.interval()) {
        return None;
    }
    let mut places = vec![0_usize; book.len()];
    let mut all = Vec::with_capacity(LONGEST);
    'candles: for back in 0..LONGEST {
        let Some(wanted) = first.newest(back) else { break };
        let mut outcome = 0.0;
        for ((returns, weight), place) in book.iter().zip(&mut places) {
            let found = loop {
                match returns.newest(*place) {
                    Some(entry) if entry.at > wanted.at => *place += 1,
                    other => break other.filter(|entry| entry.at == wanted.at),
                }
            };
            let Some(entry) = found else { continue 'candles };
            outcome += weight * entry.value.exp_m1();
        }
        all.push(outcome);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Interval, Timestamp};

    /// Simple returns in percent, one a minute; `None` is a missing candle.
    fn series(percents: &[Option<f64>]) -> Returns {
        let mut returns = Returns::new(Interval::MINUTE);
        let mut close = 100.0;
        returns.push(Timestamp::ZERO, close);
        for (n, percent) in (1..).zip(percents) {
            if let Some(percent) = percent {
                close *= 1.0 + percent / 100.0;
                returns.push(Timestamp::from_millis(n * 60_000), close);
            }
        }
        returns
    }

    fn ladder(from: i64, to: i64) -> Returns {
        series(&(from..to).map(|x| Some(x as f64)).collect::<Vec<_>>())
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn quantile_and_shortfall_of_a_ladder() {
        // -10 % to +10 % in steps of one: 21 outcomes; the 5 % quantile is the second lowest.
        let returns = ladder(-10, 11);
        for (weight, confidence, var, cvar) in [
            (1.0, 0.95, 9.0, 9.5),
            (0.1, 0.95, 0.9, 0.95),
            (1.0, 0.9, 8.0, 9.0),
            (1.0, 0.925, 8.5, 9.5),
            (1.0, 0.5, 0.0, 5.0),
        ] {
            let tail = tail(&[(&returns, weight)], confidence).expect("known");
            assert!(near(tail.var_pct, var) && near(tail.cvar_pct, cvar), "{weight} {tail:?}");
            assert_eq!(tail.candles, 21);
        }
    }

    #[test]
    fn a_book_that_only_rose_has_no_loss() {
        let tail = tail(&[(&ladder(1, 20), 1.0)], 0.95).expect("known");
        assert_eq!((tail.var_pct, tail.cvar_pct), (0.0, 0.0));
    }

    #[test]
    fn lines_that_offset_each_other_do_so() {
        let (up, down) = (ladder(-10, 11), {
            series(&(-10..11).map(|x| Some(-f64::from(x))).collect::<Vec<_>>())
        });
        let hedged = tail(&[(&up, 0.5), (&down, 0.5)], 0.95).expect("known");
        assert!(near(hedged.var_pct, 0.0) && near(hedged.cvar_pct, 0.0), "{hedged:?}");
        let doubled = tail(&[(&up, 0.5), (&up, 0.5)], 0.95).expect("known");
        assert!(near(doubled.var_pct, 9.0), "{doubled:?}");
    }

    #[test]
    fn too_little_in_common_is_unknown_not_zero() {
        let full = ladder(-10, 11);
        let nine = series(&(-10..-1).map(|x| Some(f64::from(x))).collect::<Vec<_>>());
        let ten = series(&(-10..0).map(|x| Some(f64::from(x))).collect::<Vec<_>>());
        assert_eq!(tail(&[(&full, 1.0), (&nine, 1.0)], 0.95), None);
        assert_eq!(tail(&[(&full, 1.0), (&ten, 1.0)], 0.95).map(|t| t.candles), Some(10));
        assert_eq!(tail(&[(&full, 1.0), (&Returns::new(Interval::HOUR), 1.0)], 0.95), None);
        assert_eq!(tail(&[], 0.95), None);
        let mut holes: Vec<_> = (-10..11).map(|x| Some(f64::from(x))).collect();
        holes[4] = None;
        // The missing candle and the one after it, which then has no return.
        let known = tail(&[(&full, 1.0), (&series(&holes), 1.0)], 0.95).expect("known");
        assert_eq!(known.candles, 19);
    }
}
