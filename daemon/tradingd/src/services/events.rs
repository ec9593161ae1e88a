//! The event stream: a snapshot, then every record in order, marks in between, heartbeats.
//!
//! Each subscriber has a cursor. Records come from the live channel; whatever that does not have
//! comes from the journal; a subscriber that falls too far behind is told to start anew.

use super::Shared;
use crate::control_plane::auth::Principal;
use crate::control_plane::errors::{self, Reason};
use crate::convert::time;
use crate::read_model::ReadModel;
use crate::trader::{StreamRecord, message, order_of};
use futures::Stream;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;

/// Marks are sent at most this often.
const MARK_EVERY: Duration = Duration::from_millis(500);
/// Messages that wait in one subscriber's channel.
const CHANNEL: usize = 64;
/// Records read from the journal at a time.
const CHUNK: u32 = 500;

/// The service, with a count of its subscribers.
#[derive(Debug)]
pub struct Events {
    shared: Shared,
    subscribers: Arc<AtomicUsize>,
}

impl Events {
    /// Without subscribers.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self { shared, subscribers: Arc::default() }
    }
}

#[async_trait]
impl event_service_server::EventService for Events {
    type SubscribeStream = Pin<Box<dyn Stream<Item = Result<SubscribeResponse, Status>> + Send>>;

