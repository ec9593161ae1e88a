//! Builds everything in start order, runs it, and ends it in reverse. The one wiring file.

use crate::audit::keeper::{Anchors, Keeper};
use crate::audit::retention::{Archives, Retention};
use crate::control_plane::access_service;
use crate::control_plane::auth::{
    Auth, AuthParts, AuthSnapshot, Clock, ControlWriter, Passwords, SetupSecret, Tokens, WriteError,
};
use crate::control_plane::auth_service::AuthApi;
use crate::control_plane::guard::{Door, Guard};
use crate::control_plane::http::names::Names;
use crate::control_plane::local::Local;
use crate::control_plane::seal::Seal;
use crate::control_plane::server::{self, Serving, TlsDoor};
use crate::control_plane::tls::Tls;
use crate::health::HealthBoard;
use crate::services::{self, Ages, SettingsGround, Shared};
use crate::settings::{Mode, SettingErrors, Settings, SettingsHandle, SourceKind, Speed};
use crate::source::Source;
use crate::start_settings::{self, Prepared};
use crate::telemetry::LogFilter;
use crate::trader::{
    Answer, Change, Failure, RequestContext, Start, Trader, TraderEnd, TraderHandle, crash,
};
use crate::{alerting, bootstrap, convert, data_dir, exposure, notify, report};
use anyhow::Context as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::{AuthWrite, ControlRecord, RefreshMatch, Store};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tradingd_proto::v1;

