//! The loop: emergencies, work, rows; commit, publish, wait.

use super::batch::Orders;
use super::crash::{self, CurrentRow};
use super::handle::{HaltLatch, StreamRecord, TraderHandle, Work};
use super::plans::Plans;
use super::recover;
use crate::control_plane::seal::Seal;
use crate::health::HealthBoard;
use crate::read_model::{ReadModel, Surroundings};
use crate::settings::{Changed, Settings, Speed};
use crate::source::{Source, start_of};
use domain::{ClientOrderId, OrderView, Timestamp};
use engine::Output;
use engine::settings::EngineSettings;
use exchanges::Row;
use simulator::PaperSession;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use storage::{Batch, ControlRecord, SettingsWrite, Store};
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tradingd_proto::v1;

/// Rows committed together at most.
const ROWS_PER_COMMIT: u64 = 1_024;
/// Wall time that rows may wait for their commit.
const COMMIT_EVERY: Duration = Duration::from_millis(100);
/// Commits kept for subscribers that fall behind.
const STREAM_BUFFER: usize = 256;
/// Work that may wait; more makes callers wait.
const WORK_LANE: usize = 256;
/// A gap in the data is never waited for longer than this, or than one candle lasts.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Rows that are later than this, after a pause, are not caught up with.
const CATCH_UP: Duration = Duration::from_secs(1);
/// The loop shows life at least this often.
const BEAT: Duration = Duration::from_millis(500);
/// Wait before a failed commit is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// Everything that the trader is made of.
#[derive(Debug)]
pub struct Start {
    /// The store, opened.
    pub store: Arc<Store>,
    /// The source, opened.
    pub source: Source,
    /// The daemon's settings.
    pub settings: Arc<Settings>,
    /// The engine's settings for the source's symbols.
    pub engine_settings: EngineSettings,
    /// How settings are stored and told.
    pub settings_store: StartSettings,
    /// Where signs of life go.
    pub board: Arc<HealthBoard>,
    /// Ends the trader.
    pub shutdown: CancellationToken,
    /// Status fields that never change.
    pub fixed: v1::GetStatusResponse,
    /// File that a stop leaves when the store can't take it.
    pub halt_file: PathBuf,
    /// File in which panics of the engine are recorded.
    pub panic_file: PathBuf,
    /// Told which row is being handled.
    pub current_row: CurrentRow,
}

/// How settings are stored and told.
#[derive(Debug)]
pub struct StartSettings {
    /// What this start has to store of them.
    pub write: SettingsWrite,
    /// What it changed.
    pub changes: Vec<Changed>,
    /// Where changed settings go.
    pub sender: watch::Sender<Arc<Settings>>,
    /// Seals secrets.
    pub seal: Seal,
}

/// How the trader ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraderEnd {
    /// It was asked to.
    Shutdown,
    /// The source is at its end and the settings say to leave then.
    SourceEnded,
}

/// The single writer.
#[derive(Debug)]
pub struct Trader {
    pub(super) store: Arc<Store>,
    pub(super) source: Source,
    pub(super) settings: Arc<Settings>,
    pub(super) engine_settings: EngineSettings,
    pub(super) settings_sender: watch::Sender<Arc<Settings>>,
    pub(super) seal: Seal,
    pub(super) session: Option<PaperSession>,
    pub(super) board: Arc<HealthBoard>,
    shutdown: CancellationToken,
    pub(super) work: mpsc::Receiver<Work>,
    pub(super) emergency: mpsc::UnboundedReceiver<Work>,
    pub(super) latch: HaltLatch,
    pub(super) model: watch::Sender<Arc<ReadModel>>,
    pub(super) records: broadcast::Sender<Arc<Vec<StreamRecord>>>,
    pub(super) batch: Batch,
    pub(super) touched: BTreeMap<ClientOrderId, OrderView>,
    /// The order of each event of the batch, in its state after that event.
    pub(super) views: Vec<Option<OrderView>>,
    pub(super) orders: Orders,
    /// What the store was last told to be put into the account.
    pub(super) capital: Option<domain::Amount>,
    pub(super) plans: Plans,
    pub(super) around: Surroundings,
    pub(super) rows_in_batch: u64,
    pub(super) commits_since_snapshot: u32,
    pub(super) first_commit: bool,
    pub(super) published_at: Instant,
    pub(super) finished: bool,
    pub(super) halt_file: PathBuf,
    panic_file: PathBuf,
    current_row: CurrentRow,
    /// Rows that panicked the engine too often.
    set_aside: BTreeSet<u64>,
    /// True while a stop is kept in that file because the store did not take it yet.
    pub(super) halt_file_written: bool,
    batch_begun: Instant,
    next: Option<(Row, Instant)>,
    /// When the newest fetched row was due.
    paced: Option<Instant>,
    last_row_at: Option<Timestamp>,
    failed: Option<String>,
    /// When a failed commit is tried again.
    retry_at: Option<Instant>,
}

