//! One task for all subscribers: it encodes records and marks once and hands the bytes on.
//!
//! Commits that follow each other closely are handed on together, so that a thousand subscribers are
//! woken once and not once per record.

use super::super::Shared;
use super::filter::{About, about};
use super::places::Places;
use crate::read_model::ReadModel;
use crate::trader::StreamRecord;
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast, watch};
use tokio::time::Instant;
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::{GetStatusResponse, MarkUpdate, SubscribeResponse};

/// Marks are made at most this often.
const MARK_EVERY: Duration = Duration::from_millis(500);
/// Records are handed on at most this often; the first after a pause at once.
const TOGETHER: Duration = Duration::from_millis(30);
/// With more subscribers than this the time grows with their number: each hand-on wakes them all.
const FEW: usize = 500;
/// Where it ends to grow.
const TOGETHER_MOST: Duration = Duration::from_millis(100);
/// Commits gathered at most.
const COMMITS: usize = 64;
/// Largest chunk in bytes, unless one record alone is larger.
const CHUNK_BYTES: usize = 32 * 1024;
/// Chunks kept for subscribers that fall behind: at most 8 MiB.
const KEPT: usize = 256;
/// Subscribers that read the journal at the same time.
const READERS: usize = 4;

/// One record, encoded.
#[derive(Debug, Clone)]
pub struct Encoded {
    pub sequence: u64,
    pub about: About,
    /// The message without `previous_sequence`.
    pub bytes: Bytes,
}

impl Encoded {
    fn of(record: &StreamRecord) -> Self {
        // The number of the record before depends on the subscriber's filter.
        let message = SubscribeResponse { previous_sequence: 0, ..record.message.clone() };
        let about = about(&message);
        Self { sequence: record.sequence, about, bytes: message.encode_to_vec().into() }
    }
}

/// Records that follow each other without a gap.
#[derive(Debug)]
pub struct Chunk {
    /// Never empty.
    pub records: Vec<Encoded>,
    /// The last record that was handed on together with these.
    pub end: u64,
}

/// The newest prices and equity.
#[derive(Debug)]
pub struct Mark {
    pub model: Arc<ReadModel>,
    /// With the ages of the moment when it was made.
    pub status: GetStatusResponse,
    /// The whole mark, without `previous_sequence`.
    pub bytes: Bytes,
}

/// What subscribers hold of it.
#[derive(Debug)]
pub struct Hub {
    chunks: broadcast::Sender<Arc<Chunk>>,
    marks: watch::Sender<Option<Arc<Mark>>>,
    /// True while records are taken from the trader.
    active: watch::Sender<bool>,
    end: AtomicU64,
    /// Permits to read the journal.
    pub readers: Semaphore,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            chunks: broadcast::Sender::new(KEPT),
            marks: watch::Sender::new(None),
            active: watch::Sender::new(false),
            end: AtomicU64::new(0),
            readers: Semaphore::new(READERS),
        }
    }
}

impl Hub {
    /// Chunks from now on; comes back once records are taken from the trader.
    pub async fn chunks(&self) -> broadcast::Receiver<Arc<Chunk>> {
        let receiver = self.chunks.subscribe();
        // It fails only when the hub has ended, and then the daemon ends too.
        let _ = self.active.subscribe().wait_for(|active| *active).await;
        receiver
    }

    /// Marks from now on.
    pub fn marks(&self) -> watch::Receiver<Option<Arc<Mark>>> {
        let mut marks = self.marks.subscribe();
        marks.mark_unchanged();
        marks
    }

    /// The last record handed on.
    pub fn end(&self) -> u64 {
        self.end.load(Ordering::Acquire)
    }

    /// Works until the daemon ends; rests while nobody listens, so that a replay pays nothing.
    pub async fn run(self: Arc<Self>, shared: Shared, places: Arc<Places>) {
        let mut taken = places.taken();
        loop {
            tokio::select! {
                () = shared.shutdown.cancelled() => return,
                closed = async { taken.wait_for(|n| *n > 0).await.is_err() } => if closed { return },
            }
            let records = shared.trader.records();
            self.active.send_replace(true);
            let ended = self.follow(&shared, records, &mut taken).await;
            self.active.send_replace(false);
            if ended {
                return;
            }
        }
    }

