//! A stop that gets through: over the network, and when that fails over the local socket of a daemon
//! on this machine.

use super::Context;
use crate::client::Client;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::target;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;
use tradingd_proto::v1::emergency_service_client::EmergencyServiceClient;
use tradingd_proto::v1::{StopRequest, StopResponse};

/// Time for the network when there is another way.
const SHORT: Duration = Duration::from_secs(3);

/// Stops. The socket is asked only when the daemon that is meant is on this machine.
pub async fn stop(context: &Context<'_>, request: StopRequest) -> Result<StopResponse, Failure> {
    let client = &context.client;
    let here = client.addr().is_loopback() && !client.addr().is_socket();
    let Some(socket) = here.then(reachable).flatten() else {
        return ask(client, request).await;
    };
    // The other way waits: no patience for one that hangs.
    let first = tokio::time::timeout(SHORT.min(client.timeout()), ask(client, request.clone()));
    let failure = match first.await {
        Ok(Err(failure)) if may_be_passed(&failure) => failure,
        Ok(ended) => return ended,
        Err(_) => Failure::unreachable(format!("no answer from {}", client.addr().url())),
    };
    let local = Client::of_socket(&socket, client.timeout())?;
    let answer = ask(&local, request).await?;
    context.out.say(&format!(
        "note: {} did not take the stop ({}); it went over the local socket {}",
        client.addr().url(),
        failure.message(),
        socket.display()
    ));
    Ok(answer)
}

async fn ask(client: &Client, request: StopRequest) -> Result<StopResponse, Failure> {
    client.mutate(request, async |c, r| EmergencyServiceClient::new(c).stop(r).await).await
}

/// Failures that say nothing about the stop itself: no way in, no login, no room.
fn may_be_passed(failure: &Failure) -> bool {
    matches!(failure.exit(), Exit::Unreachable | Exit::Denied | Exit::Refused | Exit::Internal)
}

/// The first local socket that takes a connection.
fn reachable() -> Option<PathBuf> {
    target::local_sockets().into_iter().find(|path| UnixStream::connect(path).is_ok())
}
