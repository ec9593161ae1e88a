//! A stop holds: nothing new but what its reply lists, also across a restart.

use domain::OrderPurpose;
use std::time::Instant;
use tradingd_tests::sim::chance::Chance;
use tradingd_tests::sim::script::Op;
use tradingd_tests::sim::world::World;
use tradingd_tests::sim::{Options, Runner};

#[derive(Default)]
struct Seen {
    rows_after: u64,
    holding: u64,
    protected: u64,
    fired: u64,
    fenced: u64,
}

#[test]
fn after_stop_no_entry_and_no_strategy_order_in_1000_seeds_also_across_a_restart() {
    let start = Instant::now();
    let mut seen = Seen::default();
    let seeds = crate::seeds(40_000..41_000);
    for seed in &seeds {
        one(*seed, &mut seen);
    }
    println!(
        "{} seeds: {} rows after the stop, {} stopped while holding, {} with protection at the \
         venue, which fired in {}; {} strategy exits fenced; no entry, no strategy order, {:.1} s",
        seeds.len(),
        seen.rows_after,
        seen.holding,
        seen.protected,
        seen.fired,
        seen.fenced,
        start.elapsed().as_secs_f64()
    );
    if seeds.len() < 1_000 {
        return;
    }
    assert!(seen.holding >= 300, "stopped while holding in only {} seeds", seen.holding);
    assert!(seen.fired >= 100, "protection fired in only {} seeds", seen.fired);
    assert!(seen.fenced >= 100, "only {} strategy exits were fenced", seen.fenced);
}

fn one(seed: u64, seen: &mut Seen) {
    let mut chance = Chance::new(seed, "stop");
    let world = World::new(seed);
    let rows = world.rows;
    let options = Options { script: Some(Vec::new()), ..Options::default() };
    let mut run = Runner::new(world, &options);
    let stop_at = chance.between(20, rows * 3 / 4);
    // Half of the seeds wait for something to protect, the others stop wherever they are.
    let wait = seed.is_multiple_of(2);
    while run.row() < stop_at
        || wait
            && run.row() < rows * 3 / 4
            && run.oracle().live(OrderPurpose::Protection).is_empty()
    {
        assert!(run.step(), "the stop comes before the last row");
    }
    run.act(Op::Stop);
    run.act(Op::Restart);
    let live = run.oracle().live(OrderPurpose::Protection);
    let at = (run.row(), run.oracle().tally.clone());
    let held = run.session().engine().positions().count();
    while run.step() {}
    let after = run.oracle().tally.clone();
    for branch in ["entered", "exited", "filled_entry", "filled_strategy_exit", "resumed"] {
        let (before, now) = (at.1.of(branch), after.of(branch));
        assert_eq!(before, now, "seed {seed}: {branch} after a stop");
    }
    let fired = |tally: &tradingd_tests::sim::Tally| {
        tally.of("filled_stop")
            + tally.of("filled_target")
            + tally.of("filled_synthetic_protection")
    };
    seen.rows_after += run.row() - at.0;
    seen.holding += u64::from(held > 0);
    seen.protected += u64::from(!live.is_empty());
    seen.fired += u64::from(fired(&after) > fired(&at.1));
    seen.fenced += after.of("exit_fenced");
    let outcome = run.finish();
    let again = crate::again(seed, "after_stop");
    assert!(outcome.violations.is_empty(), "seed {seed}: {:?}\n{again}", outcome.violations);
}
