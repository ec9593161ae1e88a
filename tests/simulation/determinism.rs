//! The same inputs give the same bytes, with and without kills in between.

use std::time::Instant;
use tradingd_tests::sim::chance::Chance;
use tradingd_tests::sim::script::Op;
use tradingd_tests::sim::world::World;
use tradingd_tests::sim::{self, Options};

#[test]
fn determinism_same_data_same_log() {
    let (mut bytes, mut events) = (0, 0);
    let seeds = 20_000..20_120;
    for seed in seeds.clone() {
        let options = Options { keep_log: true, ..Options::default() };
        let (first, second) = (sim::run(seed, &options), sim::run(seed, &options));
        assert!(first.log == second.log, "seed {seed}: two runs, two logs");
        assert!(first.stored == second.stored, "seed {seed}: two runs, two states");
        assert_eq!(first.log_sha256, second.log_sha256);
        assert_eq!(first.complaint(), None);
        bytes += first.log.len();
        events += first.tally.events;
    }
    println!("{} seeds twice: {events} events, {bytes} bytes of log, all equal", seeds.count());
    assert!(events > 20_000, "{events} events say little");
}

/// A hundred kills at random rows against a run without any.
#[test]
fn restart_at_100_random_moments_gives_the_same_log_and_ledger() {
    const RESTARTS: u64 = 100;
    let start = Instant::now();
    let (mut seeds, mut events, mut bytes, mut open) = (0, 0, 0, 0);
    for seed in 30_000..30_060 {
        let world = World::new(seed);
        let plain: Vec<_> =
            world.script.iter().filter(|(_, op)| *op != Op::Restart).copied().collect();
        let mut chance = Chance::new(seed, "kills");
        let mut killed = plain.clone();
        killed.extend((0..RESTARTS).map(|_| (chance.below(world.rows), Op::Restart)));
        killed.sort_by_key(|(row, _)| *row);
        let options = |script| Options { script: Some(script), ..Options::default() };
        let whole = sim::run(seed, &options(plain));
        let pieces = sim::run(seed, &options(killed));
        assert_eq!(whole.complaint(), None);
        assert_eq!(pieces.complaint(), None);
        assert_eq!(pieces.tally.faults.get("restart"), Some(&RESTARTS));
        assert_eq!(whole.log_sha256, pieces.log_sha256, "seed {seed}: another log after kills");
        assert_eq!(whole.holdings, pieces.holdings, "seed {seed}: another ledger after kills");
        assert!(whole.stored == pieces.stored, "seed {seed}: another state after kills");
        seeds += 1;
        events += whole.tally.events;
        bytes += whole.stored.len();
        open += u64::from(whole.tally.trades > 0);
    }
    println!(
        "{seeds} seeds ({open} traded) with {RESTARTS} kills each: {events} events equal, \
         {bytes} bytes of state equal, {:.1} s",
        start.elapsed().as_secs_f64()
    );
    assert!(open > 30, "only {open} seeds traded");
}
