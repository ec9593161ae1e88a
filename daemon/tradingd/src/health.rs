//! Whether the daemon works: engine, storage and data, each judged by its last sign of life.
//!
//! Judged by a task of the control plane, never by the engine's own thread, so that a stuck engine
//! can't vouch for itself. A halted daemon is healthy: it does what it was told.

use crate::pulse::Pulse;
use crate::settings::HealthSettings;
use futures::FutureExt as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tonic_health::ServingStatus;
use tonic_health::server::{HealthReporter, HealthService};

/// How often the components are judged.
const JUDGE_EVERY: Duration = Duration::from_millis(500);
/// Names of the components, as health checks name them.
pub const COMPONENTS: [&str; 3] = ["engine", "storage", "data"];

/// Verdict on one component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentReport {
    /// One of [`COMPONENTS`].
    pub name: &'static str,
    /// True when it works and is fresh.
    pub serving: bool,
    /// Why not, or a short word; no secrets and no paths.
    pub detail: String,
    /// Time since its last sign of life.
    pub age: Duration,
}

/// Signs of life. Cheap to feed from hot paths: one clock read and one store each.
#[derive(Debug)]
pub struct HealthBoard {
    limits: HealthSettings,
    started: Instant,
    /// Microseconds since `started`.
    engine: AtomicU64,
    stored: AtomicU64,
    row: AtomicU64,
    /// Start of the commit under way plus one; 0 when there is none.
    committing: AtomicU64,
    /// Wall time between rows in microseconds; 0 when unknown.
    row_spacing: AtomicU64,
    source_finished: AtomicBool,
    source_paused: AtomicBool,
    trouble: Mutex<Trouble>,
    reporter: HealthReporter,
    pulse: Pulse,
}

/// Reasons why a component does not work although it shows life.
#[derive(Debug, Default)]
struct Trouble {
    engine: Option<String>,
    storage: Option<String>,
    data: Option<String>,
}

impl HealthBoard {
    /// All components count as fresh now; checks say "not serving" until the first verdict.
    #[must_use]
    pub fn new(limits: HealthSettings) -> Self {
        let reporter = HealthReporter::new();
        for name in [""].into_iter().chain(COMPONENTS) {
            reporter
                .set_service_status(name, ServingStatus::NotServing)
                .now_or_never()
                .expect("Invariant: nobody else has the new reporter");
        }
        Self {
            limits,
            started: Instant::now(),
            engine: AtomicU64::new(0),
            stored: AtomicU64::new(0),
            row: AtomicU64::new(0),
            committing: AtomicU64::new(0),
            row_spacing: AtomicU64::new(0),
            source_finished: AtomicBool::new(false),
            source_paused: AtomicBool::new(false),
            trouble: Mutex::default(),
            reporter,
            pulse: Pulse::default(),
        }
    }

    /// How long things take.
    #[must_use]
    pub const fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    fn mark(&self, sign: &AtomicU64) {
        sign.store(micros(self.started.elapsed()), Ordering::Release);
    }

    fn trouble(&self) -> std::sync::MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The engine's thread goes round; call it at least once a second, also when there is no work.
    pub fn engine_beat(&self) {
        self.mark(&self.engine);
    }

    /// The engine ended or refuses to trade; `None` when it works again.
    pub fn engine_trouble(&self, why: Option<String>) {
        self.trouble().engine = why;
    }

    /// A commit begins.
    pub fn commit_started(&self) {
        self.committing.store(micros(self.started.elapsed()) + 1, Ordering::Release);
    }

    /// The commit is durable.
    pub fn commit_done(&self) {
        self.committing.store(0, Ordering::Release);
        self.mark(&self.stored);
        if self.trouble().storage.take().is_some() {
            tracing::info!("storage works again");
        }
    }

    /// The commit failed.
    pub fn commit_failed(&self, why: String) {
        self.committing.store(0, Ordering::Release);
        self.trouble().storage = Some(why);
    }

    /// The source delivered a row.
    pub fn data_row(&self) {
        self.mark(&self.row);
    }

    /// The source can't go on; `None` when it works again.
    pub fn data_trouble(&self, why: Option<String>) {
        self.trouble().data = why;
    }

    /// How much wall time lies between rows at the source's speed; a slow source is not stale
    /// before two rows are missing. `None` when it is not known.
    pub fn expect_row_every(&self, spacing: Option<Duration>) {
        self.row_spacing.store(spacing.map_or(0, micros), Ordering::Release);
    }

