//! Conservation and every other promise over many random worlds.

use std::time::Instant;
use tradingd_tests::sim::{self, Kind};

/// What a thousand worlds must have gone through, or they say little.
const BRANCHES: [&str; 26] = [
    "filled_entry",
    "filled_strategy_exit",
    "filled_close_all",
    "filled_stop",
    "filled_target",
    "filled_synthetic_protection",
    "partial_fill",
    "expired_no_liquidity",
    "expired_oco_filled",
    "cancelled",
    "rejected_min_notional",
    "protected_at_venue",
    "synthetic_set",
    "drawdown_latched",
    "drawdown_walked",
    "day_loss_walked",
    "halted",
    "resumed",
    "benched",
    "re_enabled",
    "exit_fenced",
    "refused_owns_positions",
    "refused_stale_epoch",
    "close_all_sold",
    "close_all_dust",
    "denied_max_total_exposure",
];

#[test]
fn conservation_over_1000_seeded_markets() {
    let start = Instant::now();
    let campaign = sim::campaign(Kind::Paper, 1, 1_000, 1);
    let t = &campaign.tally;
    println!(
        "{} seeds ({} traded, {} run twice): {} rows, {} events, {} orders, {} fills, {} trades, \
         {} checks of the books, faults {:?}, {} violations, {:.1} s",
        campaign.seeds,
        campaign.trading,
        campaign.twice,
        t.rows,
        t.events,
        t.orders,
        t.fills,
        t.trades,
        t.checks,
        t.faults,
        t.violations,
        start.elapsed().as_secs_f64()
    );
    campaign.assert_clean();
    let rare: Vec<_> = BRANCHES.iter().map(|b| (b, t.of(b))).filter(|(_, n)| *n < 20).collect();
    assert!(rare.is_empty(), "reached fewer than 20 times: {rare:?}");
    assert!(campaign.trading >= 750, "{} of 1000 seeds traded", campaign.trading);
}

#[test]
fn seeds_that_once_failed_hold() {
    let seeds: Vec<u64> = include_str!("../simulation_seeds.txt")
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| !word.starts_with('#'))
        .map(|word| word.parse().expect("simulation_seeds.txt has a number at the start of a line"))
        .collect();
    assert!(!seeds.is_empty(), "simulation_seeds.txt names seeds");
    let complaints: Vec<String> = seeds
        .iter()
        .flat_map(|seed| {
            [Kind::Paper, Kind::Venue].map(|kind| kind.run(*seed, &sim::Options::default()))
        })
        .filter_map(|outcome| outcome.complaint())
        .collect();
    println!("{} kept seeds, {} complaints", seeds.len(), complaints.len());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
