//! Following events over lost connections, gaps and resyncs.

use crate::daemon::{Daemon, Stream};
use crate::run::User;
use serde_json::Value;
use tonic::Status;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::{PositionClosed, ResyncRequired, Snapshot, SubscribeResponse};

fn snapshot(as_of_sequence: u64) -> SubscribeResponse {
    let snapshot = Snapshot { store_id: "store-1".to_owned(), ..Default::default() };
    let payload = Some(Payload::Snapshot(snapshot));
    SubscribeResponse { as_of_sequence, payload, ..Default::default() }
}

fn record(sequence: u64) -> SubscribeResponse {
    let closed = PositionClosed { symbol: "BTC/USDT".to_owned(), ..Default::default() };
    SubscribeResponse {
        sequence,
        previous_sequence: sequence - 1,
        payload: Some(Payload::PositionClosed(closed)),
        ..Default::default()
    }
}

fn script(daemon: &Daemon, streams: Vec<Stream>) -> User {
    daemon.state.lock().streams = streams.into();
    User::with_token(&daemon.url(), "access-0")
}

/// What each subscription asked for.
fn asked(daemon: &Daemon) -> Vec<(u64, String)> {
    let state = daemon.state.lock();
    state.subscriptions.iter().map(|s| (s.resume_after, s.store_id.clone())).collect()
}

#[test]
fn a_lost_stream_goes_on_where_it_was() {
    let daemon = Daemon::start();
    let user = script(
        &daemon,
        vec![
            Stream {
                messages: vec![snapshot(5), record(6)],
                end: Some(Err(Status::unavailable("shutting down"))),
            },
            // 6 again must not be shown twice.
            Stream { messages: vec![record(6), record(7)], end: None },
        ],
    );
    let ended = user.run(&["watch", "-o", "json", "--count", "2"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let lines: Vec<Value> =
        ended.out.lines().map(|l| serde_json::from_str(l).expect("one JSON a line")).collect();
    let sequences: Vec<&Value> = lines.iter().map(|l| &l["sequence"]).collect();
    assert_eq!(sequences, [0, 6, 7]);
    assert_eq!(lines[2]["position_closed"]["symbol"], "BTC/USDT");
    assert_eq!(asked(&daemon), [(0, String::new()), (6, "store-1".to_owned())]);
    assert!(
        ended.err.contains("watch: shutting down; connecting again, from sequence 6"),
        "{ended:?}"
    );
    assert!(ended.err.contains("watch: connected again"), "{ended:?}");
}

#[test]
fn resync_begins_anew_and_a_gap_asks_again() {
    let daemon = Daemon::start();
    let resync = SubscribeResponse {
        payload: Some(Payload::ResyncRequired(ResyncRequired { reason: "pruned".to_owned() })),
        ..Default::default()
    };
    let user = script(
        &daemon,
        vec![
            Stream { messages: vec![resync], end: Some(Ok(())) },
            // 12 is missing here.
            Stream { messages: vec![snapshot(10), record(11), record(13)], end: None },
            Stream { messages: vec![record(12), record(13)], end: None },
        ],
    );
    let ended = user.run(&["watch", "--resume-after", "3", "--store", "old", "--count", "3"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(
        asked(&daemon),
        [(3, "old".to_owned()), (0, String::new()), (11, "store-1".to_owned())]
    );
    for part in ["resync required", "=10", "#11", "#12", "#13"] {
        assert_eq!(ended.out.matches(part).count(), 1, "{part}: {ended:?}");
    }
    assert!(ended.err.contains("resync (pruned)"), "{ended:?}");
    assert!(ended.err.contains("a record is missing; asking again from 11"), "{ended:?}");
}

#[test]
fn a_token_that_ends_meanwhile_is_renewed() {
    let daemon = Daemon::start();
    let user = User::new(&daemon.url());
    user.login();
    daemon.state.lock().streams = vec![
        Stream {
            messages: vec![snapshot(5), record(6)],
            end: Some(Err(Status::unauthenticated("the token has ended"))),
        },
        Stream { messages: vec![record(7)], end: None },
    ]
    .into();
    let ended = user.run(&["watch", "--count", "2"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.err, "", "no word about an ordinary renewal");
    assert_eq!(daemon.state.lock().refreshes, 1);
    assert_eq!(asked(&daemon), [(0, String::new()), (6, "store-1".to_owned())]);
}

#[test]
fn a_store_is_asked_for_when_none_is_named() {
    let daemon = Daemon::start();
    let user = script(&daemon, vec![Stream { messages: vec![record(4)], end: None }]);
    let ended = user.run(&["watch", "--resume-after", "3", "--count", "1"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(asked(&daemon), [(3, "store-1".to_owned())]);
}

#[test]
fn a_daemon_that_was_never_there_ends_the_watch() {
    let ended = User::new("127.0.0.1:1").run(&["watch"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let daemon = Daemon::start();
    let ended = User::new(&daemon.url()).run(&["watch", "--follow-reconnect"]);
    assert_eq!(ended.code, 3, "no login is no lost connection: {ended:?}");
}
