//! The event stream: gapless, resumable from anywhere, and never silent about what was missed.

use std::time::Duration;
use tonic::Code;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::client::{Api, Stream, reason};
use tradingd_tests::daemon::{Daemon, Launch};

async fn start(launch: &Launch) -> (Daemon, Api) {
    let daemon = launch.start();
    let api = Api::first_admin(daemon.address).await;
    (daemon, api)
}

/// Demands that records follow a sequence one by one.
fn assert_gapless(mut after: u64, records: &[SubscribeResponse]) {
    for record in records {
        assert_eq!((record.previous_sequence, record.sequence), (after, after + 1), "{record:?}");
        after = record.sequence;
    }
}

/// What never changes about a record: an order is shown in its newest state, which does.
fn lasting(record: &SubscribeResponse) -> (u64, u64, Option<Payload>) {
    let payload = match record.payload.clone() {
        Some(Payload::OrderUpdated(order)) => Some(Payload::OrderUpdated(Order {
            client_order_id: order.client_order_id,
            ..Order::default()
        })),
        other => other,
    };
    (record.sequence, record.previous_sequence, payload)
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshot_then_every_record_and_any_of_them_again() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path()).tireless().with(&["--speed", "30000"]);
    let (_daemon, api) = start(&launch).await;
    let mut stream = api.subscribe().await;
    let (begins, snapshot) = stream.snapshot().await;
    assert_eq!(snapshot.status.as_ref().map(|s| s.sequence), Some(begins));
    let records = stream.records(600).await;
    assert_gapless(begins, &records);
    let kinds = |wanted: fn(&Payload) -> bool| {
        records.iter().filter(|r| r.payload.as_ref().is_some_and(wanted)).count()
    };
    assert!(kinds(|p| matches!(p, Payload::Fill(_))) > 10);
    assert!(kinds(|p| matches!(p, Payload::TradeClosed(_))) > 5);
    for fill in records.iter().filter(|r| matches!(r.payload, Some(Payload::Fill(_)))) {
        assert!(fill.order.is_some(), "a fill comes with its order: {fill:?}");
    }

    let lasting_of =
        |records: &[SubscribeResponse]| records.iter().map(lasting).collect::<Vec<_>>();
    for skip in (0..records.len()).step_by(53) {
        let after = begins + skip as u64;
        let mut again = api.resume(after, &snapshot.store_id).await;
        let again = again.records(records.len() - skip).await;
        assert_eq!(lasting_of(&again), lasting_of(&records[skip..]), "after {after}");
    }
    // From the very first record on there is no hole either.
    let mut all = api.resume(1, &snapshot.store_id).await;
    assert_gapless(1, &all.records(begins as usize).await);
}

