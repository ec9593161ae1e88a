//! Close-all sells everything that can be sold and reports what is left, on thick and thin markets.

use std::time::Instant;
use tradingd_tests::sim::chance::Chance;
use tradingd_tests::sim::script::{Latch, Op};
use tradingd_tests::sim::world::World;
use tradingd_tests::sim::{Options, Runner, Tally};

#[test]
fn close_all_sells_everything_and_reports_the_truth_in_500_seeds() {
    let start = Instant::now();
    let mut total = Tally::default();
    let (mut asked, mut holding, mut flat) = (0, 0, 0);
    let seeds = crate::seeds(50_000..50_500);
    for seed in seeds.iter().copied() {
        let world = World::new(seed);
        let rows = world.rows;
        let mut chance = Chance::new(seed, "close-all");
        let options = Options { script: Some(Vec::new()), ..Options::default() };
        let mut run = Runner::new(world, &options);
        let mut next = chance.between(10, 80);
        while run.row() + 80 < rows && run.step() {
            let held = run.session().engine().positions().count();
            if run.row() < next || (held == 0 && run.row() < next + 60) {
                continue;
            }
            (asked, holding) = (asked + 1, holding + u64::from(held > 0));
            run.act(Op::CloseAll);
            if chance.percent(30) {
                run.act(Op::Restart);
            }
            if chance.percent(20) {
                run.act(Op::CloseAll);
            }
            for _ in 0..40 {
                run.step();
            }
            let report = run.session().engine().last_close_all();
            flat += u64::from(held > 0 && report.is_some_and(|r| r.flat));
            run.act(Op::Resume(*chance.pick(&[Latch::Any, Latch::Current])));
            next = run.row() + chance.between(30, 120);
        }
        while run.step() {}
        let outcome = run.finish();
        assert!(
            outcome.violations.is_empty(),
            "seed {seed}: {:?}\n{}",
            outcome.violations,
            crate::again(seed, "close_all")
        );
        total.add(&outcome.tally);
    }
    let of = |name: &str| total.of(name);
    println!(
        "{} seeds: {asked} close-alls, {holding} while holding, {flat} flat; positions sold {}, \
         left for want of volume {}, left as dust {}; {} fills, {} rows, {:.1} s",
        seeds.len(),
        of("close_all_sold"),
        of("close_all_no_liquidity"),
        of("close_all_dust"),
        of("filled_close_all"),
        total.rows,
        start.elapsed().as_secs_f64()
    );
    if seeds.len() < 500 {
        return;
    }
    assert!(of("close_all_sold") >= 500, "sold {}", of("close_all_sold"));
    assert!(of("close_all_no_liquidity") >= 20, "thin {}", of("close_all_no_liquidity"));
    assert!(of("close_all_dust") >= 20, "dust {}", of("close_all_dust"));
}