/// Why the daemon did not run, or ended badly.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings don't fit the source.
    #[error(transparent)]
    Settings(#[from] SettingErrors),
    /// It would not be safe to run like this; one line that says what to do.
    #[error("{0}")]
    Unsafe(String),
    /// Everything else.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

/// Runs the daemon until a signal, or until the source ends when the settings say so.
///
/// # Errors
/// See [`Error`].
pub fn run(settings: Settings, log: LogFilter, report_file: Option<PathBuf>) -> Result<(), Error> {
    if settings.mode == Mode::Live {
        let text = "mode = \"live\" needs a venue adapter, and this version has none; use paper";
        return Err(anyhow::anyhow!(text).into());
    }
    exposure::check_before_start(&settings).map_err(Error::Unsafe)?;
    let source = Source::open(&settings).context("market data")?;
    // Before anything is made on disk; what the store holds is merged in and checked later.
    settings.resolve_instruments(source.symbols())?;
    bootstrap::prepare_directory(&settings.data_dir).map_err(anyhow::Error::from)?;
    data_dir::check(&settings.data_dir).map_err(|error| Error::Unsafe(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("control-plane")
        .enable_all()
        .build()
        .context("the control plane's threads")?;
    let prepared = runtime.block_on(start_settings::prepare(settings, &source))?;
    let settings = Arc::clone(&prepared.settings);
    // Connections have a thread of their own: what it does is short, and what is not it hands to
    // the control plane's threads. One thread wakes nobody for each message.
    let front = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("front")
        .enable_all()
        .build()
        .context("the thread of the connections")?;
    let handle = front.handle().clone();
    let daemon = Daemon { settings, report_file, started: Instant::now(), front: handle };
    let result = runtime.block_on(daemon.run(source, prepared, log));
    front.shutdown_timeout(server::DRAIN);
    result
}

struct Daemon {
    settings: Arc<Settings>,
    report_file: Option<PathBuf>,
    started: Instant,
    front: Handle,
}

impl Daemon {
    async fn run(self, source: Source, prepared: Prepared, log: LogFilter) -> Result<(), Error> {
        let Prepared { store, handle, engine_settings, seal, trader: settings_store, .. } =
            prepared;
        let shutdown = CancellationToken::new();
        let listener = server::bind(self.settings.listen).await.map_err(anyhow::Error::from)?;
        let address = listener.local_addr().map_err(anyhow::Error::from)?;
        let follower = tokio::spawn(start_settings::follow(handle.clone(), log));
        let users = store.users().await.map_err(anyhow::Error::from)?;
        exposure::check_users(self.settings.listen, &users).map_err(Error::Unsafe)?;
        let tls = Tls::prepare(&self.settings, address).map_err(exposure::of_tls)?;
        let board = Arc::new(HealthBoard::new(self.settings.health.clone()));
        board.expect_row_every(self.row_spacing(&source));
        let fixed = self.fixed_status(&source, &store);
        let settings_ground = SettingsGround { seal };
        let current_row = crash::CurrentRow::default();
        let panic_file = crash::file(&self.settings.data_dir);
        crash::record_panics(panic_file.clone(), Arc::clone(&current_row));
        let instruments =
            Arc::new(engine_settings.instruments.iter().map(|i| i.instrument).collect());
        let start = Start {
            store: Arc::clone(&store),
            source,
            settings: Arc::clone(&self.settings),
            engine_settings,
            settings_store,
            board: Arc::clone(&board),
            shutdown: shutdown.clone(),
            fixed,
            halt_file: self.settings.data_dir.join("HALT"),
            panic_file,
            current_row,
        };
        let (trader, mut ended) = spawn_trader(start).await?;
        let anchors = Anchors::of(&self.settings.data_dir).map_err(anyhow::Error::from)?;
        let copy = &self.settings.audit.anchor_copy;
        let stored_all = CancellationToken::new();
        let keeper = Keeper::new(Arc::clone(&store), anchors.clone(), copy);
        let keeper = tokio::spawn(keeper.run(stored_all.clone()));
        let auth = self.auth(&store, &trader, handle.clone()).await?;
        let door = Door {
            names: Names::new(address, tls.is_some(), &self.settings.server.names),
            local: address.ip().is_loopback(),
            largest: self.settings.server.message,
        };
        let guard = Guard::new(Arc::clone(&auth), door).map_err(anyhow::Error::from)?;
        let fingerprint = tls.as_ref().map(|tls| tls.fingerprint.clone()).unwrap_or_default();
        let shared = Shared {
            trader: trader.clone(),
            store: Arc::clone(&store),
            ages: Ages { board: Arc::clone(&board), started: self.started },
            instruments,
            anchors,
            archives: Archives::of(&self.settings.data_dir),
            settings: handle,
            settings_ground,
            ca_fingerprint: fingerprint.clone(),
            shutdown: shutdown.clone(),
        };
        let local = Local {
            directory: self.settings.data_dir.clone(),
            routes: services::routes(&shared),
            board: Arc::clone(&board),
            trader: trader.clone(),
            shutdown: shutdown.clone(),
        };
        let local = local.start().map_err(anyhow::Error::from)?;
        let alerts = alerting::start(&self.settings, &shared, &board, address)?;
        let routes = {
            // The stream's hub works beside those that it wakes.
            let _front = self.front.enter();
            services::routes(&shared).add_service(AuthApi::server(Arc::clone(&auth)))
        };
        let routes = access_service::add(routes, &auth);
        let (snapshots, workers) = (services::snapshots(&shared), Handle::current());
        let front = server::front(routes, guard, Arc::clone(&board), snapshots, workers);
        let front = front.map_err(anyhow::Error::from)?;
        let watch = tokio::spawn(Arc::clone(&board).watch(shutdown.clone()));
        let watchdog = tokio::spawn(notify::watchdog(Arc::clone(&board), shutdown.clone()));
        let retention = Retention {
            store: Arc::clone(&store),
            trader: trader.clone(),
            settings: shared.settings.clone(),
            archives: shared.archives.clone(),
            clock: Clock::system(),
        };
        let retention = tokio::spawn(retention.run(shutdown.clone()));
        let upkeep = tokio::spawn(upkeep(Arc::clone(&store), shutdown.clone()));
        let (acceptor, renewal) = tls.map(|tls| (tls.acceptor, tls.renewal)).unzip();
        if let Some(renewal) = renewal {
            tokio::spawn(renewal.run(shutdown.clone()));
        }
        let serving = Serving {
            settings: self.settings.server.clone(),
            tls: acceptor.map(TlsDoor),
            drain: server::DRAIN,
        };
        let server = server::serve(listener, front, serving, shutdown.clone());
        let server = self.front.spawn(server);
        // Before anybody is told that it serves, or an early SIGTERM would end it the hard way.
        let signalled = signals();
        self.greet(address, &auth, &fingerprint);
        let reporter = tokio::spawn(self.clone_for_report().report_at_end(trader.clone()));
        notify::ready();
        let end = tokio::select! {
            end = &mut ended => end.context("the trader's thread died")?,
            () = signalled => {
                tracing::info!("asked to end");
                notify::stopping();
                shutdown.cancel();
                ended.await.context("the trader's thread died")?
            }
        };
        shutdown.cancel();
        reporter.abort();
        // In reverse: first nobody is served any more, then the store closes.
        server.await.context("the server's task")?;
        let _ = tokio::task::spawn_blocking(move || local.join()).await;
        tracing::debug!("nobody is served any more");
        stored_all.cancel();
        let _ = keeper.await;
        let _ = watchdog.await;
        let _ = watch.await;
        let _ = upkeep.await;
        let _ = retention.await;
        let _ = alerts.await;
        tracing::debug!("the watchers have ended");
        let last = trader.read();
        self.write_report(&last.report);
        if matches!(end, Ok(TraderEnd::SourceEnded)) {
            self.print(&report::lines(&last.report));
        }
        follower.abort();
        let _ = follower.await;
        drop((auth, shared, trader));
        if let Ok(store) = Arc::try_unwrap(store) {
            store.close().await;
            tracing::debug!("the store is closed");
        }
        end.map(|_| ()).map_err(Error::from)
    }

    /// Users and sessions, with a fresh one-time secret while there is no admin.
    async fn auth(
        &self,
        store: &Arc<Store>,
        trader: &TraderHandle,
        settings: SettingsHandle,
    ) -> anyhow::Result<Arc<Auth>> {
        let directory = &self.settings.data_dir;
        let key = bootstrap::signing_key(directory)?;
        let clock = Clock::system();
        let snapshot = AuthSnapshot {
            users: store.users().await?,
            sessions: store.active_sessions(clock.now(), None).await?,
            tokens: store.active_tokens(clock.now()).await?,
        };
        let setup = SetupSecret::generate(clock.now(), bootstrap::setup_token_file(directory));
        let tokens = Tokens::new(&key, store.store_id());
        if let Some((key, until)) = bootstrap::previous_key(directory, clock.now())? {
            tokens.also(key, until);
        }
        let parts = AuthParts {
            settings,
            tokens,
            passwords: Passwords::new()?,
            clock,
            seal: Seal::new(&bootstrap::seal_key(directory)?),
            live: self.settings.mode == Mode::Live,
            data_dir: directory.clone(),
        };
        let writer = Arc::new(Writer { store: Arc::clone(store), trader: trader.clone() });
        let auth = Arc::new(Auth::new(parts, writer, snapshot, Some(setup)));
        match auth.setup_secret() {
            Some(setup) => bootstrap::write_setup_token(setup)?,
            None => bootstrap::remove_setup_token(directory)?,
        }
        Ok(auth)
    }

    fn fixed_status(&self, source: &Source, store: &Store) -> v1::GetStatusResponse {
        let speed = match self.settings.source.speed {
            Speed::Max => "as fast as it goes".to_owned(),
            Speed::Times(times) => format!("{times}x"),
        };
        let kind = match self.settings.source.kind {
            SourceKind::Sim => v1::MarketSource::Sim,
            SourceKind::Replay => v1::MarketSource::Replay,
        };
        v1::GetStatusResponse {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            store_id: store.store_id().to_owned(),
            mode: v1::TradingMode::Paper.into(),
            source: kind.into(),
            source_detail: format!("{} at {speed}", source.detail()),
            started_at: Some(convert::time(Clock::system().now())),
            symbols: source.symbols().iter().map(|s| s.0.clone()).collect(),
            ..v1::GetStatusResponse::default()
        }
    }

    /// Wall time between two rows of one symbol.
    fn row_spacing(&self, source: &Source) -> Option<Duration> {
        let Speed::Times(times) = self.settings.source.speed else { return None };
        let longest = source.symbols().iter().map(|s| s.1.micros()).max()?;
        Some(Duration::from_micros((longest as f64 / times) as u64))
    }

    /// Says where the daemon is and, while there is no admin, how to make one.
    fn greet(&self, address: SocketAddr, auth: &Auth, fingerprint: &str) {
        tracing::info!(%address, data_dir = %self.settings.data_dir.display(), "serving");
        let scheme = if fingerprint.is_empty() { "http" } else { "https" };
        let mut text = format!("tradingd serves on {scheme}://{address}\n");
        if !fingerprint.is_empty() {
            text += &format!("TLS: clients pin the authority {fingerprint}\n");
        }
        if let Some(link) =
            auth.setup_secret().and_then(|setup| bootstrap::setup_link(scheme, address, setup))
        {
            text +=
                "First start: open this link within 15 minutes to choose the admin's password\n";
            text += &format!(
                "  {link}\nor run: botctl --addr {scheme}://{address} setup --user admin\n"
            );
        }
        self.print(&text);
    }

    /// Standard output is for people; a closed one is no failure.
    fn print(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes());
        let _ = out.flush();
    }

    fn clone_for_report(&self) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
            report_file: self.report_file.clone(),
            started: self.started,
            front: self.front.clone(),
        }
    }

    /// A daemon that serves on after the last row reports at once.
    async fn report_at_end(self, trader: TraderHandle) {
        if self.settings.source.exit_at_end {
            return;
        }
        let mut model = trader.model.clone();
        let Ok(last) = model.wait_for(|m| m.report.finished).await.map(|m| Arc::clone(&m)) else {
            return;
        };
        self.write_report(&last.report);
        self.print(&report::lines(&last.report));
    }

    fn write_report(&self, found: &v1::GetReportResponse) {
        let Some(path) = &self.report_file else { return };
        if let Err(error) = report::write(path, found) {
            tracing::error!(%error, file = %path.display(), "the report can't be written");
        }
    }
}

