//! The task: reads the journal on, looks around, stores what changed, and sends it. What is looked at
//! is in `task/looks.rs`, storing and sending in `task/storing.rs`.
//!
//! How far the journal was read is stored in the transaction of what came of it, so that a restart
//! goes on exactly there. A store that does not answer holds up the table, but not the messages.

mod looks;
mod storing;

use super::book::{Book, Rules};
use super::code::{Code, Severity};
use super::digest::Last;
use super::rules::{Finding, KINDS, Memory};
use super::signs::{Signs, is_watched};
use crate::control_plane::auth::Clock;
use crate::health::HealthBoard;
use crate::notifier::Outbox;
use crate::notifier::channel::Tally;
use crate::settings::SettingsHandle;
use crate::trader::TraderHandle;
use domain::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::Store;
use storing::{UnderWay, Waiting};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How often it looks at the journal, and at everything else.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Records that are read at a time.
const CHUNK: u32 = 1_000;
const HANDLED: &str = "alerts.handled";
const MEMORY: &str = "alerts.memory";
const DIGEST: &str = "alerts.digest";

/// What the task needs.
#[derive(Debug)]
pub struct Parts {
    /// The single writer, and the newest state.
    pub trader: TraderHandle,
    /// The journal and the alerts.
    pub store: Arc<Store>,
    /// The components' health.
    pub board: Arc<HealthBoard>,
    /// Where alerts are sent.
    pub outbox: Outbox,
    /// What others find: the Telegram bot.
    pub findings: mpsc::Receiver<Finding>,
    /// How the audit's anchors stand.
    pub anchors: crate::audit::keeper::Anchors,
    /// How the bot's polling goes.
    pub polling: Arc<Tally>,
    /// When what is sent, read in each turn.
    pub settings: SettingsHandle,
    /// The directory whose disk is watched.
    pub data_dir: PathBuf,
    /// Wall time.
    pub clock: Clock,
}

/// Follows the journal until the daemon ends.
pub async fn follow(parts: Parts, shutdown: CancellationToken) {
    tokio::select! {
        () = shutdown.cancelled() => {}
        result = async { Task::begin(parts).await?.run().await } => {
            if let Err(error) = result {
                tracing::error!(%error, "alerts have ended");
            }
        }
    }
}

struct Task {
    parts: Parts,
    book: Book,
    memory: Memory,
    signs: Signs,
    handled: u64,
    remembered: (u64, Instant),
    waiting: Waiting,
    under_way: Option<UnderWay>,
    failed_at: Option<Instant>,
    settled: (mpsc::Sender<u64>, mpsc::Receiver<u64>),
    last_digest: Option<Last>,
    started: Instant,
}

impl Task {
    async fn begin(parts: Parts) -> Result<Self, storage::Error> {
        let store = &parts.store;
        let handled = store.meta(HANDLED).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
        let memory = store.meta(MEMORY).await?;
        let memory = memory.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let last_digest = store.meta(DIGEST).await?;
        let last_digest = last_digest.and_then(|text| serde_json::from_str(&text).ok());
        let rules = rules(&parts.settings);
        let since = parts.clock.now().micros().saturating_sub(rules.dedupe);
        let known = store.alerts_at_work(Timestamp::from_micros(since)).await?;
        let book = Book::new(rules, store.last_alert().await?, known);
        let mut signs = Signs::default();
        for alert in book.open() {
            if let Some(code) = Code::parse(&alert.code).filter(|code| is_watched(*code)) {
                signs.resume(code, &alert.cause);
            }
        }
        let started = Instant::now();
        Ok(Self {
            parts,
            book,
            memory,
            signs,
            handled,
            remembered: (handled, started),
            waiting: Waiting::default(),
            under_way: None,
            failed_at: None,
            settled: mpsc::channel(crate::notifier::channel::QUEUE * 4),
            last_digest,
            started,
        })
    }

    async fn run(mut self) -> Result<(), storage::Error> {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.turn().await;
        }
    }

    async fn turn(&mut self) {
        let now = self.parts.clock.now();
        self.book.follow(rules(&self.parts.settings));
        self.read_on().await;
        while let Ok(finding) = self.parts.findings.try_recv() {
            self.take(finding, now);
        }
        let wrong = self.wrong().await;
        let elapsed = self.started.elapsed();
        let mut found = self.signs.take(elapsed, wrong);
        found.extend(self.known_orders().await.into_iter().map(Finding::Ended));
        found.extend(self.signs.clock(elapsed, wall()));
        for finding in found {
            self.take(finding, now);
        }
        while let Ok(id) = self.settled.1.try_recv() {
            self.book.settle(id);
        }
        let sends = sends(&self.parts, now);
        self.book.tick(now, sends);
        self.digest(now).await;
        let drained = self.book.drain(now);
        self.waiting.add(drained);
        self.store().await;
    }

    fn take(&mut self, finding: Finding, now: Timestamp) {
        self.book.take(finding, now, sends(&self.parts, now));
    }

    /// Hands what the journal has got since to the rules.
    async fn read_on(&mut self) {
        let to = self.parts.store.last_sequence();
        while self.handled < to {
            let read = self.parts.store.journal_of_kinds((self.handled, to), &KINDS, CHUNK).await;
            let records = match read {
                Ok(records) => records,
                Err(error) => return tracing::warn!(%error, "alerts wait for the store"),
            };
            let full = records.len() == CHUNK as usize;
            self.handled = if full { records.last().map_or(to, |r| r.sequence) } else { to };
            for record in records {
                for finding in self.memory.take(&record) {
                    self.take(finding, record.at);
                }
            }
        }
    }
}

/// What the settings say about sending again.
fn rules(settings: &SettingsHandle) -> Rules {
    let micros = |d: Duration| i64::try_from(d.as_micros()).unwrap_or(i64::MAX);
    let alerts = &settings.current().alerts;
    Rules { escalate_after: micros(alerts.escalate_after), dedupe: micros(alerts.dedupe) }
}

/// Whether an alert of some severity is sent at this time.
fn sends(parts: &Parts, now: Timestamp) -> impl Fn(Severity) -> bool + use<> {
    let quiet = parts.settings.current().alerts.quiet;
    let quiet = quiet.is_some_and(|hours| hours.contain(now));
    let takes = [Severity::Info, Severity::Warning, Severity::Critical]
        .map(|severity| parts.outbox.takes(severity));
    move |severity| takes[severity as usize - 1] && (!quiet || severity == Severity::Critical)
}

fn wall() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_micros()).unwrap_or(i64::MAX)
}
