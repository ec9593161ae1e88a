//! What a server tells about itself, and how it ends.

use super::running::Running;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

#[tokio::test]
async fn both_reflections_describe_the_protocol_with_its_options() {
    use tonic_reflection::pb::{v1 as now, v1alpha as before};
    let running = Running::start().await;
    let channel = running.channel().await;

    let ask = now::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(
            now::server_reflection_request::MessageRequest::FileContainingSymbol(
                "tradingd.v1.AuthService".to_owned(),
            ),
        ),
    };
    let mut client = now::server_reflection_client::ServerReflectionClient::new(channel.clone());
    let answers = client.server_reflection_info(tokio_stream::once(ask)).await;
    let answer = answers.expect("open").into_inner().message().await.expect("one");
    let Some(now::server_reflection_response::MessageResponse::FileDescriptorResponse(files)) =
        answer.and_then(|a| a.message_response)
    else {
        unreachable!("Invariant: a known symbol has a file");
    };
    // Field 50001, the permission, as a varint's tag.
    let options = [0x88_u8, 0xb5, 0x18];
    let file = &files.file_descriptor_proto[0];
    assert!(file.windows(3).any(|w| w == options), "the options are served");

    let ask = before::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(before::server_reflection_request::MessageRequest::ListServices(
            String::new(),
        )),
    };
    let mut client = before::server_reflection_client::ServerReflectionClient::new(channel);
    let answers = client.server_reflection_info(tokio_stream::once(ask)).await;
    let answer = answers.expect("open").into_inner().message().await.expect("one");
    let Some(before::server_reflection_response::MessageResponse::ListServicesResponse(list)) =
        answer.and_then(|a| a.message_response)
    else {
        unreachable!("Invariant: services are listed");
    };
    let names: Vec<_> = list.service.iter().map(|s| s.name.as_str()).collect();
    for name in ["tradingd.v1.AuthService", "grpc.health.v1.Health"] {
        assert!(names.contains(&name), "{names:?}");
    }
    running.stop().await;
}

#[tokio::test]
async fn health_checks_follow_the_board_and_the_shutdown() {
    use tonic_health::pb::health_check_response::ServingStatus as Told;
    let running = Running::start().await;
    let watch = tokio::spawn(Arc::clone(&running.health).watch(running.shutdown.clone()));
    let mut client = HealthClient::new(running.channel().await);
    let watched = HealthCheckRequest { service: "storage".to_owned() };
    let mut verdicts = client.watch(watched).await.expect("open").into_inner();
    let mut wait_for = async |wanted: Told| {
        while verdicts.message().await.expect("open").map(|m| m.status()) != Some(wanted) {}
    };
    let overall = async |client: &mut HealthClient<Channel>| {
        let all = HealthCheckRequest { service: String::new() };
        client.check(all).await.expect("open").into_inner().status()
    };
    wait_for(Told::Serving).await;
    assert_eq!(overall(&mut client).await, Told::Serving);
    running.health.commit_failed("disk full".to_owned());
    wait_for(Told::NotServing).await;
    assert_eq!(overall(&mut client).await, Told::NotServing);
    running.health.commit_done();
    wait_for(Told::Serving).await;
    running.shutdown.cancel();
    watch.await.expect("the watch ends");
    running.stop().await;
}

#[tokio::test]
async fn shutdown_cuts_what_does_not_end_by_itself() {
    let running = Running::start().await;
    let mut half = TcpStream::connect(running.address).await.expect("connected");
    half.write_all(b"GET / HTTP/1.1\r\nhost: ").await.expect("sent");
    let mut client = HealthClient::new(running.channel().await);
    let all = HealthCheckRequest { service: String::new() };
    let mut endless = client.watch(all).await.expect("open").into_inner();
    endless.message().await.expect("open").expect("a verdict");
    let server = running.server;
    running.shutdown.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(2), server).await;
    ended.expect("within the drain time").expect("no panic");
    assert!(endless.message().await.is_err(), "the stream is cut");
}
