//! Records as they come. The journal is read anew whenever the chain has moved on.

use super::super::exports::CHUNK;
use super::super::{Shared, store_error};
use super::{Answers, entry, filter};
use crate::control_plane::errors::{self, Reason};
use storage::AuditFilter;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use tradingd_proto::v1::{TailEventsRequest, TailEventsResponse};

type Sender = mpsc::Sender<Result<TailEventsResponse, Status>>;

/// Begins a stream.
pub fn follow(
    shared: &Shared,
    request: Request<TailEventsRequest>,
) -> Result<Response<Answers<TailEventsResponse>>, Status> {
    let principal = filter::principal(&request)?;
    let (sender, receiver) = mpsc::channel(64);
    let shared = shared.clone();
    tokio::spawn(async move {
        let end = tokio::select! {
            biased;
            () = shared.shutdown.cancelled() => {
                errors::refuse(Reason::ShuttingDown, "the daemon is ending")
            }
            () = principal.session_ended() => {
                errors::refuse(Reason::SessionEnded, "the session has ended")
            }
            end = serve(&shared, &request, &sender) => match end {
                Err(Some(status)) => status,
                _ => return,
            },
        };
        let _ = sender.send(Err(end)).await;
    });
    Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
}

/// Ends with a status to tell, or with none when the reader has gone.
async fn serve(
    shared: &Shared,
    request: &Request<TailEventsRequest>,
    sender: &Sender,
) -> Result<(), Option<Status>> {
    let mut chain = shared.store.chain();
    let wanted = request.get_ref();
    let mut cursor = wanted.after.unwrap_or_else(|| chain.borrow().sequence);
    let mut heartbeat = tokio::time::interval(shared.settings.current().stream.heartbeat);
    heartbeat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let last = chain.borrow_and_update().sequence;
        // Made anew each time: a kind that was never written before may be among those wanted.
        let filter = filter::of(shared, request, wanted.filter.as_ref()).await?;
        cursor = send(shared, &filter, cursor, last, sender).await?;
        tokio::select! {
            changed = chain.changed() => changed.map_err(|_| None)?,
            _ = heartbeat.tick() => {
                let beat = TailEventsResponse { event: None, as_of_sequence: cursor };
                sender.send(Ok(beat)).await.map_err(|_| None)?;
            }
        }
    }
}

/// Sends what lies between; gives the new cursor.
async fn send(
    shared: &Shared,
    filter: &AuditFilter,
    mut cursor: u64,
    last: u64,
    sender: &Sender,
) -> Result<u64, Option<Status>> {
    while cursor < last {
        let found = shared.store.audit_after(filter, cursor, last, CHUNK).await;
        let found = found.map_err(store_error)?;
        let whole = found.len() < CHUNK as usize;
        for found in &found {
            cursor = found.sequence;
            let event = Some(entry::event(found));
            let message = TailEventsResponse { event, as_of_sequence: cursor };
            sender.send(Ok(message)).await.map_err(|_| None)?;
        }
        if whole {
            cursor = last;
        }
    }
    Ok(cursor)
}