type TraderResult = anyhow::Result<TraderEnd>;

/// Starts the trader on a thread and a runtime of its own; comes back when it has recovered.
async fn spawn_trader(
    start: Start,
) -> anyhow::Result<(TraderHandle, oneshot::Receiver<TraderResult>)> {
    let (started, has_started) = oneshot::channel();
    let (ended, has_ended) = oneshot::channel();
    std::thread::Builder::new().name(crash::THREAD.to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                let _ = started.send(Err(error.into()));
                return;
            }
        };
        runtime.block_on(async move {
            match Trader::start(start).await {
                Err(error) => {
                    let _ = started.send(Err(error));
                }
                Ok((trader, handle)) => {
                    let _ = started.send(Ok(handle));
                    let _ = ended.send(trader.run().await);
                }
            }
        });
    })?;
    let handle = has_started.await.context("the trader's thread died while it started")??;
    Ok((handle, has_ended))
}

/// Once a day lets go of replies and sessions that are over for 30 days, so that they don't pile up.
async fn upkeep(store: Arc<Store>, shutdown: CancellationToken) {
    let mut days = tokio::time::interval(Duration::from_secs(86_400));
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = days.tick() => match store.prune(Clock::system().now()).await {
                Ok(rows) => tracing::debug!(rows, "old replies and sessions let go"),
                Err(error) => tracing::warn!(%error, "old replies and sessions are kept"),
            },
        }
    }
}

