//! Seeded simulations of the whole trading core, in process: random worlds, recorded files, broken
//! files. Each test prints its figures; a broken promise comes with the seed and the command that
//! replays it. Real processes, files and networks are tested elsewhere.
#![allow(clippy::print_stdout)]

mod bad_rows;
mod close_all;
mod close_all_cases;
mod conservation;
mod determinism;
mod link;
mod recorded;
mod stop;

/// The seeds of a test: its own, or the one that `SIM_SEED` names, to see a failure again.
fn seeds(own: std::ops::Range<u64>) -> Vec<u64> {
    let one = std::env::var("SIM_SEED").ok().and_then(|text| text.parse().ok());
    one.map_or_else(|| own.collect(), |seed| vec![seed])
}

/// How to see a failure of a test with its own script again.
fn again(seed: u64, test: &str) -> String {
    format!(
        "replay: SIM_SEED={seed} cargo test --release -p tradingd-tests --test simulation {test}"
    )
}