impl Trader {
    /// Recovers or opens the account, commits that, and publishes the first state.
    ///
    /// # Errors
    /// See [`recover::recover`].
    pub async fn start(start: Start) -> anyhow::Result<(Self, TraderHandle)> {
        let Start {
            store,
            mut source,
            settings,
            engine_settings,
            settings_store,
            board,
            shutdown,
            fixed,
            halt_file,
            panic_file,
            current_row,
        } = start;
        let recovered = recover::recover(&store, &mut source, &settings, &engine_settings).await?;
        let known = recovered.session.iter().flat_map(|s| s.engine().book().remembered().cloned());
        let orders = Orders::new(known);
        let (work_sender, work) = mpsc::channel(WORK_LANE);
        let (emergency_sender, emergency) = mpsc::unbounded_channel();
        let (model, model_receiver) = watch::channel(Arc::new(ReadModel::default()));
        let (records, _) = broadcast::channel(STREAM_BUFFER);
        let latch = HaltLatch::default();
        let handle = TraderHandle {
            work: work_sender,
            emergency: emergency_sender,
            latch: latch.clone(),
            model: model_receiver,
            records: records.clone(),
        };
        let mut trader = Self {
            around: Surroundings {
                sequence: store.last_sequence(),
                log_hash: store.log_hash().to_string(),
                fixed,
                ..Surroundings::default()
            },
            store,
            source,
            settings,
            engine_settings,
            settings_sender: settings_store.sender,
            seal: settings_store.seal,
            session: recovered.session,
            board,
            shutdown,
            work,
            emergency,
            latch,
            model,
            records,
            batch: Batch::default(),
            touched: BTreeMap::new(),
            views: Vec::new(),
            orders,
            capital: None,
            plans: Plans::default(),
            rows_in_batch: 0,
            commits_since_snapshot: 0,
            first_commit: true,
            published_at: Instant::now(),
            finished: false,
            halt_file,
            panic_file,
            current_row,
            set_aside: BTreeSet::new(),
            halt_file_written: false,
            batch_begun: Instant::now(),
            next: None,
            paced: None,
            last_row_at: None,
            failed: None,
            retry_at: None,
        };
        trader.batch.settings = settings_store.write;
        trader.record_start(&settings_store.changes);
        trader.prepare(recovered.settings_changed).await?;
        Ok((trader, handle))
    }

