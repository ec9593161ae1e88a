//! Replays one seed, or runs a campaign of many and ends with one line of JSON.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use serde_json::json;
use std::process::ExitCode;
use std::time::Instant;
use tradingd_tests::sim::{self, Kind, Options};

const HELP: &str = "usage: sim --seed N [--trace]        replay one seed
       sim --seeds N [--from K]         run N seeds from K on (default 1)
                                        ends with one line of JSON; exit 1 on violations
       --paper, --venue                 worlds of this kind alone; each seed draws one otherwise";

#[derive(Debug)]
struct Arguments {
    kind: Kind,
    seed: Option<u64>,
    seeds: Option<u64>,
    from: Option<u64>,
    trace: bool,
}

fn main() -> ExitCode {
    match arguments(std::env::args().skip(1)) {
        Ok(Arguments { kind, seed: Some(seed), trace, .. }) => replay(kind, seed, trace),
        Ok(Arguments { kind, seeds: Some(seeds), from, .. }) => {
            campaign(kind, from.unwrap_or(1), seeds)
        }
        Ok(_) => usage("either --seed or --seeds is needed"),
        Err(problem) => usage(&problem),
    }
}

fn usage(problem: &str) -> ExitCode {
    eprintln!("{problem}\n{HELP}");
    ExitCode::from(2)
}

fn arguments(mut texts: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut found =
        Arguments { kind: Kind::Drawn, seed: None, seeds: None, from: None, trace: false };
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
            "--paper" => found.kind = Kind::Paper,
            "--venue" => found.kind = Kind::Venue,
            other => return Err(format!("unknown argument {other:?}")),
        }
    }
    Ok(found)
}

fn replay(kind: Kind, seed: u64, trace: bool) -> ExitCode {
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
    let outcome = kind.run(seed, &Options { trace, ..Options::default() });
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

fn campaign(kind: Kind, from: u64, seeds: u64) -> ExitCode {
    let start = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let campaign = sim::campaign(kind, from, seeds, threads);
    for (_, text) in &campaign.complaints {
        eprintln!("{text}");
    }
    let tally = &campaign.tally;
    tell_more(&campaign);
    let few = if kind == Kind::Drawn { campaign.too_seldom() } else { Vec::new() };
    for text in &few {
        eprintln!("too seldom: {text}");
    }
    let count = |names: &[&str], of: &dyn Fn(&str) -> u64| -> serde_json::Map<_, _> {
        names.iter().map(|name| ((*name).to_owned(), json!(of(name)))).collect()
    };
    println!(
        "{}",
        json!({
            "seeds": campaign.seeds,
            "from": from,
            "steps": tally.steps,
            "orders": tally.orders,
            "fills": tally.fills,
            "faults": count(&sim::campaign::FAULTS, &|name| tally.fault_count(name)),
            "branches": count(&sim::campaign::BRANCHES, &|name| tally.of(name)),
            "violations": tally.violations,
            "seconds": start.elapsed().as_secs_f64(),
        })
    );
    let fine = campaign.complaints.is_empty() && few.is_empty();
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What the line of JSON has no place for.
fn tell_more(campaign: &sim::Campaign) {
    let tally = &campaign.tally;
    for (rule, count) in tally.rules() {
        eprintln!("{count:>12} looks at: {} {:?}", rule.text(), rule.invariants());
    }
    let others = |names: &[&str], all: &std::collections::BTreeMap<String, u64>| {
        let rest = all.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        rest.map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    eprintln!("other faults: {}", others(&sim::campaign::FAULTS, &tally.faults));
    eprintln!("other branches: {}", others(&sim::campaign::BRANCHES, &tally.branches));
    eprintln!(
        "{} rows, {} events, {} trades, {} comparisons of the books; {} seeds run twice, {} traded",
        tally.rows, tally.events, tally.trades, tally.checks, campaign.twice, campaign.trading
    );
}
