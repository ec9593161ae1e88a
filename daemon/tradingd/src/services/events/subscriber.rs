//! One subscriber: its place in the journal, its filter, what it is told.
//!
//! Records come from the hub; whatever the hub does not have any more comes from the journal. One
//! that follows the present and falls too far behind, or takes nothing for too long, is told to
//! start anew; one that catches up from the past may take its time.

use super::super::Shared;
use super::filter::{Filter, about};
use super::frame::Frame;
use super::hub::{Chunk, Hub, Mark};
use super::queue::{Queue, Stalled};
use super::wall_time;
use crate::control_plane::errors::{self, Reason};
use crate::trader::{message, order_of};
use std::sync::Arc;
use storage::Store;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::task::AbortOnDropHandle;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;

/// Records read from the journal at a time: few, as they are held in memory meanwhile.
const READ: u32 = 100;

/// One subscriber's work.
#[derive(Debug)]
pub struct Subscriber {
    pub shared: Shared,
    pub hub: Arc<Hub>,
    pub queue: Queue,
    pub filter: Filter,
    /// The last record that was sent, did not pass the filter, or is contained in the snapshot.
    cursor: u64,
    /// The last record that was sent, or where the stream began.
    sent: u64,
    /// True once it has reached the present.
    live: bool,
}

/// The subscriber was told to start anew, or there is nothing more to tell.
#[derive(Debug)]
pub struct Ended;

impl Subscriber {
    pub const fn new(shared: Shared, hub: Arc<Hub>, queue: Queue, filter: Filter) -> Self {
        Self { shared, hub, queue, filter, cursor: 0, sent: 0, live: false }
    }

    /// Serves until the client has to start anew or may not listen any more.
    pub async fn run(mut self, request: SubscribeRequest, session: impl Future<Output = ()>) {
        let (queue, shutdown) = (self.queue.clone(), self.shared.shutdown.clone());
        let end = tokio::select! {
            biased;
            () = shutdown.cancelled() => (Reason::ShuttingDown, "the daemon is ending"),
            () = session => (Reason::SessionEnded, "the session has ended"),
            _ = self.serve(request) => return,
        };
        queue.end(errors::refuse(end.0, end.1));
    }

    async fn serve(&mut self, request: SubscribeRequest) -> Result<(), Ended> {
        // Before the snapshot is taken, so that nothing falls between them.
        let mut chunks = self.hub.chunks().await;
        let mut marks = self.hub.marks();
        self.begin(&request).await?;
        let with_marks = self.filter.wants_marks();
        let settings = self.shared.settings.clone();
        let mut heartbeat = beats(settings.current().stream.heartbeat);
        let mut changed = settings.until_other(|s| s.stream.heartbeat);
        let mut stored = self.cursor;
        loop {
            tokio::select! {
                biased;
                chunk = chunks.recv() => match chunk {
                    Ok(chunk) => self.forward(&chunk).await?,
                    Err(RecvError::Lagged(_)) => {
                        self.catch_up(self.shared.store.last_sequence()).await?;
                    }
                    Err(RecvError::Closed) => return Err(Ended),
                },
                changed = marks.changed(), if with_marks => {
                    changed.map_err(|_| Ended)?;
                    let mark = marks.borrow_and_update().clone();
                    if let Some(mark) = mark {
                        self.mark(&mark).await?;
                    }
                }
                () = &mut changed => {
                    changed = settings.until_other(|s| s.stream.heartbeat);
                    heartbeat = beats(settings.current().stream.heartbeat);
                }
                _ = heartbeat.tick() => {
                    // What was stored a heartbeat ago and has not come never will: the hub had none
                    // of it, and nothing came since that would have shown the hole.
                    if self.cursor < stored && chunks.is_empty() {
                        self.catch_up(stored).await?;
                    }
                    stored = self.shared.store.last_sequence();
                    let beat = Heartbeat { server_time: Some(wall_time()) };
                    self.say(Payload::Heartbeat(beat), self.cursor).await?;
                }
            }
        }
    }

