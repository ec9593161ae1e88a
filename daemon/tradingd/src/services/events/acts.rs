//! The stream's settings: changed through the service, they show in the streams that are open and in
//! the next ones.

use super::*;
use crate::services::settings_tests::changes::{set, with};
use crate::services::settings_tests::world::{Market, somebody};
use futures::StreamExt as _;
use std::time::Duration;
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1::SubscribeResponse;
use tradingd_proto::v1::subscribe_response::Payload;

/// Longer than anything here takes, shorter than the values that are changed away from.
const PATIENCE: Duration = Duration::from_secs(40);

/// What [`each_hot_setting_of_the_stream_acts`] shows.
pub const KEYS: [&str; 5] = [
    "stream.buffer_records",
    "stream.max_subscribers",
    "stream.max_per_user",
    "stream.stalled_after_seconds",
    "stream.heartbeat_seconds",
];

fn subscribe(events: &Events, who: &Principal, user: &str) -> Result<Frames, Status> {
    let mut request = Request::new(SubscribeRequest::default());
    let mut who = who.clone();
    who.user = user.to_owned();
    request.extensions_mut().insert(who);
    events.subscribe(request).map(Response::into_inner)
}

/// Streams that are given before one is refused; all of them end here.
fn places(events: &Events, who: &Principal, user: impl Fn(usize) -> String) -> usize {
    let mut open = Vec::new();
    loop {
        match subscribe(events, who, &user(open.len())) {
            Ok(frames) => open.push(frames),
            Err(_) => return open.len(),
        }
    }
}

/// A subscriber that nobody serves, with the end that its client would read.
fn alone(events: &Events) -> (Subscriber, Frames) {
    let bounds = events.shared.settings.current().stream.clone();
    let place = events.places.take("somebody", &bounds).expect("a place");
    let mut queue = None;
    let frames = queue::frames(place, Reader::new(None), |given| {
        queue = Some(given);
        std::future::pending()
    });
    let queue = queue.expect("given at once");
    let (shared, hub) = (events.shared.clone(), Arc::clone(&events.hub));
    let filter = Filter::of(&SubscribeRequest::default()).expect("no filter");
    (Subscriber::new(shared, hub, queue, filter), frames)
}

pub async fn next(frames: &mut Frames) -> Payload {
    let frame = frames.next().await.expect("a message").expect("no error");
    let message = SubscribeResponse::decode(frame.bytes()).expect("readable");
    message.payload.expect("a payload")
}

#[tokio::test]
async fn each_hot_setting_of_the_stream_acts() {
    let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
    let admin = somebody("admin").await;
    let begun = ["stream.heartbeat_seconds=60", "stream.stalled_after_seconds=60"];
    with(&market, dir.path(), &begun, async |shared| {
        let events = Events::new(shared.clone());
        let change = async |key: &str, value: &str| {
            set(shared, &admin, key, &[(key, value)]).await.expect(key);
        };
        let own = |_| "ann".to_owned();
        assert_eq!(places(&events, &admin, own), 32);
        change("stream.max_per_user", "3").await;
        assert_eq!(places(&events, &admin, own), 3);
        let others = |n| format!("user{n}");
        assert_eq!(places(&events, &admin, others), 64);
        change("stream.max_subscribers", "2").await;
        assert_eq!(places(&events, &admin, others), 2);

        // 100 records behind is near enough, then it is not.
        let (subscriber, mut frames) = alone(&events);
        assert!(subscriber.within_bounds(100).is_ok());
        change("stream.buffer_records", "64").await;
        assert!(subscriber.within_bounds(100).is_err());
        let Payload::ResyncRequired(why) = next(&mut frames).await else { panic!("resync") };
        assert_eq!(why.reason, "slow_reader");
        drop((subscriber, frames));

        // A client that takes the snapshot and then nothing.
        let mut frames = subscribe(&events, &admin, "ann").expect("a place");
        let Payload::Snapshot(_) = next(&mut frames).await else { panic!("a snapshot") };
        change("stream.stalled_after_seconds", "1").await;
        let told = async {
            while !frames.reader().was_stalled() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, told).await.expect("no minute passes");
        let Payload::ResyncRequired(why) = next(&mut frames).await else { panic!("resync") };
        assert_eq!(why.reason, "slow_reader");
        assert!(frames.next().await.is_none(), "it has ended");
        drop(frames);

        // A stream that was opened before.
        let mut frames = subscribe(&events, &admin, "ann").expect("a place");
        let Payload::Snapshot(_) = next(&mut frames).await else { panic!("a snapshot") };
        change("stream.heartbeat_seconds", "1").await;
        let beat = async { while !matches!(next(&mut frames).await, Payload::Heartbeat(_)) {} };
        tokio::time::timeout(PATIENCE, beat).await.expect("a heartbeat long before a minute");
    })
    .await;
}
