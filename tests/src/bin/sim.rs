//! Replays one seed, or runs a campaign of many and ends with one line of JSON.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use serde_json::json;
use std::process::ExitCode;
use std::time::Instant;
use tradingd_tests::sim::{self, Options};

const HELP: &str = "usage: sim --seed N [--trace]        replay one seed
       sim --seeds N [--from K]         run N seeds from K on (default 1)
                                        ends with one line of JSON; exit 1 on violations";

#[derive(Debug, Default)]
struct Arguments {
    seed: Option<u64>,
    seeds: Option<u64>,
    from: Option<u64>,
    trace: bool,
}

fn main() -> ExitCode {
    match arguments(std::env::args().skip(1)) {
        Ok(Arguments { seed: Some(seed), trace, .. }) => replay(seed, trace),
        Ok(Arguments { seeds: Some(seeds), from, .. }) => campaign(from.unwrap_or(1), seeds),
        Ok(_) => usage("either --seed or --seeds is needed"),
        Err(problem) => usage(&problem),
    }
}

fn usage(problem: &str) -> ExitCode {
    eprintln!("{problem}\n{HELP}");
    ExitCode::from(2)
}

fn arguments(mut texts: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut found = Arguments::default();
    while let Some(text) = texts.next() {
        let mut number = || {
            let value = texts.next().ok_or_else(|| format!("{text} needs a number"))?;
            value.parse::<u64>().map_err(|e| format!("{text} {value:?}: {e}"))
        };
        match text.as_str() {
            "--seed" => found.seed = Some(number()?),
            "--seeds" => found.seeds = Some(number()?),
            "--from" => found.from = Some(number()?),
            "--trace" => found.trace = true,
            other => return Err(format!("unknown argument {other:?}")),
        }
    }
    Ok(found)
}

fn replay(seed: u64, trace: bool) -> ExitCode {
    let world = sim::world::World::new(seed);
    println!(
        "seed {seed}: {:?}, {} rows of {}, {} symbol(s), risk {:?}, exchange {:?}",
        world.market,
        world.rows,
        world.interval,
        world.settings.instruments.len(),
        world.settings.risk,
        world.exchange
    );
    let outcome = sim::run(seed, &Options { trace, ..Options::default() });
    for line in &outcome.trace {
        println!("{line}");
    }
    for (asset, amount) in &outcome.holdings {
        println!("holds {amount} {asset}");
    }
    for v in &outcome.violations {
        println!("broken in step {}: {}: {}", v.step, v.rule.text(), v.detail);
    }
    let hash: String = outcome.log_sha256.iter().map(|b| format!("{b:02x}")).collect();
    let t = &outcome.tally;
    println!(
        "{} steps, {} events, {} orders, {} fills, {} violations, log {hash}",
        t.steps, t.events, t.orders, t.fills, t.violations
    );
    if t.violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn campaign(from: u64, seeds: u64) -> ExitCode {
    let start = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let campaign = sim::campaign(from, seeds, threads);
    for (_, text) in &campaign.complaints {
        eprintln!("{text}");
    }
    let tally = &campaign.tally;
    for (rule, count) in tally.rules() {
        eprintln!("{count:>12} x {} {:?}", rule.text(), rule.invariants());
    }
    println!(
        "{}",
        json!({
            "seeds": campaign.seeds,
            "from": from,
            "seeds_run_twice": campaign.twice,
            "seeds_with_orders": campaign.trading,
            "steps": tally.steps,
            "rows": tally.rows,
            "events": tally.events,
            "orders": tally.orders,
            "fills": tally.fills,
            "trades": tally.trades,
            "checks": tally.checks,
            "faults": tally.faults,
            "branches": tally.branches,
            "violations": tally.violations,
            "seconds": start.elapsed().as_secs_f64(),
        })
    );
    if campaign.complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