    async fn subscribe(
        &self,
        request: Request<SubscribeRequest>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        let principal = Principal::of(&request)
            .ok_or_else(|| errors::refuse(Reason::TokenMissing, "this needs a token"))?;
        let place =
            Place::take(&self.subscribers, self.shared.settings.current().stream.max_subscribers)?;
        let (sender, receiver) = mpsc::channel(CHANNEL);
        let subscriber = Subscriber { shared: self.shared.clone(), sender, cursor: 0 };
        let request = request.into_inner();
        tokio::spawn(async move {
            let _place = place;
            tokio::select! {
                biased;
                () = subscriber.shared.shutdown.cancelled() => {
                    let end = errors::refuse(Reason::ShuttingDown, "the daemon is ending");
                    let _ = subscriber.sender.clone().try_send(Err(end));
                }
                () = principal.session_ended() => {
                    let end = errors::refuse(Reason::SessionEnded, "the session has ended");
                    let _ = subscriber.sender.clone().try_send(Err(end));
                }
                _ = subscriber.clone().serve(request) => {}
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }
}

/// One of the places for subscribers, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(count: &Arc<AtomicUsize>, most: usize) -> Result<Self, Status> {
        if count.fetch_add(1, Ordering::SeqCst) >= most {
            count.fetch_sub(1, Ordering::SeqCst);
            let text = format!("there are {most} subscribers already (stream.max_subscribers)");
            return Err(errors::refuse(Reason::Busy, text));
        }
        Ok(Self(count.clone()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Clone)]
struct Subscriber {
    shared: Shared,
    sender: mpsc::Sender<Result<SubscribeResponse, Status>>,
    /// The last record sent, or contained in the snapshot.
    cursor: u64,
}

/// The subscriber has gone or was told to start anew.
struct Ended;

impl Subscriber {
    async fn serve(mut self, request: SubscribeRequest) -> Result<(), Ended> {
        // Subscribed before the snapshot is taken, so that nothing falls between them.
        let mut records = self.shared.trader.records();
        let mut model = self.shared.trader.model.clone();
        self.begin(&request).await?;
        let mut marks = tokio::time::interval(MARK_EVERY);
        marks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut heartbeat = tokio::time::interval(self.shared.settings.current().stream.heartbeat);
        heartbeat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        heartbeat.tick().await;
        loop {
            tokio::select! {
                biased;
                batch = records.recv() => match batch {
                    Ok(batch) => self.forward(&batch).await?,
                    Err(broadcast::error::RecvError::Lagged(_)) => {
                        self.catch_up(self.shared.store.last_sequence()).await?;
                    }
                    Err(broadcast::error::RecvError::Closed) => return Err(Ended),
                },
                _ = marks.tick() => {
                    if model.has_changed().map_err(|_| Ended)? {
                        let now = model.borrow_and_update().clone();
                        self.mark(&now).await?;
                    }
                }
                _ = heartbeat.tick() => {
                    let beat = Heartbeat { server_time: Some(wall_time()) };
                    self.send(Payload::Heartbeat(beat), self.cursor).await?;
                }
            }
        }
    }

    /// The snapshot, or what came after the sequence to resume from.
    async fn begin(&mut self, request: &SubscribeRequest) -> Result<(), Ended> {
        if request.resume_after == 0 {
            let model = self.shared.trader.read();
            self.cursor = model.sequence;
            let snapshot = Snapshot {
                store_id: self.shared.store.store_id().to_owned(),
                status: Some(self.shared.ages.status(&model)),
                portfolio: Some(model.portfolio.clone()),
                positions: model.positions.clone(),
                open_orders: model.open_orders.clone(),
                strategies: model.strategies.clone(),
                recent_trades: model.recent_trades.clone(),
            };
            return self.send(Payload::Snapshot(snapshot), model.sequence).await;
        }
        let last = self.shared.store.last_sequence();
        if request.store_id != self.shared.store.store_id() {
            return self.resync("other_store").await;
        }
        if request.resume_after > last {
            return self.resync("ahead").await;
        }
        self.cursor = request.resume_after;
        self.catch_up(last).await
    }

    async fn forward(&mut self, batch: &[StreamRecord]) -> Result<(), Ended> {
        let Some(first) = batch.iter().find(|r| r.sequence > self.cursor) else { return Ok(()) };
        if first.sequence > self.cursor + 1 {
            self.catch_up(first.sequence - 1).await?;
        }
        // One commit may hold any number of records; what counts is what came after it.
        let last = batch.last().map_or(0, |r| r.sequence);
        let behind = self.shared.store.last_sequence().saturating_sub(last);
        if usize::try_from(behind).unwrap_or(usize::MAX)
            > self.shared.settings.current().stream.buffer_records
        {
            return self.resync("slow_reader").await;
        }
        let begun = self.cursor;
        for record in batch.iter().filter(|r| r.sequence > begun) {
            self.record(record.message.clone()).await?;
        }
        Ok(())
    }

    /// Sends from the journal up to a sequence, unless that is more than a subscriber may lag.
    async fn catch_up(&mut self, to: u64) -> Result<(), Ended> {
        let behind = usize::try_from(to.saturating_sub(self.cursor)).unwrap_or(usize::MAX);
        if behind > self.shared.settings.current().stream.buffer_records {
            return self.resync("slow_reader").await;
        }
        while self.cursor < to {
            let found = self.shared.store.journal_after(self.cursor, CHUNK).await;
            let Ok(records) = found else { return self.resync("pruned").await };
            let gapless = records.first().is_some_and(|r| r.sequence == self.cursor + 1);
            if !gapless {
                return self.resync("pruned").await;
            }
            for record in records {
                let order = match order_of(&record) {
                    Some(id) => self.shared.store.order(&id).await.ok().flatten(),
                    None => None,
                };
                self.record(message(&record, order.as_ref())).await?;
            }
        }
        Ok(())
    }

    async fn record(&mut self, mut message: SubscribeResponse) -> Result<(), Ended> {
        message.previous_sequence = self.cursor;
        self.cursor = message.sequence;
        self.sender.send(Ok(message)).await.map_err(|_| Ended)
    }

    async fn mark(&self, model: &ReadModel) -> Result<(), Ended> {
        let mark = MarkUpdate {
            status: Some(self.shared.ages.status(model)),
            portfolio: Some(model.portfolio.clone()),
            positions: model.positions.clone(),
        };
        self.send(Payload::Mark(mark), model.sequence).await
    }

    async fn resync(&self, reason: &str) -> Result<(), Ended> {
        let resync = ResyncRequired { reason: reason.to_owned() };
        self.send(Payload::ResyncRequired(resync), self.cursor).await?;
        Err(Ended)
    }

    async fn send(&self, payload: Payload, as_of: u64) -> Result<(), Ended> {
        let message = SubscribeResponse {
            sequence: 0,
            previous_sequence: self.cursor,
            as_of_sequence: as_of,
            at: Some(wall_time()),
            order: None,
            payload: Some(payload),
        };
        self.sender.send(Ok(message)).await.map_err(|_| Ended)
    }
}

fn wall_time() -> tradingd_proto::prost_types::Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    time(domain::Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
}