    /// True when the daemon ends, false when nobody listens any more.
    async fn follow(
        &self,
        shared: &Shared,
        mut records: broadcast::Receiver<Arc<Vec<StreamRecord>>>,
        taken: &mut watch::Receiver<usize>,
    ) -> bool {
        use broadcast::error::RecvError;
        let mut model = shared.trader.model.clone();
        let mut marks = tokio::time::interval(MARK_EVERY);
        marks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut due = Instant::now();
        loop {
            tokio::select! {
                biased;
                () = shared.shutdown.cancelled() => return true,
                batch = records.recv() => match batch {
                    Ok(batch) => {
                        let batches = gather(batch, &mut records, due).await;
                        due = Instant::now() + together(*taken.borrow());
                        self.publish(&batches);
                    }
                    // Subscribers see the hole and read it from the journal.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return true,
                },
                _ = marks.tick() => match model.has_changed() {
                    Ok(true) => {
                        let now = model.borrow_and_update().clone();
                        self.marks.send_replace(Some(Arc::new(mark(shared, now))));
                    }
                    Ok(false) => {}
                    Err(_) => return true,
                },
                _ = async { taken.wait_for(|n| *n == 0).await.is_err() } => return false,
            }
        }
    }

    fn publish(&self, batches: &[Arc<Vec<StreamRecord>>]) {
        let all = || batches.iter().flat_map(|batch| batch.iter());
        let Some(end) = all().last().map(|record| record.sequence) else { return };
        self.end.store(end, Ordering::Release);
        let (mut bytes, mut records) = (0, Vec::<Encoded>::new());
        for record in all() {
            let hole = records.last().is_some_and(|last| last.sequence + 1 != record.sequence);
            if hole || bytes >= CHUNK_BYTES {
                self.hand_on(std::mem::take(&mut records), end);
                bytes = 0;
            }
            records.push(Encoded::of(record));
            bytes += records.last().map_or(0, |encoded| encoded.bytes.len());
        }
        self.hand_on(records, end);
    }

    fn hand_on(&self, records: Vec<Encoded>, end: u64) {
        if !records.is_empty() {
            // Nobody listening is no error.
            let _ = self.chunks.send(Arc::new(Chunk { records, end }));
        }
    }
}

/// How long records are gathered for so many subscribers.
fn together(subscribers: usize) -> Duration {
    let times = u32::try_from(subscribers).unwrap_or(u32::MAX);
    let grown = TOGETHER.saturating_mul(times) / u32::try_from(FEW).unwrap_or(1);
    grown.clamp(TOGETHER, TOGETHER_MOST)
}

/// What follows a batch until `due`.
async fn gather(
    first: Arc<Vec<StreamRecord>>,
    records: &mut broadcast::Receiver<Arc<Vec<StreamRecord>>>,
    due: Instant,
) -> Vec<Arc<Vec<StreamRecord>>> {
    let mut batches = vec![first];
    while batches.len() < COMMITS {
        match tokio::time::timeout_at(due, records.recv()).await {
            Ok(Ok(batch)) => batches.push(batch),
            _ => break,
        }
    }
    batches
}

fn mark(shared: &Shared, model: Arc<ReadModel>) -> Mark {
    let status = shared.ages.status(&model);
    let mark = MarkUpdate {
        status: Some(status.clone()),
        portfolio: Some(model.portfolio.clone()),
        positions: model.positions.clone(),
    };
    let message = SubscribeResponse {
        as_of_sequence: model.sequence,
        at: Some(super::wall_time()),
        payload: Some(Payload::Mark(mark)),
        ..SubscribeResponse::default()
    };
    Mark { status, bytes: message.encode_to_vec().into(), model }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_wait_longer_only_for_crowds_and_never_for_long() {
        for (subscribers, wanted) in
            [(0, 30), (1, 30), (500, 30), (750, 45), (1_000, 60), (5_000, 100), (usize::MAX, 100)]
        {
            assert_eq!(together(subscribers).as_millis(), wanted, "{subscribers}");
        }
    }
}
