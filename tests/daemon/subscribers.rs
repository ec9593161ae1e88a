//! Many subscribers that come and go, over restarts: each one's copy is the daemon's state at every
//! sequence at which both were looked at.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::client::{Api, reason};
use tradingd_tests::daemon::data::Dice;
use tradingd_tests::daemon::replica::{Replica, State, Taken};

const SUBSCRIBERS: u64 = 200;
/// Connections that they share: a connection carries at most 100 streams.
const CONNECTIONS: usize = 4;

/// What the daemon said at a sequence.
type Truths = Arc<Mutex<BTreeMap<u64, State>>>;

#[derive(Debug, Default)]
struct Counts {
    checked: AtomicU64,
    records: AtomicU64,
    resumed: AtomicU64,
    resynced: AtomicU64,
}

struct Crowd {
    /// Where the daemon is now; empty while it is away.
    daemons: watch::Receiver<Vec<Api>>,
    truths: Truths,
    counts: Counts,
    done: AtomicBool,
}

impl Crowd {
    /// One subscriber's life.
    async fn live(self: Arc<Self>, seed: u64) -> Result<(), String> {
        let mut dice = Dice::new(seed + 1);
        let mut replica = Replica::default();
        let mut daemons = self.daemons.clone();
        // Its own states since the last check, by sequence.
        let mut own = BTreeMap::new();
        while !self.done.load(Ordering::SeqCst) {
            let Ok(all) = daemons.wait_for(|all| !all.is_empty()).await.map(|all| all.clone())
            else {
                break;
            };
            let api = &all[seed as usize % all.len()];
            // Some stay for long, some go at once.
            let most = if dice.below(3) == 0 { 2_000 } else { 40 };
            let messages = 1 + dice.below(most);
            let request = replica.request();
            if request.resume_after > 0 {
                self.counts.resumed.fetch_add(1, Ordering::Relaxed);
            }
            let Ok(stream) = api.events().subscribe(request).await else {
                tokio::task::yield_now().await;
                continue;
            };
            replica.connected();
            let mut stream = stream.into_inner();
            for _ in 0..messages {
                let Ok(Some(message)) = stream.message().await else { break };
                match replica.take(&message).map_err(|e| format!("subscriber {seed}: {e}"))? {
                    Taken::State if replica.live => {
                        own.insert(replica.sequence, replica.state.clone());
                    }
                    Taken::Resync(_) => {
                        self.counts.resynced.fetch_add(1, Ordering::Relaxed);
                        break;
                    }
                    _ => {}
                }
                if own.len() > 200 {
                    self.check(seed, &mut own)?;
                }
            }
            self.check(seed, &mut own)?;
        }
        self.counts.records.fetch_add(replica.records, Ordering::Relaxed);
        Ok(())
    }

