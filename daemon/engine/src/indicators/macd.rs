//! Moving average convergence/divergence.

use super::Ema;
use serde::{Deserialize, Serialize};

/// The three values of a MACD, in price units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MacdValue {
    /// Fast average minus slow average.
    pub line: f64,
    /// Average of the line.
    pub signal: f64,
    /// Line minus signal.
    pub histogram: f64,
}

/// `line = EMA(fast) - EMA(slow)`, `signal = EMA(line)`, seeded as TA-Lib's MACD does it: the fast
/// average starts `slow - fast` values late, so that both averages have their first value together,
/// with value number `slow`. The first result comes with value number `slow + signal - 1`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Macd {
    fast: Ema,
    slow: Ema,
    signal: Ema,
    fast_starts_in: usize,
}

impl Macd {
    /// Periods of the two averages and of the signal line. Fast and slow are swapped when the fast
    /// period is the longer one, as TA-Lib does.
    #[must_use]
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        let (fast, slow) = (fast.min(slow).max(1), fast.max(slow).max(1));
        Self {
            fast: Ema::new(fast),
            slow: Ema::new(slow),
            signal: Ema::new(signal),
            fast_starts_in: slow - fast,
        }
    }

    /// Adds a close.
    pub fn update(&mut self, close: f64) -> Option<MacdValue> {
        let slow = self.slow.update(close);
        if self.fast_starts_in > 0 {
            self.fast_starts_in -= 1;
            return None;
        }
        let fast = self.fast.update(close);
        let line = fast? - slow?;
        let signal = self.signal.update(line)?;
        Some(MacdValue { line, signal, histogram: line - signal })
    }
}
