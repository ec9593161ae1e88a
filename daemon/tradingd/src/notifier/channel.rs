//! One channel: a bounded queue and a task that delivers in order, tries again, and gives up.
//!
//! Whoever sends never waits: a full queue refuses. A dead channel holds up nobody but itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Messages that wait in one channel.
pub const QUEUE: usize = 256;

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Try again, not before this time if it is known.
    Later(Option<Duration>, String),
    /// It will never be taken.
    Never(String),
    /// The channel was switched off meanwhile: nobody wants it any more.
    Off,
}

/// Comes back when another attempt may go better, because somebody has changed a setting.
pub type Changed = futures::future::BoxFuture<'static, ()>;

/// Where messages go. Implemented by Telegram and the webhook.
#[async_trait::async_trait]
pub trait Destination: Send + Sync + 'static {
    /// What it delivers.
    type Message: Send + Sync + 'static;

    /// Delivers one message.
    ///
    /// # Errors
    /// It was not taken; the texts hold no secret.
    async fn deliver(&self, message: &Self::Message) -> Result<(), Refusal>;

    /// Asked for before each attempt, so that no change between it and the pause is missed.
    fn changed(&self) -> Changed {
        Box::pin(std::future::pending())
    }
}

/// How patient a channel is.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Pause after the first failure; it doubles, with jitter.
    pub first: Duration,
    /// Longest pause.
    pub longest: Duration,
    /// Attempts of one message.
    pub attempts: u32,
}

impl Patience {
    /// About 25 minutes in all.
    pub const USUAL: Self =
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(300), attempts: 12 };

    /// The pause after `failures` failures, between half and all of the doubled time.
    pub(crate) fn pause(self, failures: u32) -> Duration {
        let doubled = self.first.saturating_mul(1 << failures.saturating_sub(1).min(20));
        let whole = doubled.min(self.longest);
        let random = u32::from(u16::from_le_bytes(crate::control_plane::auth::random()));
        whole / 2 + whole.mul_f64(f64::from(random) / 131_070.0)
    }
}

/// Failures in a row after which a channel counts as failing.
const FAILING: u64 = 3;

/// What a channel has done.
#[derive(Debug, Default)]
pub struct Tally {
    /// Failures since the last message that was taken.
    failures: AtomicU64,
    /// Messages that were refused by a full queue or given up.
    lost: AtomicU64,
    /// Set when a message was given up or refused, until one is taken.
    gave_up: AtomicBool,
}

impl Tally {
    /// True after some failures in a row, until a message is taken.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.failures.load(Ordering::Relaxed) >= FAILING || self.gave_up.load(Ordering::Relaxed)
    }

    /// Messages that were never delivered.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// An attempt failed; says how many in a row have.
    pub(crate) fn failed(&self) -> u64 {
        self.failures.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn lose(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
        self.gave_up.store(true, Ordering::Relaxed);
    }

    /// A message was taken.
    pub(crate) fn taken(&self) {
        self.failures.store(0, Ordering::Relaxed);
        self.gave_up.store(false, Ordering::Relaxed);
    }
}

/// The sending side of a channel.
#[derive(Debug)]
pub struct Channel<M> {
    name: &'static str,
    queue: mpsc::Sender<(M, Option<Settled>)>,
    tally: Arc<Tally>,
}

impl<M> Clone for Channel<M> {
    fn clone(&self) -> Self {
        Self { name: self.name, queue: self.queue.clone(), tally: Arc::clone(&self.tally) }
    }
}

/// Tells that an alert is done with when the last copy is dropped.
#[derive(Debug, Clone)]
pub struct Settled(#[expect(dead_code, reason = "it works by being dropped")] Arc<Done>);

#[derive(Debug)]
struct Done {
    id: u64,
    tell: mpsc::Sender<u64>,
}

impl Drop for Done {
    fn drop(&mut self) {
        // When nobody takes it, the alert is sent once more after the next start.
        let _ = self.tell.try_send(self.id);
    }
}

impl Settled {
    /// For the alert of that number.
    #[must_use]
    pub fn new(id: u64, tell: mpsc::Sender<u64>) -> Self {
        Self(Arc::new(Done { id, tell }))
    }
}

impl<M: Send + Sync + 'static> Channel<M> {
    /// A channel with its task.
    pub fn open(
        name: &'static str,
        destination: impl Destination<Message = M>,
        patience: Patience,
        shutdown: CancellationToken,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let tally = Arc::new(Tally::default());
        let worker = Worker { name, destination, patience, tally: Arc::clone(&tally), waiting };
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = worker.run() => {}
            }
        });
        Self { name, queue, tally }
    }

    /// Queues a message and returns at once; a full queue loses it, which is counted.
    pub fn send(&self, message: M, settled: Option<Settled>) {
        if self.queue.try_send((message, settled)).is_err() {
            self.tally.lose();
            tracing::warn!(channel = self.name, "a message is lost, the queue is full");
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it has done.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }
}

struct Worker<D: Destination> {
    name: &'static str,
    destination: D,
    patience: Patience,
    tally: Arc<Tally>,
    waiting: mpsc::Receiver<(D::Message, Option<Settled>)>,
}

impl<D: Destination> Worker<D> {
    async fn run(mut self) {
        while let Some((message, settled)) = self.waiting.recv().await {
            self.deliver(&message).await;
            drop(settled);
        }
    }

    async fn deliver(&self, message: &D::Message) {
        for attempt in 1..=self.patience.attempts {
            let changed = self.destination.changed();
            let (pause, why) = match self.destination.deliver(message).await {
                Ok(()) => return self.tally.taken(),
                Err(Refusal::Off) => {
                    tracing::info!(channel = self.name, "switched off; what waits is dropped");
                    return self.tally.taken();
                }
                Err(Refusal::Never(why)) => {
                    tracing::warn!(channel = self.name, why, "a message was refused");
                    return self.tally.lose();
                }
                Err(Refusal::Later(after, why)) => {
                    let own = self.patience.pause(attempt);
                    (after.map_or(own, |after| after.max(own)), why)
                }
            };
            self.tally.failed();
            tracing::warn!(channel = self.name, attempt, why, "a message was not taken");
            if attempt < self.patience.attempts {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = changed => {}
                }
            }
        }
        self.tally.lose();
        tracing::warn!(channel = self.name, "a message is given up");
    }
}

#[cfg(test)]
#[path = "channel_tests.rs"]
mod tests;