    /// The snapshot, or what came after the sequence to resume from.
    async fn begin(&mut self, request: &SubscribeRequest) -> Result<(), Ended> {
        let store = Arc::clone(&self.shared.store);
        if request.resume_after == 0 {
            self.snapshot().await?;
        } else {
            (self.cursor, self.sent) = (request.resume_after, request.resume_after);
            if request.store_id != store.store_id() {
                return self.resync("other_store");
            }
            if request.resume_after > store.last_sequence() {
                return self.resync("ahead");
            }
        }
        // Also after a snapshot: what was stored since it was made may have passed the hub before
        // this one listened.
        self.catch_up(store.last_sequence()).await?;
        // Who began with the present follows it, also when the hub has nothing for it any more.
        self.live = request.resume_after == 0;
        Ok(())
    }

    async fn snapshot(&mut self) -> Result<(), Ended> {
        let model = self.shared.trader.read();
        (self.cursor, self.sent) = (model.sequence, model.sequence);
        let orders = model.open_orders.iter();
        let trades = model.recent_trades.iter();
        let snapshot = Snapshot {
            store_id: self.shared.store.store_id().to_owned(),
            status: Some(self.shared.ages.status(&model)),
            portfolio: Some(model.portfolio.clone()),
            positions: self.filter.positions(&model),
            open_orders: orders.filter(|o| self.filter.wants_symbol(&o.symbol)).cloned().collect(),
            strategies: model.strategies.clone(),
            recent_trades: trades
                .filter(|t| self.filter.wants_symbol(&t.symbol))
                .cloned()
                .collect(),
        };
        self.say(Payload::Snapshot(snapshot), model.sequence).await
    }

    async fn forward(&mut self, chunk: &Chunk) -> Result<(), Ended> {
        let new = chunk.records.partition_point(|record| record.sequence <= self.cursor);
        let Some(first) = chunk.records.get(new) else { return Ok(()) };
        if first.sequence > self.cursor + 1 {
            self.catch_up(first.sequence - 1).await?;
        }
        self.live = true;
        // A commit may hold any number of records; what counts is what was handed on after it.
        self.within_bounds(self.hub.end().saturating_sub(chunk.end))?;
        let mut frames = Vec::with_capacity(chunk.records.len() - new);
        for record in &chunk.records[new..] {
            if self.filter.passes(&record.about) {
                frames.push(Frame::shared(record.bytes.clone(), self.sent));
                self.sent = record.sequence;
            }
            self.cursor = record.sequence;
        }
        self.send(frames).await
    }

    /// Sends from the journal up to a sequence. Who follows the present must not be further behind
    /// than the bound; who comes from the past may be.
    async fn catch_up(&mut self, to: u64) -> Result<(), Ended> {
        if self.live {
            self.within_bounds(to.saturating_sub(self.cursor))?;
        }
        while self.cursor < to {
            let frames = match self.read().await {
                Some(frames) => frames,
                None => return self.resync("pruned"),
            };
            self.send(frames).await?;
        }
        Ok(())
    }

    /// The next records of the journal that pass the filter; `None` when they are not there.
    async fn read(&mut self) -> Option<Vec<Frame>> {
        let (hub, store) = (Arc::clone(&self.hub), Arc::clone(&self.shared.store));
        // In a task of its own: this future goes on only as its client lets it, and must not keep
        // the permit and a connection to the store from the others.
        let read = tokio::spawn(next_records(hub, store, self.cursor));
        let records = AbortOnDropHandle::new(read).await.ok()??;
        let mut frames = Vec::new();
        for mut message in records {
            self.cursor = message.sequence;
            if self.filter.passes(&about(&message)) {
                message.previous_sequence = self.sent;
                self.sent = message.sequence;
                frames.push(Frame::own(&message));
            }
        }
        Some(frames)
    }

    pub(super) fn within_bounds(&self, behind: u64) -> Result<(), Ended> {
        let most = self.shared.settings.current().stream.buffer_records;
        if usize::try_from(behind).unwrap_or(usize::MAX) > most {
            return self.resync("slow_reader");
        }
        Ok(())
    }

