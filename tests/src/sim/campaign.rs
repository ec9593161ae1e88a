//! Many seeds: run, compare, count.

use super::chance::Chance;
use super::run::{Options, Outcome};
use super::{run, venue};
use oracle::{Rule, Tally};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Every tenth seed runs twice.
const TWICE_EVERY: u64 = 10;

/// A campaign of this many seeds or more fails when something of [`FAULTS`] or [`BRANCHES`] happened
/// fewer than [`LEAST`] times.
const LARGE: u64 = 20_000;
/// See [`LARGE`].
const LEAST: u64 = 20;

/// What goes wrong; each is counted only when it changed what happened (docs/testing.md).
pub const FAULTS: [&str; 36] = [
    "answer_lost",
    "cancel_order",
    "clock_back",
    "close_all",
    "close_position",
    "kill_after_commit",
    "kill_before_answer",
    "kill_before_commit",
    "kill_before_send",
    "kill_by_operator",
    "kill_idle",
    "lookup_lost",
    "lookup_stale",
    "market_gap",
    "market_late",
    "missing_bars",
    "new_settings",
    "outage_took_report",
    "outage_took_request",
    "refused",
    "report_doubled",
    "report_late",
    "report_lost",
    "report_met_dead_daemon",
    "request_delayed",
    "request_lost",
    "restart",
    "resume",
    "rows_of_a_few_lots",
    "set_protection",
    "spikes",
    "stall",
    "stop",
    "switch",
    "timed_out_executed",
    "timed_out_unexecuted",
];

/// Ways out that must have been taken.
pub const BRANCHES: [&str; 34] = [
    "close_all_dust",
    "close_all_no_liquidity",
    "close_all_resumed_after_restart",
    "close_all_sold",
    "day_loss_walked",
    "drawdown_latched",
    "duplicate_fill_ignored",
    "entry_blocked_by_unknown",
    "exit_fenced",
    "exit_waited_for_unknown",
    "filled_close_all",
    "filled_entry",
    "filled_operator_exit",
    "filled_stop",
    "filled_strategy_exit",
    "filled_synthetic_protection",
    "filled_target",
    "late_evidence_after_never_arrived",
    "late_fill_after_end",
    "missing_fill_fetched",
    "naked_stretch_ended",
    "never_arrived",
    "out_of_order_report",
    "partial_fill",
    "protection_replaced",
    "refused_owns_positions",
    "refused_stale_epoch",
    "restart_reconciled",
    "synthetic_takeover",
    "unknown_cancelled_by_probe",
    "unknown_found_expired",
    "unknown_found_filled",
    "unknown_found_rejected",
    "unknown_found_working",
];

/// Which kind of world a campaign runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Each seed draws one of the two.
    Drawn,
    /// A paper session.
    Paper,
    /// A venue behind a faulty link.
    Venue,
}

impl Kind {
    /// Runs a seed in a world of this kind.
    #[must_use]
    pub fn run(self, seed: u64, options: &Options) -> Outcome {
        let venue = match self {
            Self::Drawn => Chance::new(seed, "kind of world").percent(50),
            Self::Paper => false,
            Self::Venue => true,
        };
        if venue { venue::run(seed, options) } else { run::run(seed, options) }
    }
}

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
    /// What a large campaign of drawn worlds has met too seldom to say anything about it.
    #[must_use]
    pub fn too_seldom(&self) -> Vec<String> {
        if self.seeds < LARGE {
            return Vec::new();
        }
        let faults = FAULTS.iter().map(|name| (*name, self.tally.fault_count(name)));
        let branches = BRANCHES.iter().map(|name| (*name, self.tally.of(name)));
        let rare = faults.chain(branches).filter(|(_, count)| *count < LEAST);
        rare.map(|(name, count)| format!("{name}: {count} times, at least {LEAST}")).collect()
    }

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
pub fn campaign(kind: Kind, from: u64, count: u64, threads: usize) -> Campaign {
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
                    one(kind, seed, &mut own);
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

fn one(kind: Kind, seed: u64, campaign: &mut Campaign) {
    let outcome = std::panic::catch_unwind(|| kind.run(seed, &Options::default()));
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
        let again = kind.run(seed, &Options::default());
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
