//! Many seeds: run, compare, count.

use super::run::{Options, run};
use oracle::{Rule, Tally};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Every tenth seed runs twice.
const TWICE_EVERY: u64 = 10;

/// What a campaign came to.
#[derive(Debug, Default)]
pub struct Campaign {
    /// Seeds run.
    pub seeds: u64,
    /// Seeds run a second time, whose logs were compared.
    pub twice: u64,
    /// Seeds that placed an order.
    pub trading: u64,
    /// All counts together.
    pub tally: Tally,
    /// One text per failing seed, in order of seed.
    pub complaints: Vec<(u64, String)>,
}

impl Campaign {
    /// Fails with every complaint (at most ten) unless all is well.
    ///
    /// # Panics
    /// When a promise was broken.
    pub fn assert_clean(&self) {
        let texts: Vec<&str> = self.complaints.iter().take(10).map(|c| c.1.as_str()).collect();
        assert!(
            texts.is_empty(),
            "{} of {} seeds broke a promise:\n{}",
            self.complaints.len(),
            self.seeds,
            texts.join("\n")
        );
    }
}

/// Runs `count` seeds from `from` on, over `threads` threads.
#[must_use]
pub fn campaign(from: u64, count: u64, threads: usize) -> Campaign {
    let next = AtomicU64::new(from);
    let total = Mutex::new(Campaign::default());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                let mut own = Campaign::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + count {
                        break;
                    }
                    one(seed, &mut own);
                }
                if let Ok(mut total) = total.lock() {
                    merge(&mut total, own);
                }
            });
        }
    });
    let mut total = total.into_inner().unwrap_or_default();
    total.complaints.sort();
    total
}

fn one(seed: u64, campaign: &mut Campaign) {
    let outcome = std::panic::catch_unwind(|| run(seed, &Options::default()));
    campaign.seeds += 1;
    let Ok(outcome) = outcome else {
        campaign.tally.violations += 1;
        let text = format!("seed {seed}: panicked\n  replay: cargo sim --seed {seed} --trace");
        campaign.complaints.push((seed, text));
        return;
    };
    if let Some(text) = outcome.complaint() {
        campaign.complaints.push((seed, text));
    }
    if seed.is_multiple_of(TWICE_EVERY) {
        campaign.twice += 1;
        campaign.tally.look_at(Rule::SameAgain);
        let again = run(seed, &Options::default());
        if again.log_sha256 != outcome.log_sha256 || again.stored != outcome.stored {
            campaign.tally.violations += 1;
            let text = format!("seed {seed}: a second run gave another log or another state");
            campaign.complaints.push((seed, text));
        }
    }
    campaign.trading += u64::from(outcome.tally.orders > 0);
    campaign.tally.add(&outcome.tally);
}

fn merge(total: &mut Campaign, own: Campaign) {
    total.seeds += own.seeds;
    total.twice += own.twice;
    total.trading += own.trading;
    total.tally.add(&own.tally);
    total.complaints.extend(own.complaints);
}