    async fn mark(&self, mark: &Mark) -> Result<(), Ended> {
        if self.filter.wants_all_symbols() {
            return self.send(vec![Frame::shared(mark.bytes.clone(), self.sent)]).await;
        }
        let update = MarkUpdate {
            status: Some(mark.status.clone()),
            portfolio: Some(mark.model.portfolio.clone()),
            positions: self.filter.positions(&mark.model),
        };
        self.say(Payload::Mark(update), mark.model.sequence).await
    }

    /// The last message: why it has to start anew.
    fn resync(&self, reason: &str) -> Result<(), Ended> {
        let resync = ResyncRequired { reason: reason.to_owned() };
        let last = self.unnumbered(Payload::ResyncRequired(resync), self.cursor);
        self.queue.last(Frame::own(&last));
        Err(Ended)
    }

    async fn say(&self, payload: Payload, as_of: u64) -> Result<(), Ended> {
        self.send(vec![Frame::own(&self.unnumbered(payload, as_of))]).await
    }

    fn unnumbered(&self, payload: Payload, as_of: u64) -> SubscribeResponse {
        SubscribeResponse {
            sequence: 0,
            previous_sequence: self.sent,
            as_of_sequence: as_of,
            at: Some(wall_time()),
            order: None,
            payload: Some(payload),
        }
    }

    pub(super) async fn send(&self, frames: Vec<Frame>) -> Result<(), Ended> {
        match self.queue.send(frames).await {
            Ok(()) => Ok(()),
            Err(Stalled) => self.resync("slow_reader"),
        }
    }
}

/// The records behind a sequence; `None` when the first of them is not there.
async fn next_records(
    hub: Arc<Hub>,
    store: Arc<Store>,
    cursor: u64,
) -> Option<Vec<SubscribeResponse>> {
    let _permit = hub.readers.acquire().await.ok()?;
    let records = store.journal_after(cursor, READ).await.ok()?;
    if records.first()?.sequence != cursor + 1 {
        return None;
    }
    let mut messages = Vec::with_capacity(records.len());
    for record in records {
        let order = match order_of(&record) {
            Some(id) => store.order(&id).await.ok().flatten(),
            None => None,
        };
        messages.push(message(&record, order.as_ref()));
    }
    Some(messages)
}

/// Ticks at this distance, the first after one of it.
fn beats(every: std::time::Duration) -> tokio::time::Interval {
    let mut beats = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    beats
}

#[cfg(test)]
mod tests {
    use super::super::acts::next;
    use super::super::queue::frames;
    use super::super::{Events, Reader};
    use super::*;
    use crate::services::settings_tests::changes::with;
    use crate::services::settings_tests::world::Market;

    /// Why a subscriber ends that has begun and is then 65 records behind, one more than it may be.
    async fn end_of_one_behind(shared: &Shared, request: SubscribeRequest) -> String {
        let events = Events::new(shared.clone());
        let bounds = shared.settings.current().stream.clone();
        let place = events.places.take("somebody", &bounds).expect("a place");
        let (shared, hub) = (shared.clone(), Arc::clone(&events.hub));
        let mut frames = frames(place, Reader::new(None), |queue| async move {
            let filter = Filter::of(&request).expect("no filter");
            let mut subscriber = Subscriber::new(shared, hub, queue, filter);
            subscriber.begin(&request).await.expect("begun");
            let _ = subscriber.catch_up(subscriber.cursor + 65).await;
        });
        loop {
            if let Payload::ResyncRequired(resync) = next(&mut frames).await {
                return resync.reason;
            }
        }
    }

    #[tokio::test]
    async fn who_began_with_the_present_must_follow_it() {
        let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
        with(&market, dir.path(), &["stream.buffer_records=64"], async |shared| {
            let present = SubscribeRequest::default();
            assert_eq!(end_of_one_behind(shared, present).await, "slow_reader");
            // Who comes from the past may be behind; here what it asks for does not exist.
            let store_id = shared.store.store_id().to_owned();
            let past = SubscribeRequest { resume_after: 1, store_id, ..Default::default() };
            assert_eq!(end_of_one_behind(shared, past).await, "pruned");
        })
        .await;
    }
}
