//! The task: reads the journal on, looks around, stores what changed, and sends it.
//!
//! How far the journal was read is stored in the transaction of what came of it, so that a restart
//! goes on exactly there. A store that does not answer holds up the table, but not the messages.

use super::book::{Book, Drained, Rules};
use super::code::{Code, Severity};
use super::digest::Last;
use super::rules::{Finding, KINDS, Memory, Sign};
use super::signs::{Signs, is_watched};
use crate::control_plane::auth::Clock;
use crate::health::HealthBoard;
use crate::notifier::Outbox;
use crate::notifier::channel::Tally;
use crate::notifier::when::{QuietHours, TimeOfDay};
use crate::trader::{Answer, Change, Failure, TraderHandle};
use domain::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::{AlertFilter, AlertWrite, ControlRecord, PageRequest, Store};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tradingd_proto::v1;

/// How often it looks at the journal, and at everything else.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Records that are read at a time.
const CHUNK: u32 = 1_000;
/// Without a change, how far it has read is stored this often.
const REMEMBER_EVERY: Duration = Duration::from_secs(60);
/// After a failure it is not tried again before.
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// A message does not wait longer than this for its alert to be stored.
const STORE_PATIENCE: Duration = Duration::from_secs(3);
/// Changes that wait for a store that does not work; the oldest repeats are of no matter then.
const MOST_WAITING: usize = 10_000;
/// Open orders without an answer that are looked up at a time.
const LOOKED_UP: usize = 50;
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
    /// When things are sent again, or not.
    pub rules: Rules,
    /// Hours in which only critical alerts are sent.
    pub quiet: Option<QuietHours>,
    /// When the digest is sent.
    pub digest: Option<TimeOfDay>,
    /// The directory whose disk is watched, and how many bytes should be free; 0 for none.
    pub disk: (PathBuf, u64),
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

/// Changes on their way to the store, with what is sent once they are there.
struct UnderWay {
    begun: Instant,
    stored: JoinHandle<Result<Answer, Failure>>,
    change: Waiting,
}

/// Changes that are not stored yet.
#[derive(Default)]
struct Waiting {
    drained: Drained,
    meta: Vec<(String, String)>,
}

impl Waiting {
    fn add(&mut self, more: Drained) {
        self.drained.writes.extend(more.writes);
        self.drained.records.extend(more.records);
        self.drained.notices.extend(more.notices);
    }

