//! Two thousand worlds, half of them with a venue behind a faulty link and a daemon that is killed.

use std::time::Instant;
use tradingd_tests::sim::{self, Kind};

/// Ways out of trouble that so many worlds must have taken, or they say little.
const RECOVERIES: [&str; 10] = [
    "duplicate_fill_ignored",
    "entry_blocked_by_unknown",
    "late_fill_after_end",
    "missing_fill_fetched",
    "never_arrived",
    "out_of_order_report",
    "protection_replaced",
    "restart_reconciled",
    "unknown_found_filled",
    "unknown_found_working",
];

#[test]
fn two_thousand_drawn_worlds_hold() {
    let start = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let campaign = sim::campaign(Kind::Drawn, 60_001, 2_000, threads);
    let t = &campaign.tally;
    println!(
        "{} seeds ({} traded, {} run twice): {} steps, {} orders, {} fills, faults {:?}, {} \
         violations, {:.1} s",
        campaign.seeds,
        campaign.trading,
        campaign.twice,
        t.steps,
        t.orders,
        t.fills,
        t.faults,
        t.violations,
        start.elapsed().as_secs_f64()
    );
    campaign.assert_clean();
    let rare: Vec<_> = RECOVERIES.iter().map(|b| (b, t.of(b))).filter(|(_, n)| *n < 20).collect();
    assert!(rare.is_empty(), "taken fewer than 20 times: {rare:?}");
}