/// Listens for SIGTERM and SIGINT from now on; the future ends at the first.
fn signals() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let listeners = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut term), Ok(mut int)) = listeners else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    }
}

/// Logins and sessions through the single writer.
struct Writer {
    store: Arc<Store>,
    trader: TraderHandle,
}

#[async_trait::async_trait]
impl ControlWriter for Writer {
    async fn write(
        &self,
        writes: Vec<AuthWrite>,
        records: Vec<ControlRecord>,
        request: Option<(RequestContext, Vec<u8>)>,
    ) -> Result<Answer, WriteError> {
        let change = Change { auth: writes, records, request, ..Change::default() };
        self.trader.change(change).await.map_err(|failure| match failure {
            Failure::Conflict(storage::Error::UserExists(_)) => WriteError::UserExists,
            Failure::Conflict(storage::Error::RefreshNotCurrent(_)) => {
                WriteError::RefreshNotCurrent
            }
            Failure::RequestIdReused => WriteError::RequestIdReused,
            Failure::NotPermitted => WriteError::NotPermitted,
            Failure::NotDurable { message, .. } => WriteError::Unavailable(message),
            Failure::TooLate => WriteError::Unavailable("the caller's time was over".to_owned()),
            Failure::Gone => WriteError::Unavailable("the daemon is ending".to_owned()),
            other => {
                tracing::error!(?other, "a change of users, sessions or tokens was not taken");
                WriteError::Unavailable("the daemon's log says why".to_owned())
            }
        })
    }

    async fn answered(&self, context: &RequestContext) -> Result<Option<Answer>, WriteError> {
        let stored = self.store.stored_reply(&context.principal, &context.request_id).await;
        let stored = stored.map_err(unreadable)?;
        let Some(stored) = stored else { return Ok(None) };
        if stored.method != context.method || stored.body_hash != context.body_hash {
            return Err(WriteError::RequestIdReused);
        }
        let (bytes, sequence) = (stored.reply, stored.sequence);
        Ok(Some(Answer { bytes, replayed: true, sequence }))
    }

    async fn session_by_refresh_hash(
        &self,
        hash: &str,
    ) -> Result<Option<RefreshMatch>, WriteError> {
        let found = self.store.session_by_refresh_hash(hash).await;
        found.map_err(unreadable)
    }
}

/// A failed read as the control plane may tell it.
fn unreadable(error: storage::Error) -> WriteError {
    tracing::error!(%error, "a read for users, sessions or tokens failed");
    WriteError::Unavailable(error.summary().to_owned())
}
