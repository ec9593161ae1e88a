//! SIGKILL at random moments, again and again: what comes out is what an undisturbed run gives.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tradingd_proto::v1::{OrderPurpose, TradingState};
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::{Api, micros};
use tradingd_tests::daemon::data::{Dice, Paused, month};

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("the report is written at the end");
    serde_json::from_str(&text).expect("the report is JSON")
}

fn to_the_end(launch: Launch, report: &Path) -> Launch {
    let path = report.display().to_string();
    launch.with(&["--exit-at-end", "--report", &path])
}

/// Dice that differ from run to run; a failure can be repeated with the printed seed.
fn dice(name: &str) -> Dice {
    let seed = match std::env::var("KILL_SEED") {
        Ok(seed) => seed.parse().expect("KILL_SEED is a number"),
        Err(_) => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            now.map_or(1, |d| d.as_nanos() as u64)
        }
    };
    println!("{name}: KILL_SEED={seed}");
    Dice::new(seed)
}

/// Kills and starts again until a run reaches its end by itself; the number of kills.
fn killed_until_done(launch: &Launch, undisturbed: Duration, dice: &mut Dice) -> u32 {
    let whole = undisturbed.as_millis() as u64 + 1;
    let mut kills = 0;
    loop {
        // Mostly early, so that many kills fall into one run; sometimes anywhere in it.
        let limit = if dice.below(5) == 0 { whole } else { whole / 5 + 20 };
        let mut process = launch.spawn();
        if process.ends_within(Duration::from_millis(dice.below(limit))) {
            let ended = process.ended();
            assert_eq!(ended.code, 0, "after {kills} kills: {ended:?}");
            return kills;
        }
        kills += 1;
    }
}

/// Everything that a data directory's daemon can be asked for about the past.
fn memory(launch: Launch) -> Vec<Value> {
    let daemon = launch.start();
    let botctl = Botctl::first_admin(daemon.address);
    let asked: [&[&str]; 6] = [
        &["orders", "--limit", "100000"],
        &["trades", "--all"],
        &["decisions", "--limit", "2000"],
        &["equity", "--points", "5000"],
        &["candles", "BTCUSDT", "--limit", "5000"],
        &["candles", "BTCUSDT", "--limit", "5000", "--interval", "1h"],
    ];
    let without_own = |args: &&[&str]| {
        let mut answer = botctl.json(args);
        // Each start adds a record of itself to the journal, and page tokens belong to a store.
        for own in ["as_of_sequence", "next_page_token"] {
            answer.as_object_mut().expect("an object").remove(own);
        }
        answer
    };
    asked.iter().map(without_own).collect()
}

#[test]
fn kill_9_at_100_random_moments() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let files = [month(folder.path(), "BTCUSDT")];
    let launch = |name: &str, report: &PathBuf| {
        let launch = Launch::on(&folder.path().join(name)).replay(&files);
        to_the_end(launch.with(&["--speed", "max"]), report)
    };
    let report = folder.path().join("undisturbed.json");
    let begun = Instant::now();
    let ended = launch("undisturbed", &report).run();
    let took = begun.elapsed();
    assert_eq!(ended.code, 0, "{ended:?}");
    let expected = read(&report);
    assert!(expected["trades"].as_u64().expect("a count") > 100, "{expected}");

    let mut dice = dice("kill_9_at_100_random_moments");
    let (mut kills, mut runs) = (0, 0);
    while kills < 100 {
        let name = format!("run{runs}");
        let report = folder.path().join(format!("{name}.json"));
        kills += killed_until_done(&launch(&name, &report), took, &mut dice);
        assert_eq!(read(&report), expected, "run {runs}, {kills} kills in all");
        runs += 1;
    }
    println!("{kills} kills over {runs} runs of {took:?} each");
    let again = |name: &str| Launch::on(&folder.path().join(name)).replay(&files);
    let (calm, killed) = (memory(again("undisturbed")), memory(again("run0")));
    for (calm, killed) in calm.iter().zip(&killed) {
        if let Some(place) = differs(calm, killed, String::new()) {
            panic!("memories differ at {place}");
        }
    }
}

/// The first place where two values differ, with what is there.
fn differs(one: &Value, other: &Value, path: String) -> Option<String> {
    let shown = |value: Option<&Value>| {
        value.map_or("nothing".to_owned(), |value| value.to_string().chars().take(300).collect())
    };
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            keys.into_iter().find_map(|key| match (a.get(key), b.get(key)) {
                (Some(a), Some(b)) => differs(a, b, format!("{path}.{key}")),
                (a, b) => Some(format!("{path}.{key}: {} and {}", shown(a), shown(b))),
            })
        }
        (Value::Array(a), Value::Array(b)) => {
            let both = a.iter().zip(b).enumerate();
            let mut both = both.map(|(n, (a, b))| differs(a, b, format!("{path}[{n}]")));
            both.find_map(|found| found).or_else(|| {
                (a.len() != b.len()).then(|| format!("{path}: {} and {} items", a.len(), b.len()))
            })
        }
        (a, b) => (a != b).then(|| format!("{path}: {} and {}", shown(Some(a)), shown(Some(b)))),
    }
}

/// Stops the account in the data's pause, where the last handled row is known, and ends the daemon.
async fn halt(paused: &Paused, directory: &str) -> i64 {
    let (daemon, api) = paused.start(&paused.launch(directory)).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    let stopped = botctl.json(&["stop", "--reason", "before the kills"]);
    assert_eq!(stopped["state"]["state"], "TRADING_STATE_HALTED", "{stopped}");
    assert!(!stopped["protection"].as_array().expect("a list").is_empty(), "{stopped}");
    let at = micros(api.status().await.data_time.as_ref());
    assert_eq!(daemon.terminate().0.code, 0);
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_while_halted_keeps_the_halt_and_the_money() {
    let paused = Paused::prepare().await;
    let to_end = |name: &str, report: &Path| to_the_end(paused.launch_at(name, "max"), report);
    halt(&paused, "undisturbed").await;
    let report = paused.directory("undisturbed.json");
    let begun = Instant::now();
    let ended = to_end("undisturbed", &report).run();
    assert_eq!(ended.code, 0, "{ended:?}");
    let took = begun.elapsed();
    let expected = read(&report);
    assert_eq!(expected["bars"], 4_000);

    let mut dice = dice("kill_9_while_halted");
    let (mut kills, mut runs, mut at) = (0, 0, 0);
    while kills < 25 {
        let name = format!("run{runs}");
        at = halt(&paused, &name).await;
        let report = paused.directory(&format!("{name}.json"));
        kills += killed_until_done(&to_end(&name, &report), took, &mut dice);
        assert_eq!(read(&report), expected, "run {runs}, {kills} kills in all");
        runs += 1;
    }
    println!("{kills} kills while halted over {runs} runs of {took:?} each");

    let daemon = paused.launch_at("run0", "max").start();
    let api = Api::login(daemon.address).await;
    let state = api.status().await.trading_state.expect("a state");
    assert_eq!(state.state(), TradingState::Halted);
    let later: Vec<_> = api.all_orders().await;
    let later = later.iter().filter(|o| micros(o.created_at.as_ref()) > at);
    let opened = later.filter(|o| o.purpose() != OrderPurpose::Protection).count();
    assert_eq!(opened, 0, "after the stop nothing but protection is sent");
}