    fn is_empty(&self) -> bool {
        self.drained.writes.is_empty() && self.drained.notices.is_empty() && self.meta.is_empty()
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
        let since = parts.clock.now().micros().saturating_sub(parts.rules.dedupe);
        let known = store.alerts_at_work(Timestamp::from_micros(since)).await?;
        let book = Book::new(parts.rules, store.last_alert().await?, known);
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

    /// What is wrong at the moment.
    async fn wrong(&self) -> Vec<Sign> {
        let parts = &self.parts;
        let mut wrong = Vec::new();
        for component in parts.board.components().into_iter().filter(|c| !c.serving) {
            let code = match component.name {
                "engine" => Code::EngineStuck,
                "storage" => Code::StorageFailing,
                _ => Code::DataStale,
            };
            // What the store said may name files.
            let text = match code {
                Code::StorageFailing => "commits fail or hang; see the log".to_owned(),
                _ => component.detail,
            };
            wrong.push(Sign::new(code, text));
        }
        let (path, least) = &parts.disk;
        wrong.extend(disk(path, *least, self.is_open(Code::DiskLow)));
        for (name, lost) in parts.outbox.failing() {
            let text = format!("{name} takes no messages; {lost} were lost since the start");
            wrong.push(Sign::new(Code::NotifierFailing, text).about(name));
        }
        if parts.polling.is_failing() {
            let text = "telegram can't be asked for commands";
            wrong.push(Sign::new(Code::NotifierFailing, text).about("telegram commands"));
        }
        if parts.anchors.state().failure.is_some() {
            let text = "the last anchor could not be written; see the log";
            wrong.push(Sign::new(Code::AuditAnchorFailing, text));
        }
        wrong.extend(unprotected(&parts.trader.read()));
        wrong
    }

    fn is_open(&self, code: Code) -> bool {
        self.book.open().any(|alert| alert.cause == code.token())
    }

    /// Causes of orders whose alert is open and whose outcome is known by now.
    async fn known_orders(&self) -> Vec<String> {
        known(&self.parts.store, self.book.open().map(|alert| alert.cause.as_str())).await
    }

    /// Stores what waits, one change at a time, and sends what is stored.
    async fn store(&mut self) {
        if let Some(mut under_way) = self.under_way.take() {
            if !under_way.stored.is_finished() {
                if under_way.begun.elapsed() > STORE_PATIENCE {
                    self.send(&mut under_way.change.drained);
                    self.send_waiting();
                }
                self.under_way = Some(under_way);
                return self.relieve();
            }
            let UnderWay { stored, mut change, .. } = under_way;
            let done = matches!(stored.await, Ok(Ok(_)));
            self.send(&mut change.drained);
            self.failed_at = (!done).then(Instant::now);
            if !done {
                // In front of what came later.
                let later = std::mem::take(&mut self.waiting);
                change.add(later.drained);
                change.meta.extend(later.meta);
                self.waiting = change;
                self.relieve();
            }
        }
        if self.failed_at.is_some_and(|at| at.elapsed() < RETRY_AFTER) {
            return self.send_waiting();
        }
        let (remembered, at) = self.remembered;
        let old = self.handled > remembered && at.elapsed() > REMEMBER_EVERY;
        if self.waiting.is_empty() && !old {
            return;
        }
        self.waiting.meta.push((HANDLED.to_owned(), self.handled.to_string()));
        if let Ok(memory) = serde_json::to_string(&self.memory) {
            self.waiting.meta.push((MEMORY.to_owned(), memory));
        }
        self.remembered = (self.handled, Instant::now());
        let change = std::mem::take(&mut self.waiting);
        let (alerts, records) = (change.drained.writes.clone(), change.drained.records.clone());
        let meta = change.meta.clone();
        let trader = self.parts.trader.clone();
        let stored = tokio::spawn(async move {
            trader.change(Change { alerts, records, meta, ..Change::default() }).await
        });
        self.under_way = Some(UnderWay { begun: Instant::now(), stored, change });
    }

    fn send(&self, drained: &mut Drained) {
        for notice in drained.notices.drain(..) {
            self.parts.outbox.send(&notice, &self.settled.0);
        }
    }

    /// What can't be stored is told all the same.
    fn send_waiting(&mut self) {
        let mut drained = std::mem::take(&mut self.waiting.drained);
        self.send(&mut drained);
        self.waiting.drained = drained;
    }

    /// While the store does not work, counts are dropped before alerts are.
    fn relieve(&mut self) {
        let Drained { writes, .. } = &mut self.waiting.drained;
        if writes.len() > MOST_WAITING {
            writes.retain(|write| !matches!(write, AlertWrite::Repeat { .. }));
        }
        let meta = &mut self.waiting.meta;
        if meta.len() > 100 {
            meta.drain(..meta.len() - 3);
        }
    }

    /// Sends the digest once a day; what was sent is remembered with the next change.
    async fn digest(&mut self, now: Timestamp) {
        let Some(time) = self.parts.digest else { return };
        let day = time.last_day(now);
        let last = self.last_digest.clone();
        if last.as_ref().is_some_and(|last| last.day >= day) {
            return;
        }
        let model = self.parts.trader.read();
        let next = Last::of(&model, day, now);
        if let Some(last) = last {
            let since = Some(Timestamp::from_micros(last.at));
            let filter = AlertFilter { since, ..AlertFilter::default() };
            let page = PageRequest { size: 50, token: String::new() };
            let Ok(found) = self.parts.store.alerts(&filter, &page).await else { return };
            let total = found.total.unwrap_or_default();
            self.parts.outbox.digest(&last.text(&next, &model, &found.items, total), now);
            let detail = serde_json::json!({ "day": day, "alerts": total });
            self.waiting.drained.records.push(ControlRecord::system(
                now,
                "notifier_digest_sent",
                detail,
            ));
        }
        if let Ok(text) = serde_json::to_string(&next) {
            self.waiting.meta.push((DIGEST.to_owned(), text));
        }
        self.last_digest = Some(next);
    }
}

/// Whether an alert of some severity is sent at this time.
fn sends(parts: &Parts, now: Timestamp) -> impl Fn(Severity) -> bool + use<> {
    let quiet = parts.quiet.is_some_and(|hours| hours.contain(now));
    let takes = [Severity::Info, Severity::Warning, Severity::Critical]
        .map(|severity| parts.outbox.takes(severity));
    move |severity| takes[severity as usize - 1] && (!quiet || severity == Severity::Critical)
}

/// Those causes that are orders whose outcome is known.
async fn known(store: &Store, causes: impl Iterator<Item = &str>) -> Vec<String> {
    let start = format!("{}:", Code::OrderUnknown.token());
    let mut known = Vec::new();
    for cause in causes.filter(|cause| cause.starts_with(&start)).take(LOOKED_UP) {
        let Some(id) = domain::ClientOrderId::parse(&cause[start.len()..]) else { continue };
        if let Ok(Some(order)) = store.order(&id).await
            && order.status != domain::OrderStatus::Unknown
        {
            known.push(cause.to_owned());
        }
    }
    known
}

fn wall() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_micros()).unwrap_or(i64::MAX)
}

/// Whether too little is free; once raised, a fifth more must be free.
fn disk(path: &std::path::Path, least: u64, raised: bool) -> Option<Sign> {
    if least == 0 {
        return None;
    }
    let found = rustix::fs::statvfs(path).ok()?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let bound = if raised { least.saturating_add(least / 5) } else { least };
    (free < bound).then(|| {
        let text = format!("{} MiB are free, {} MiB should be", free >> 20, least >> 20);
        Sign::new(Code::DiskLow, text)
    })
}

/// Positions without any protection, unless protection is suspended as a whole.
fn unprotected(model: &crate::read_model::ReadModel) -> Vec<Sign> {
    if model.status.trading_state.as_ref().is_some_and(|state| state.frozen) {
        return Vec::new();
    }
    let bare = |p: &&v1::Position| p.protection() == v1::ProtectionPlace::None;
    let sign = |p: &v1::Position| Sign {
        symbol: p.symbol.clone(),
        ..Sign::new(
            Code::PositionUnprotected,
            format!("{} {} at {} has neither stop nor target", p.symbol, p.quantity, p.entry_price),
        )
        .about(p.symbol.clone())
    };
    model.positions.iter().filter(bare).map(sign).collect()
}

#[cfg(test)]
#[path = "task_tests.rs"]
mod tests;