    async fn prepare(&mut self, settings_changed: bool) -> anyhow::Result<()> {
        let detail = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "source": self.source.id(),
            "row": self.source.delivered(),
        });
        self.batch.controls.push(control("daemon_started", detail));
        self.set_aside = crash::set_aside(&self.panic_file, self.source.delivered());
        if self.session.is_none() {
            self.open_account()?;
        } else {
            self.take_up().await?;
        }
        if settings_changed && let Some(session) = &mut self.session {
            let mut outputs = Vec::new();
            session.replace_settings(
                self.engine_settings.clone(),
                recover::exchange_config(&self.settings),
                &mut outputs,
            )?;
            self.absorb(&mut outputs);
            tracing::info!("settings differ from the last start and are in force now");
        }
        if self.halt_file.exists() {
            self.halt_from_file();
        }
        if let Some(row) = self.set_aside.first() {
            let reason = format!("row {row} has crashed the engine three times and is set aside");
            self.halt_at_start("halted_by_crashes", reason);
        }
        self.commit(true).await?;
        let _ = std::fs::remove_file(&self.halt_file);
        self.publish(true);
        Ok(())
    }

    /// A new account begins where its data begins.
    fn open_account(&mut self) -> anyhow::Result<()> {
        let warm_up = self.source.take_warm_up();
        let Some(first) = self.source.next_row()? else {
            anyhow::bail!("the source has no usable row");
        };
        let mut outputs = Vec::new();
        let session = recover::open_account(
            &self.settings,
            &self.engine_settings,
            &warm_up,
            start_of(&first),
            &mut outputs,
        )?;
        self.session = Some(session);
        self.absorb(&mut outputs);
        self.handle_row(&first)
    }

    /// What the read model remembers of the past besides the session.
    async fn take_up(&mut self) -> anyhow::Result<()> {
        self.capital = self.store.last_capital().await?.map(|(_, capital)| capital);
        let mut after = 0;
        loop {
            let events = self.store.engine_events_after(after, 10_000).await?;
            let Some(last) = events.last() else { break };
            after = last.sequence;
            for event in events {
                let first = self.around.span.map_or(event.at, |s| s.0);
                self.around.span = Some((first, event.at));
                match event.kind {
                    domain::EventKind::DayStarted { equity, .. } => {
                        use rust_decimal::prelude::ToPrimitive as _;
                        self.around.daily_equity.push(equity.to_f64().unwrap_or(0.0));
                    }
                    domain::EventKind::TradeClosed { trade } => {
                        self.around.recent_trades.insert(0, crate::convert::trade(&trade));
                        self.around.recent_trades.truncate(50);
                    }
                    _ => {}
                }
            }
        }
        let now = self.session.as_ref().map(|s| s.engine().now());
        if let (Some(span), Some(now)) = (&mut self.around.span, now) {
            span.1 = now;
        }
        self.last_row_at = now;
        Ok(())
    }

    /// Runs until it is asked to end, or the source ends and the settings say so.
    ///
    /// # Errors
    /// The source can't be read any more, or the final commit fails.
    pub async fn run(mut self) -> anyhow::Result<TraderEnd> {
        loop {
            self.board.engine_beat();
            if self.shutdown.is_cancelled() {
                self.finish("daemon_stopped").await?;
                return Ok(TraderEnd::Shutdown);
            }
            while let Ok(work) = self.emergency.try_recv() {
                self.handle_work(work).await;
            }
            if let Ok(work) = self.work.try_recv() {
                // One at a time, so that a crowd of callers does not keep the rows waiting.
                self.handle_work(work).await;
            }
            if self.finished || self.latch.is_closing() || self.failed.is_some() {
                if self.finished && self.settings.source.exit_at_end {
                    self.finish("source_ended").await?;
                    return Ok(TraderEnd::SourceEnded);
                }
                self.wait(Instant::now() + BEAT).await;
                continue;
            }
            self.fetch()?;
            match &self.next {
                Some((_, due)) if *due > Instant::now() => {
                    let due = *due;
                    self.flush().await;
                    self.wait(due.min(Instant::now() + BEAT)).await;
                }
                Some(_) => {
                    if let Some((row, _)) = self.next.take() {
                        self.handle_row(&row)?;
                    }
                    if self.rows_in_batch >= ROWS_PER_COMMIT
                        || self.batch_begun.elapsed() >= COMMIT_EVERY
                    {
                        self.flush().await;
                    }
                }
                None => {
                    self.finished = true;
                    self.board.source_finished();
                    self.flush_with_snapshot().await;
                    tracing::info!(rows = self.source.delivered(), "the source is at its end");
                }
            }
        }
    }

    /// Gets the next row and says when it is due.
    fn fetch(&mut self) -> anyhow::Result<()> {
        if self.next.is_some() {
            return Ok(());
        }
        let Some(row) = self.source.next_row()? else { return Ok(()) };
        let at = row.close_time();
        let wait = match (self.settings.source.speed, self.last_row_at) {
            (Speed::Times(times), Some(last)) => {
                let candle = match &row {
                    Row::Bar(bar) => bar.interval.micros(),
                    Row::Trade(_) => 0,
                };
                pause((at.micros() - last.micros()).max(0), candle, times)
            }
            _ => Duration::ZERO,
        };
        // From the moment when the row before was due, so that delays don't add up.
        let now = Instant::now();
        let from = self.paced.map_or(now, |due| due.max(now.checked_sub(CATCH_UP).unwrap_or(now)));
        let due = from + wait;
        self.paced = Some(due);
        self.last_row_at = Some(at);
        self.next = Some((row, due));
        Ok(())
    }

    fn handle_row(&mut self, row: &Row) -> anyhow::Result<()> {
        if self.rows_in_batch == 0 {
            self.batch_begun = Instant::now();
        }
        let begun = Instant::now();
        let number = self.source.delivered();
        if self.set_aside.contains(&number) {
            tracing::error!(row = number, "a row that crashed the engine is set aside");
            let detail = serde_json::json!({ "row": number });
            self.batch.controls.push(control("row_set_aside", detail));
            self.around.set_aside += 1;
            self.rows_in_batch += 1;
            // No later start may handle it again, so the next commit has to bring a snapshot.
            self.first_commit = true;
            return Ok(());
        }
        let Some(session) = &mut self.session else { return Ok(()) };
        let mut outputs: Vec<Output> = Vec::new();
        self.current_row.store(number, Ordering::SeqCst);
        recover::step(session, row, &mut outputs);
        self.current_row.store(0, Ordering::SeqCst);
        if outputs.iter().any(makes_an_order_leave) {
            self.board.pulse().tick_to_order.add(begun.elapsed());
        }
        let now = session.engine().now();
        self.absorb(&mut outputs);
        self.rows_in_batch += 1;
        self.around.last_cycle = begun.elapsed();
        self.board.pulse().cycle.add(self.around.last_cycle);
        self.around.last_row = Some(Instant::now());
        self.last_row_at = Some(row.close_time());
        let first = self.around.span.map_or_else(|| start_of(row), |s| s.0);
        self.around.span = Some((first, now));
        self.board.data_row();
        Ok(())
    }

    /// Commits what there is; on an error no row is handled until a later try works.
    pub(super) async fn flush(&mut self) {
        if self.is_dirty() {
            self.failed = self.commit(false).await.err().map(|e| e.to_string());
        }
        self.publish(false);
    }

    async fn flush_with_snapshot(&mut self) {
        self.failed = self.commit(true).await.err().map(|e| e.to_string());
        self.publish(true);
    }

    /// Sleeps until a moment or until work comes; tries a failed commit again.
    async fn wait(&mut self, until: Instant) {
        if self.failed.is_some() {
            // Kept over calls and looked at before other work, so that callers can't put it off.
            let retry_at = *self.retry_at.get_or_insert_with(|| Instant::now() + RETRY);
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => {}
                Some(work) = self.emergency.recv() => self.handle_work(work).await,
                () = tokio::time::sleep_until(retry_at.into()) => {
                    self.retry_at = None;
                    self.flush_with_snapshot().await;
                }
                Some(work) = self.work.recv() => self.handle_work(work).await,
            }
            return;
        }
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => {}
            Some(work) = self.emergency.recv() => self.handle_work(work).await,
            Some(work) = self.work.recv() => self.handle_work(work).await,
            () = tokio::time::sleep_until(until.into()) => {}
        }
        self.publish(false);
    }

    /// Rows that were handled; a row that was only fetched is read again at the next start.
    pub(super) fn rows_handled(&self) -> u64 {
        self.source.delivered() - u64::from(self.next.is_some())
    }

    /// True while the store does not take what happened.
    pub(super) fn is_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// Why the store does not take what happened.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failed.as_deref()
    }

    /// Remembers whether the last commit worked.
    pub(super) fn set_failed(&mut self, error: Option<String>) {
        self.failed = error;
    }

    async fn finish(&mut self, why: &str) -> anyhow::Result<()> {
        let detail = serde_json::json!({ "row": self.rows_handled() });
        self.batch.controls.push(control(why, detail));
        self.commit(true).await?;
        self.publish(true);
        Ok(())
    }
}

fn makes_an_order_leave(output: &Output) -> bool {
    let submitted =
        |kind: &domain::EventKind| matches!(kind, domain::EventKind::OrderSubmitted { .. });
    matches!(output, Output::Event(event) if submitted(&event.kind))
}

/// Wall time between two rows that lie `apart` microseconds of data time, at so many times its speed.
pub(super) fn pause(apart: i64, candle: i64, times: f64) -> Duration {
    let scaled = |micros: i64| Duration::from_micros((micros as f64 / times) as u64);
    scaled(apart).min(LONGEST_WAIT.max(scaled(candle)))
}

/// A record of the daemon itself.
pub(super) fn control(kind: &str, detail: serde_json::Value) -> ControlRecord {
    ControlRecord::system(super::batch::wall_now(), kind, detail)
}
