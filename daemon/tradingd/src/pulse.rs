//! How long things take: counts, means and percentiles of wall time since the process began.
//!
//! Written by the trader once per row and commit (two clock reads and a short lock), read by whoever
//! asks. Nothing decides by it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Newest measurements that percentiles are of.
const KEPT: usize = 1_024;

/// One thing that is measured again and again.
#[derive(Debug, Default)]
pub struct Timer(Mutex<Measured>);

#[derive(Debug, Default)]
struct Measured {
    count: u64,
    sum: Duration,
    max: Duration,
    newest: VecDeque<Duration>,
}

/// What a timer has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimerView {
    /// Measurements.
    pub count: u64,
    /// The newest.
    pub last: Duration,
    /// Over all.
    pub mean: Duration,
    /// Over all.
    pub max: Duration,
    /// Half, 95 and 99 in 100 of the newest 1,024 were no longer (nearest rank).
    pub percentiles: [Duration; 3],
}

impl Timer {
    /// Adds a measurement.
    pub fn add(&self, took: Duration) {
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        own.count += 1;
        own.sum += took;
        own.max = own.max.max(took);
        if own.newest.len() == KEPT {
            own.newest.pop_front();
        }
        own.newest.push_back(took);
    }

    /// What it has seen; `None` before the first measurement.
    #[must_use]
    pub fn view(&self) -> Option<TimerView> {
        let (mut newest, view) = {
            let own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let last = *own.newest.back()?;
            let nanos = own.sum.as_nanos() / u128::from(own.count);
            let mean = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
            let newest: Vec<Duration> = own.newest.iter().copied().collect();
            let percentiles = [Duration::ZERO; 3];
            (newest, TimerView { count: own.count, last, mean, max: own.max, percentiles })
        };
        newest.sort_unstable();
        let rank = |pct: usize| newest[(newest.len() * pct).div_ceil(100).max(1) - 1];
        Some(TimerView { percentiles: [rank(50), rank(95), rank(99)], ..view })
    }
}

/// All that is measured.
#[derive(Debug, Default)]
pub struct Pulse {
    /// Handling of a row.
    pub cycle: Timer,
    /// The same for rows that made orders leave, without what comes after the engine.
    pub tick_to_order: Timer,
    /// Commits that became durable.
    pub commit: Timer,
    /// Open event streams.
    pub streams: Arc<AtomicU32>,
}

impl Pulse {
    /// Open event streams now.
    #[must_use]
    pub fn open_streams(&self) -> u32 {
        self.streams.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_newest_and_the_rest_of_all() {
        let timer = Timer::default();
        assert_eq!(timer.view(), None);
        let micros = Duration::from_micros;
        timer.add(micros(5));
        let one = timer.view().expect("one");
        assert_eq!((one.count, one.last, one.mean, one.max), (1, micros(5), micros(5), micros(5)));
        assert_eq!(one.percentiles, [micros(5); 3]);
        timer.add(micros(1_000_000));
        // Pushes both of the above out of the newest.
        for n in (1..=1_024).rev() {
            timer.add(micros(n));
        }
        let all = timer.view().expect("many");
        assert_eq!((all.count, all.last, all.max), (1_026, micros(1), micros(1_000_000)));
        assert_eq!(all.mean, Duration::from_nanos((1_000_005 + 1_024 * 1_025 / 2) * 1_000 / 1_026));
        assert_eq!(all.percentiles, [micros(512), micros(973), micros(1_014)]);
    }
}