    /// The source has delivered its last row; from now on no row is missed.
    pub fn source_finished(&self) {
        self.source_finished.store(true, Ordering::Release);
    }

    /// Somebody paused the source, or lets it go on.
    pub fn source_paused(&self, paused: bool) {
        self.source_paused.store(paused, Ordering::Release);
        self.mark(&self.row);
    }

    /// Time since the last row.
    #[must_use]
    pub fn data_age(&self) -> Duration {
        self.age(&self.row, self.started.elapsed())
    }

    fn age(&self, sign: &AtomicU64, now: Duration) -> Duration {
        now.saturating_sub(Duration::from_micros(sign.load(Ordering::Acquire)))
    }

    /// The verdict on each component, in the order of [`COMPONENTS`].
    #[must_use]
    pub fn components(&self) -> Vec<ComponentReport> {
        self.judge(self.started.elapsed())
    }

    /// True when every component works.
    #[must_use]
    pub fn serving(&self) -> bool {
        self.components().iter().all(|c| c.serving)
    }

    fn judge(&self, now: Duration) -> Vec<ComponentReport> {
        let [engine, storage, data] = COMPONENTS;
        let report = |name, age, wrong: Option<String>, fine: &str| ComponentReport {
            name,
            serving: wrong.is_none(),
            detail: wrong.unwrap_or_else(|| fine.to_owned()),
            age,
        };
        let engine_age = self.age(&self.engine, now);
        let trouble = self.trouble();
        let stuck = (engine_age > self.limits.stuck_after)
            .then(|| format!("no beat for {} s", engine_age.as_secs()));
        let engine = report(engine, engine_age, trouble.engine.clone().or(stuck), "running");

        let began = self.committing.load(Ordering::Acquire);
        let busy = now.saturating_sub(Duration::from_micros(began.saturating_sub(1)));
        let hangs = (began > 0 && busy > self.limits.stuck_after)
            .then(|| format!("commit hangs for {} s", busy.as_secs()));
        let storage_age = self.age(&self.stored, now);
        let storage = report(storage, storage_age, trouble.storage.clone().or(hangs), "writing");

        let data_age = self.age(&self.row, now);
        let (wrong, fine) = self.judge_data(data_age);
        let data = report(data, data_age, trouble.data.clone().or(wrong), fine);
        vec![engine, storage, data]
    }

    fn judge_data(&self, age: Duration) -> (Option<String>, &'static str) {
        if self.source_finished.load(Ordering::Acquire) {
            return (None, "source is at its end");
        }
        if self.source_paused.load(Ordering::Acquire) {
            return (None, "source is paused");
        }
        let spacing = Duration::from_micros(self.row_spacing.load(Ordering::Acquire));
        let limit = self.limits.stale_after.max(spacing.saturating_mul(2));
        let stale = (age > limit).then(|| format!("no row for {} s", age.as_secs()));
        (stale, "fresh")
    }

    /// The `grpc.health.v1` service that tells the verdicts; the empty name is all together.
    #[must_use]
    pub fn service(&self) -> tonic_health::pb::health_server::HealthServer<HealthService> {
        let service = HealthService::from_health_reporter(self.reporter.clone());
        tonic_health::pb::health_server::HealthServer::new(service)
    }

    /// Judges until `shutdown`, after which nothing is serving. Run it on the control plane's
    /// runtime.
    pub async fn watch(self: Arc<Self>, shutdown: CancellationToken) {
        let mut told: Vec<(&'static str, bool)> = Vec::new();
        let mut ticks = tokio::time::interval(JUDGE_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let ending = tokio::select! {
                _ = ticks.tick() => false,
                () = shutdown.cancelled() => true,
            };
            let components = self.components();
            let all = components.iter().all(|c| c.serving);
            let mut verdicts = vec![("", all && !ending)];
            verdicts.extend(components.iter().map(|c| (c.name, c.serving && !ending)));
            for verdict in verdicts.iter().filter(|v| !told.contains(v)) {
                let (name, serving) = *verdict;
                let status =
                    if serving { ServingStatus::Serving } else { ServingStatus::NotServing };
                self.reporter.set_service_status(name, status).await;
                if let Some(component) = components.iter().find(|c| c.name == name)
                    && !ending
                    && (!serving || !told.is_empty())
                {
                    tracing::warn!(component = name, serving, detail = component.detail, "health");
                }
            }
            told = verdicts;
            if ending {
                return;
            }
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