    /// Compares what it had at each sequence with what the daemon said there.
    fn check(&self, seed: u64, own: &mut BTreeMap<u64, State>) -> Result<(), String> {
        let truths = self.truths.lock().map_err(|e| e.to_string())?;
        for (sequence, state) in std::mem::take(own) {
            let Some(truth) = truths.get(&sequence) else { continue };
            if *truth != state {
                return Err(format!(
                    "subscriber {seed} at {sequence}: it has {state:?}, the daemon {truth:?}"
                ));
            }
            self.counts.checked.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Looks at the daemon through fresh snapshots until so many more records are there.
async fn look(api: &Api, truths: &Truths, records: u64) {
    let begun = api.status().await.sequence;
    let mut marks = api.subscribe().await;
    while let Ok(Some(message)) = marks.next().await {
        let (sequence, snapshot) = api.subscribe().await.snapshot().await;
        truths.lock().expect("no panic").insert(sequence, State::of(&snapshot));
        if message.as_of_sequence > begun + records {
            return;
        }
    }
    panic!("the stream of the one who looks must not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_copies_equal_the_daemon_over_disconnects_and_restarts() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let seed: u64 = std::env::var("STREAM_SEED").map_or(7, |s| s.parse().expect("a number"));
    println!("STREAM_SEED={seed}");
    let bounds = ["--set", "stream.max_subscribers=500", "--set", "stream.max_per_user=500"];
    let pace = ["--set", "stream.heartbeat_seconds=1", "--speed", "12000"];
    let launch = Launch::on(folder.path()).tireless().with(&bounds).with(&pace);
    let (sender, daemons) = watch::channel(Vec::new());
    let (truths, counts) = (Truths::default(), Counts::default());
    let done = AtomicBool::new(false);
    let crowd = Arc::new(Crowd { daemons, truths: Arc::clone(&truths), counts, done });
    let mut all = JoinSet::new();
    for number in 0..SUBSCRIBERS {
        all.spawn(Arc::clone(&crowd).live(seed * 1_000 + number));
    }
    for start in 0..4 {
        let daemon = launch.start();
        let api = if start == 0 {
            Api::first_admin(daemon.address).await
        } else {
            Api::login(daemon.address).await
        };
        let mut apis = Vec::new();
        for _ in 0..CONNECTIONS {
            apis.push(Api::anonymous(daemon.address).await.with_token(&api.token));
        }
        sender.send_replace(apis);
        look(&api, &truths, 400).await;
        sender.send_replace(Vec::new());
        if start == 3 {
            crowd.done.store(true, Ordering::SeqCst);
        }
        if start % 2 == 0 { daemon.kill_9() } else { assert_eq!(daemon.terminate().0.code, 0) }
    }
    drop(sender);
    while let Some(ended) = all.join_next().await {
        ended.expect("no panic").expect("every copy is right");
    }
    let count = |n: &AtomicU64| n.load(Ordering::Relaxed);
    println!(
        "{SUBSCRIBERS} subscribers: {} records, {} resumptions, {} resyncs, {} states compared at {} sequences",
        count(&crowd.counts.records),
        count(&crowd.counts.resumed),
        count(&crowd.counts.resynced),
        count(&crowd.counts.checked),
        truths.lock().expect("no panic").len(),
    );
    assert!(count(&crowd.counts.checked) > SUBSCRIBERS, "{:?}", crowd.counts);
    assert!(count(&crowd.counts.resumed) > SUBSCRIBERS, "{:?}", crowd.counts);
    assert_eq!(count(&crowd.counts.resynced), 0, "nobody has to begin anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_retained_sequence_can_be_resumed_however_far_back() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    // A bound far below the number of records behind.
    let launch = Launch::on(folder.path()).tireless().with(&["--set", "stream.buffer_records=64"]);
    let daemon = launch.clone().with(&["--speed", "max"]).start();
    let api = Api::first_admin(daemon.address).await;
    let status = api.until(|status| status.sequence > 3_000).await;
    let _ = daemon.terminate();
    // Where nothing happens any more but the start itself.
    let daemon = launch.with(&["--speed", "1"]).start();
    let api = Api::login(daemon.address).await;
    let mut stream = api.resume(1, &status.store_id).await;
    let records = stream.records(3_000).await;
    for (at, record) in (1..).zip(&records) {
        assert_eq!((record.previous_sequence, record.sequence), (at, at + 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_lets_through_what_was_asked_for_and_keeps_gaps_visible() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path()).tireless();
    let beat = ["--speed", "30000", "--set", "stream.heartbeat_seconds=1"];
    let daemon = launch.with(&beat).start();
    let api = Api::first_admin(daemon.address).await;
    let store_id = api.status().await.store_id;
    api.until(|status| status.sequence > 600).await;
    let mut stream = api.resume(1, &store_id).await;
    let all = stream.records(500).await;
    let fits = |record: &&SubscribeResponse| {
        matches!(record.payload, Some(Payload::Fill(_) | Payload::OrderUpdated(_)))
            || matches!(
                record.payload,
                Some(Payload::IntentApproved(_) | Payload::IntentFinished(_))
            )
    };
    let wanted: Vec<u64> = all.iter().filter(fits).map(|record| record.sequence).collect();
    let request = SubscribeRequest {
        resume_after: 1,
        store_id: store_id.clone(),
        kinds: vec![EventKind::Order.into()],
        ..SubscribeRequest::default()
    };
    let mut stream = api.subscribe_with(request).await;
    let found = stream.records(wanted.len()).await;
    let mut before = 1;
    for (record, wanted) in found.iter().zip(&wanted) {
        assert_eq!((record.previous_sequence, record.sequence), (before, *wanted));
        before = record.sequence;
    }
    // One that hears of nothing still learns how far the world is.
    let request = SubscribeRequest {
        kinds: vec![EventKind::Account.into()],
        symbols: vec!["NOSUCHUSDT".to_owned()],
        min_severity: EventSeverity::Critical.into(),
        ..SubscribeRequest::default()
    };
    let mut stream = api.subscribe_with(request).await;
    let (begun, snapshot) = stream.snapshot().await;
    assert!(snapshot.positions.is_empty() && snapshot.open_orders.is_empty(), "{snapshot:?}");
    let mut seen = begun;
    while seen < begun + 50 {
        let message = stream.next().await.expect("no error").expect("it goes on");
        assert!(matches!(message.payload, Some(Payload::Heartbeat(_))), "{message:?}");
        assert!(message.as_of_sequence >= seen && message.previous_sequence == begun);
        seen = message.as_of_sequence;
    }
    for (wrong, field) in [
        (SubscribeRequest { kinds: vec![0], ..Default::default() }, "kinds"),
        (SubscribeRequest { kinds: vec![99], ..Default::default() }, "kinds"),
        (SubscribeRequest { min_severity: 9, ..Default::default() }, "min_severity"),
        (SubscribeRequest { symbols: vec![String::new()], ..Default::default() }, "symbols"),
        (SubscribeRequest { symbols: vec!["BTCUSDT".into(); 65], ..Default::default() }, "symbols"),
    ] {
        let status = api.events().subscribe(wrong).await.expect_err(field);
        assert!(status.message().starts_with(field), "{status:?}");
        assert_eq!(reason(&status), "FIELD_INVALID");
    }
}

/// Resident memory of a process in bytes.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
    let kib: u64 = line.split_whitespace().nth(1).expect("a number").parse().expect("a number");
    kib * 1_024
}

#[tokio::test(flavor = "multi_thread")]
async fn stalled_readers_cost_little_and_are_let_go() {
    const STALLED: u64 = 60;
    let folder = tempfile::tempdir().expect("a temporary directory");
    let settings = [
        "--speed",
        "max",
        // Here they come back before they are cut; tests/daemon/stalled.rs has those who don't.
        "--set",
        "stream.stalled_after_seconds=60",
        "--set",
        "stream.buffer_records=64",
        "--set",
        "stream.max_per_user=64",
    ];
    let launch = Launch::on(folder.path()).tireless().with(&settings);
    let daemon = launch.start();
    let api = Api::first_admin(daemon.address).await;
    let begun = api.until(|status| status.bars > 20_000).await;
    let before = resident(daemon.process.id());
    let mut stalled = Vec::new();
    for _ in 0..STALLED {
        let lazy = Api::with_window(daemon.address, Some(65_535)).await.with_token(&api.token);
        stalled.push(lazy.subscribe().await);
    }
    // The engine goes on, and so does who reads.
    api.until(|status| status.bars > begun.bars + 80_000).await;
    let after = resident(daemon.process.id());
    let each = after.saturating_sub(before) / STALLED;
    println!(
        "{STALLED} stalled subscribers: {each} bytes each, growth of everything else included"
    );
    // When they read at last, they hear why they were let go.
    for stream in &mut stalled {
        let why = loop {
            let message = stream.next().await.expect("no error").expect("it says why");
            if let Some(Payload::ResyncRequired(resync)) = message.payload {
                break resync.reason;
            }
        };
        assert_eq!(why, "slow_reader");
        assert!(stream.next().await.expect("no error").is_none());
    }
    drop(stalled);
    let room = async {
        while api.events().subscribe(SubscribeRequest::default()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), room).await.expect("places are given back");
}