/// Why a stream asks to begin anew; it must end after that.
async fn resync_reason(stream: &mut Stream) -> String {
    loop {
        let message = stream.next().await.expect("no error").expect("it says why it ends");
        if let Some(Payload::ResyncRequired(resync)) = message.payload {
            assert!(stream.next().await.expect("no error").is_none(), "that was the last message");
            return resync.reason;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_resumed_is_told() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = start(&Launch::on(folder.path())).await;
    let status = api.status().await;
    assert_eq!(resync_reason(&mut api.resume(1, "another store").await).await, "other_store");
    assert_eq!(resync_reason(&mut api.resume(1, "").await).await, "other_store");
    let ahead = status.sequence + 1_000_000;
    assert_eq!(resync_reason(&mut api.resume(ahead, &status.store_id).await).await, "ahead");
    let anonymous = Api::anonymous(_daemon.address).await;
    let refused = anonymous.events().subscribe(SubscribeRequest::default()).await;
    let refused = refused.expect_err("a stream needs a token");
    assert_eq!((refused.code(), reason(&refused)), (Code::Unauthenticated, "TOKEN_MISSING".into()));
    let forged = Api::anonymous(_daemon.address).await.with_token("a.b.c");
    let refused = forged.events().subscribe(SubscribeRequest::default()).await;
    assert_eq!(refused.expect_err("nor a forged one").code(), Code::Unauthenticated);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_stream_has_heartbeats_and_a_full_house_is_told() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let settings = ["--set", "stream.heartbeat_seconds=1", "--set", "stream.max_subscribers=2"];
    let (_daemon, api) = start(&Launch::on(folder.path()).tireless().with(&settings)).await;
    let mut first = api.subscribe().await;
    first.snapshot().await;
    loop {
        let message = first.next().await.expect("no error").expect("a message");
        if matches!(message.payload, Some(Payload::Heartbeat(_))) {
            break;
        }
    }
    let second = api.subscribe().await;
    let refused = api.events().subscribe(SubscribeRequest::default()).await;
    let refused = refused.expect_err("the third has no place");
    assert_eq!((refused.code(), reason(&refused)), (Code::ResourceExhausted, "BUSY".into()));
    // Who leaves makes room; the daemon notices at its next message at the latest.
    drop(second);
    let room = async {
        while api.events().subscribe(SubscribeRequest::default()).await.is_err() {
            let _ = first.next().await.expect("no error");
        }
    };
    tokio::time::timeout(Duration::from_secs(30), room).await.expect("a place is given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_does_not_read_slows_nobody_and_is_told() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let settings = ["--speed", "max", "--set", "stream.buffer_records=64"];
    // It comes back before it is cut, however slow the machine.
    let patient = ["--set", "stream.stalled_after_seconds=60"];
    let launch = Launch::on(folder.path()).tireless().with(&settings).with(&patient);
    let (daemon, api) = start(&launch).await;
    // It takes 64 KiB and then nothing more.
    let lazy = Api::with_window(daemon.address, Some(65_535)).await.with_token(&api.token);
    let mut stream = lazy.subscribe().await;
    // Another one is served meanwhile, and the engine handles row after row.
    let begun = api.status().await;
    let later = api.until(|status| status.bars > begun.bars + 60_000).await;
    assert!(later.sequence > begun.sequence + 5_000, "{later:?}");

    // When it reads at last it gets what was under way without a hole, then the reason.
    let (mut after, _) = stream.snapshot().await;
    let mut seen = 0;
    let why = loop {
        let message = stream.next().await.expect("no error").expect("it says why it ends");
        if let Some(Payload::ResyncRequired(resync)) = message.payload {
            break resync.reason;
        }
        if message.sequence > 0 {
            assert_gapless(after, std::slice::from_ref(&message));
            after = message.sequence;
            seen += 1;
        }
    };
    assert_eq!(why, "slow_reader", "after {seen} records");
    assert!(after < later.sequence, "it had fallen behind");
    let (fresh, _) = api.subscribe().await.snapshot().await;
    assert!(fresh >= later.sequence, "a new stream begins at the present");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_ends_the_stream_and_resume_closes_the_gap() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path()).tireless().with(&["--speed", "6000"]);
    let (daemon, api) = start(&launch).await;
    let mut stream = api.subscribe().await;
    let (mut last, snapshot) = stream.snapshot().await;
    let records = stream.records(20).await;
    assert_gapless(last, &records);
    last += 20;
    assert_eq!(daemon.terminate().0.code, 0);
    let error = loop {
        match stream.next().await {
            Ok(Some(message)) if message.sequence > 0 => {
                assert_gapless(last, std::slice::from_ref(&message));
                last = message.sequence;
            }
            Ok(Some(_)) => {}
            Ok(None) => panic!("a stream that the daemon cuts ends with a status"),
            Err(error) => break error,
        }
    };
    assert_eq!((error.code(), reason(&error)), (Code::Unavailable, "SHUTTING_DOWN".into()));

    let daemon = launch.start();
    let api = Api::login(daemon.address).await;
    let mut stream = api.resume(last, &snapshot.store_id).await;
    let mut records = Vec::new();
    let mut kinds = Vec::new();
    while !kinds.contains(&"login".to_owned()) {
        let record = stream.records(1).await.remove(0);
        if let Some(Payload::Control(control)) = &record.payload {
            kinds.push(control.r#type.clone());
        }
        records.push(record);
    }
    assert_gapless(last, &records);
    let position = |kind: &str| kinds.iter().position(|k| k == kind);
    assert!(position("daemon_stopped").is_none_or(|p| Some(p) < position("daemon_started")));
    assert!(position("daemon_started").is_some(), "{kinds:?}");
    daemon.kill_9();
    let end = loop {
        match stream.next().await {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert!(end.is_err(), "a crash is no orderly end: {end:?}");
}
