//! Clients that don't read at all: first their streams are told to start anew, then their connections
//! are cut, and nobody else notices.

use std::time::{Duration, Instant};
use tonic::Streaming;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::{SubscribeRequest, SubscribeResponse};
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::client::Api;

const STALLED: usize = 20;
/// A daemon that has not cut them by then never will.
const PATIENCE: Duration = Duration::from_secs(120);

/// Sockets that a process holds.
fn sockets(process: u32) -> usize {
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).expect("Linux");
    let links = files.flatten().filter_map(|file| std::fs::read_link(file.path()).ok());
    links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
}

async fn subscribe(api: &Api) -> Streaming<SubscribeResponse> {
    let stream = api.events().subscribe(SubscribeRequest::default()).await;
    stream.expect("a stream").into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_disconnected_and_who_reads_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let limit = ["--speed", "max", "--set", "stream.stalled_after_seconds=1"];
    let daemon = Launch::on(folder.path()).tireless().with(&limit).start();
    let process = daemon.process.id();
    let api = Api::first_admin(daemon.address).await;
    // This one reads all the time, over a connection of its own.
    let reading = Api::anonymous(daemon.address).await.with_token(&api.token);
    let (mut stream, before) = (subscribe(&reading).await, sockets(process));
    let reader = tokio::spawn(async move {
        let mut seen = 0_u64;
        while let Ok(message) = stream.message().await {
            match message.and_then(|message| message.payload) {
                // A machine that is too busy to follow the flood begins anew, as clients do.
                None | Some(Payload::ResyncRequired(_)) => stream = subscribe(&reading).await,
                _ => seen += 1,
            }
        }
        seen
    });
    let mut stalled = Vec::new();
    for _ in 0..STALLED {
        let lazy = Api::with_window(daemon.address, Some(65_535)).await.with_token(&api.token);
        let stream = lazy.subscribe().await;
        stalled.push((lazy, stream));
    }
    let begun = Instant::now();
    assert!(sockets(process) >= before + STALLED, "all are connected");
    // Each look is a call, so the daemon serves meanwhile.
    while sockets(process) > before {
        api.status().await;
        assert!(begun.elapsed() < PATIENCE, "{} of {before}", sockets(process));
    }
    for (_, stream) in &mut stalled {
        // What was on its way is still read; then the connection is gone.
        let ended = loop {
            match stream.next().await {
                Ok(Some(_)) => {}
                Ok(None) => break None,
                Err(status) => break Some(status),
            }
        };
        assert!(ended.is_some(), "it is cut, not ended");
    }
    assert!(!reader.is_finished(), "who reads goes on");
    assert_eq!(daemon.terminate().0.code, 0);
    assert!(reader.await.expect("no resync") > 100);
}
