//! How long commits and reads take, printed and not asserted: machines differ.
//!
//! `cargo test --release -p storage speed -- --nocapture`

use crate::fixture::*;
use std::io::Write as _;
use std::time::{Duration, Instant};
use storage::{Batch, CheckDepth, DecisionFilter, PageRequest, Store};
use tempfile::TempDir;

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    let mut out = std::io::stderr();
    let line = writeln!(out, "{what}: median {median:.2?}, worst {worst:.2?}, of {}", times.len());
    line.expect("stderr is open");
}

/// The floor: one page appended and synced in the same folder.
fn sync_floor(dir: &TempDir) -> Vec<Duration> {
    let mut file = std::fs::File::create(dir.path().join("floor")).expect("creates");
    let once = |_| {
        let start = Instant::now();
        file.write_all(&[7; 4096]).expect("writes");
        file.sync_data().expect("syncs");
        start.elapsed()
    };
    (0..200).map(once).collect()
}

fn big_batch(batch: i64, first_event: u64) -> Batch {
    let pairs: Vec<_> = (0..40).map(|n| symbol(&format!("PAIR{n}USDT"))).collect();
    let minutes = batch * 100..(batch + 1) * 100;
    let candles = minutes.clone().flat_map(|n| pairs.iter().map(move |p| (*p, n)));
    Batch {
        events: (first_event..first_event + 300).map(plain_event).collect(),
        candles: candles
            .clone()
            .map(|(pair, n)| (pair, domain::Interval::MINUTE, candle(n)))
            .collect(),
        decisions: candles.map(|(pair, n)| hold(n, pair)).collect(),
        equity: (0..4_000).map(|n| (minute(batch * 4_000 + n), dec("10000.25"))).collect(),
        ..Batch::default()
    }
}

async fn timed<T>(future: impl Future<Output = Result<T, storage::Error>>) -> (Duration, T) {
    let start = Instant::now();
    let value = future.await.expect("works");
    (start.elapsed(), value)
}

async fn commits(store: &Store) {
    let mut times = Vec::new();
    for n in 0..25 {
        let batch = big_batch(n, store.last_engine_sequence() + 1);
        times.push(timed(store.commit(batch)).await.0);
    }
    show("commit of 4,000 candles, decisions and equity points, 300 events", times);
    let mut times = Vec::new();
    for n in 0..300 {
        let events = vec![plain_event(store.last_engine_sequence() + 1)];
        let decisions = vec![hold(1_000_000 + n, btc())];
        let batch = Batch { events, decisions, ..Batch::default() };
        times.push(timed(store.commit(batch)).await.0);
    }
    show("commit of 1 event and 1 decision", times);
}

async fn reads(store: &Store) {
    let page = PageRequest { size: 100, token: String::new() };
    let pair = DecisionFilter { symbol: Some(symbol("PAIR7USDT")), ..Default::default() };
    let (mut list, mut curve, mut totals) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..20 {
        list.push(timed(store.decisions(&pair, &page)).await.0);
        curve.push(timed(store.equity(None, None, 500)).await.0);
        totals.push(timed(store.totals()).await.0);
    }
    show("page of 100 decisions of one of 40 pairs, 100,000 stored", list);
    show("equity in 500 points of 100,000", curve);
    show("totals", totals);
    let (time, report) = timed(store.check(CheckDepth::Journal)).await;
    show(&format!("check of {} journal records", report.records), vec![time]);
    show("check of all pages", vec![timed(store.check(CheckDepth::Full)).await.0]);
}

#[tokio::test]
async fn speed_of_commits_and_reads() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    show("write and sync of one page", sync_floor(&dir));
    commits(&store).await;
    reads(&store).await;
    assert_eq!(store.totals().await.expect("reads").decisions, 100_300);
}

/// Records of the audit's measurement; `TRADINGD_AUDIT_RECORDS=1000000` for the real one.
fn audit_records() -> u64 {
    let wanted = std::env::var("TRADINGD_AUDIT_RECORDS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

#[tokio::test]
async fn speed_of_the_audit() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let records = audit_records();
    let mut times = Vec::new();
    while store.last_sequence() < records {
        let next = store.last_engine_sequence() + 1;
        let n = i64::try_from(next).expect("small");
        let events = (next..next + 990).map(plain_event).collect();
        let controls = (0..10).map(|k| crate::every_kind::control("login", n + k)).collect();
        let batch = Batch { wall_at: minute(n), events, controls, ..Batch::default() };
        times.push(timed(store.commit(batch)).await.0);
    }
    show("commit of 1,000 records", times);
    let filter = |kinds: &[&str]| storage::AuditFilter {
        kinds: Some(kinds.iter().map(|kind| (*kind).to_owned()).collect()),
        ..Default::default()
    };
    let all = storage::AuditFilter::default();
    let middle = minute(i64::try_from(records / 2).expect("small"));
    let until = storage::AuditFilter { until: Some(middle), ..all.clone() };
    let who = storage::AuditFilter { principal: Some("alice".to_owned()), ..all.clone() };
    let request = storage::AuditFilter { request_id: Some("r5".to_owned()), ..all.clone() };
    let text = storage::AuditFilter { text: Some("why not".to_owned()), ..all.clone() };
    let nothing = storage::AuditFilter { text: Some("nowhere".to_owned()), ..all.clone() };
    for (what, filter) in [
        ("all", all),
        ("one kind of 1 %", filter(&["login"])),
        ("two kinds", filter(&["login", "close_all_started"])),
        ("before the middle", until),
        ("of one user", who),
        ("of one request", request),
        ("a frequent text", text),
        ("a text that is not there", nothing),
    ] {
        let page = PageRequest { size: 50, token: String::new() };
        let mut times = Vec::new();
        for _ in 0..10 {
            times.push(timed(store.audit(&filter, &page)).await.0);
        }
        show(&format!("audit page of 50 of {records} records: {what}"), times);
    }
    let (time, verdict) = timed(store.verify(Vec::new(), &[], |_, _| true)).await;
    show(&format!("verification of {} records", verdict.records), vec![time]);
    assert_eq!((verdict.found, verdict.records), (0, store.last_sequence()));
}
