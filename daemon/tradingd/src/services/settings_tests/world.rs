//! A small world for one setting: a made market in files, the real trader over a store, the real
//! service. What happens there depends on the settings alone.

use crate::control_plane::auth::Principal;
use crate::control_plane::auth::testing::Bench;
use crate::control_plane::seal::Seal;
use crate::health::HealthBoard;
use crate::services::{Ages, SettingsGround, Shared};
use crate::settings::{Flag, Settings, SettingsHandle, Sources, Stored};
use crate::source::Source;
use crate::trader::{Start, StartSettings, Trader, crash};
use domain::{Bar, Instrument, Interval, Timestamp};
use simulator::SimulatedMarket;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use storage::{JournalBody, Store};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Status};
use tradingd_proto::v1::settings_service_server::SettingsService as _;
use tradingd_proto::v1::{self, SettingAssignment, UpdateSettingsRequest};

/// Pairs of the made market.
const PAIRS: [&str; 3] = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
/// Candles of each pair.
const CANDLES: usize = 1_200;
/// First open time, 2024-01-01.
const BEGINS: Timestamp = Timestamp::from_micros(1_704_067_200_000_000);

/// What every world begins with.
pub const BASE: &[&str] = &[
    "source.kind=replay",
    "source.speed=max",
    "source.exit_at_end=true",
    "timeframes=5m,15m,1h",
    "trend.timeframe=15m",
];

/// What could be seen in a world.
#[derive(Debug, Default, PartialEq)]
pub struct Seen {
    /// Orders, fills, denials, latches: every engine event but its number.
    pub events: Vec<String>,
    /// What strategies said and what came of it, candle by candle.
    pub decisions: Vec<String>,
    /// Candles that were kept, by interval.
    pub candles: Vec<(String, usize)>,
    /// What was told of each symbol's regime at the end.
    pub regimes: String,
}

/// The made market as files, once per process.
pub struct Market {
    _dir: tempfile::TempDir,
    files: Vec<PathBuf>,
}

impl Market {
    /// Three pairs of minutes from a seed. `holes` leaves out that many candles of the last pair in
    /// the middle, as when a feed is silent.
    pub fn made(seed: u64, holes: usize) -> Self {
        let instruments = PAIRS.map(|p| Instrument::from_symbol(p).expect("known"));
        let mut market =
            SimulatedMarket::new(seed, &instruments, Interval::MINUTE, BEGINS).expect("market");
        let bars: Vec<Bar> = (0..CANDLES * PAIRS.len()).map(|_| market.next_bar()).collect();
        let dir = tempfile::tempdir().expect("temporary directory");
        let files = PAIRS.map(|pair| {
            let own = bars.iter().filter(|b| b.symbol.as_str() == pair).enumerate();
            let silent = CANDLES / 2..CANDLES / 2 + if pair == PAIRS[2] { holes } else { 0 };
            let mut text = String::new();
            for (_, bar) in own.filter(|(row, _)| !silent.contains(row)) {
                let c = &bar.candle;
                let open = c.open_time.micros() / 1_000;
                let (o, h, l, e, v) =
                    (c.open.get(), c.high.get(), c.low.get(), c.close.get(), c.volume.get());
                let _ = writeln!(text, "{open},{o},{h},{l},{e},{v},{},0,1,0,0,0", open + 59_999);
            }
            let file = dir.path().join(format!("{pair}-1m.csv"));
            std::fs::write(&file, text).expect("written");
            file
        });
        Self { _dir: dir, files: files.to_vec() }
    }
}

/// A service over a trader that has handled one row.
pub struct World {
    pub shared: Shared,
    pub trader: Trader,
    pub store: Arc<Store>,
    pub principal: Principal,
}

/// The settings that these flags make over a base on which much happens.
pub fn settings(market: &Market, dir: &Path, flags: &[&str]) -> Settings {
    let files = market.files.iter().map(|f| f.display().to_string()).collect();
    let list = Flag {
        label: "--replay".to_owned(),
        key: "source.files".to_owned(),
        value: String::new(),
        items: files,
    };
    let data_dir = format!("data_dir={}", dir.display());
    let mut all: Vec<Flag> = BASE
        .iter()
        .chain(&[data_dir.as_str()])
        .chain(flags)
        .map(|t| Flag::parse(t).expect("key=value"))
        .collect();
    all.push(list);
    let sources = Sources { file: None, environment: Vec::new(), flags: all };
    Settings::load(&sources).unwrap_or_else(|e| panic!("{flags:?}: {e}"))
}

impl World {
    /// Opens an account in `dir`, or takes up the one that is there.
    pub async fn open(outside: Settings, principal: Principal) -> Self {
        let dir = outside.data_dir.clone();
        let source = Source::open(&outside).expect("source");
        let store = Arc::new(Store::open(&dir).await.expect("store"));
        let seal = Seal::new(&[7; 32]);
        let version = store.settings_version().await.expect("version");
        let stored = Stored {
            version,
            values: store.settings_at(version).await.expect("values"),
            outside: store.settings_outside().await.expect("outside"),
        };
        let merged = outside.merged(&stored, &seal, BEGINS).expect("they fit");
        let settings = Arc::new(merged.settings);
        let instruments = settings.resolve_instruments(source.symbols()).expect("instruments");
        let engine_settings = settings.engine_settings(&source.instance(), instruments);
        let (sender, handle) = SettingsHandle::new(Arc::clone(&settings));
        let board = Arc::new(HealthBoard::new(settings.health.clone()));
        let shutdown = CancellationToken::new();
        let start = Start {
            store: Arc::clone(&store),
            source,
            board: Arc::clone(&board),
            settings,
            engine_settings,
            settings_store: StartSettings {
                write: merged.write,
                changes: merged.changes,
                sender,
                seal: seal.clone(),
            },
            shutdown: shutdown.clone(),
            fixed: v1::GetStatusResponse::default(),
            halt_file: dir.join("HALT"),
            panic_file: crash::file(&dir),
            current_row: crash::CurrentRow::default(),
        };
        let (trader, lanes) = Trader::start(start).await.expect("trader");
        let shared = Shared {
            trader: lanes,
            store: Arc::clone(&store),
            ages: Ages { board, started: Instant::now() },
            instruments: Arc::default(),
            anchors: crate::audit::keeper::Anchors::of(&dir).expect("a key for the anchors"),
            archives: crate::audit::retention::Archives::of(&dir),
            ca_fingerprint: String::new(),
            settings: handle,
            settings_ground: SettingsGround { seal },
            shutdown,
        };
        Self { shared, trader, store, principal }
    }

    /// Makes a change before the next row, if one is wanted, and runs the market to its end.
    pub async fn run(self, change: Option<(&str, &str)>) -> (Seen, Result<u64, Status>) {
        let Self { shared, trader, store, principal } = self;
        let asked = async {
            match change {
                Some((key, value)) => {
                    let request = update(&principal, "1", &[(key, value)]);
                    let answer = shared.update_settings(request).await;
                    answer.map(|a| a.into_inner().changes.len() as u64)
                }
                None => Ok(0),
            }
        };
        // The request is in the trader's lane before it looks for its first row.
        let (answer, end) = tokio::join!(asked, trader.run());
        end.expect("a clean end");
        let regimes = format!("{:?}", shared.trader.read().regimes);
        (Seen { regimes, ..look(&store).await }, answer)
    }
}

impl World {
    /// Makes a change and ends before the next row.
    pub async fn change_only(self, key: &str, value: &str) -> ((), Result<u64, Status>) {
        let Self { shared, trader, principal, .. } = self;
        let asked = async {
            let answer = shared.update_settings(update(&principal, "1", &[(key, value)])).await;
            shared.shutdown.cancel();
            answer.map(|a| a.into_inner().changes.len() as u64)
        };
        let (answer, end) = tokio::join!(asked, trader.run());
        end.expect("a clean end");
        ((), answer)
    }
}

/// A request as the guard hands it on.
pub fn update(
    principal: &Principal,
    request_id: &str,
    pairs: &[(&str, &str)],
) -> Request<UpdateSettingsRequest> {
    let assignment = |(key, value): &(&str, &str)| SettingAssignment {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
    };
    let mut request = Request::new(UpdateSettingsRequest {
        assignments: pairs.iter().map(assignment).collect(),
        request_id: request_id.to_owned(),
        ..UpdateSettingsRequest::default()
    });
    request.extensions_mut().insert(principal.clone());
    request
}

/// Somebody of this role.
pub async fn somebody(role: &str) -> Principal {
    let (bench, tokens) = Bench::with_roles().await;
    let token = tokens.iter().find(|(name, _)| *name == role).expect("known role");
    let mut principal = bench
        .auth
        .authenticate(Some(&format!("Bearer {}", token.1)), None)
        .expect("the token is fresh");
    principal.source = "127.0.0.1".to_owned();
    principal
}

async fn look(store: &Store) -> Seen {
    let mut seen = Seen::default();
    let mut after = 0;
    loop {
        let records = store.journal_after(after, 5_000).await.expect("journal");
        let Some(last) = records.last() else { break };
        after = last.sequence;
        for record in records {
            if let JournalBody::Engine(event) = record.body {
                seen.events.push(format!("{} {:?}", event.at.micros(), event.kind));
            }
        }
    }
    for pair in PAIRS {
        let symbol = domain::Symbol::parse(pair).expect("known");
        for minutes in ["1m", "5m", "15m", "30m", "1h"] {
            let interval = minutes.parse().expect("interval");
            let found = store.candles(symbol, interval, None, 5_000).await.expect("candles");
            seen.candles.push((format!("{pair} {minutes}"), found.len()));
        }
    }
    let filter = storage::DecisionFilter::default();
    let mut page = storage::PageRequest { size: 1_000, token: String::new() };
    loop {
        let found = store.decisions(&filter, &page).await.expect("decisions");
        seen.decisions.extend(found.items.iter().map(|d| {
            let said: Vec<_> = d.signals.iter().map(|s| (s.strategy, s.action, s.reason)).collect();
            let known = (d.at.micros(), d.symbol, d.regime, d.trend);
            format!("{known:?} {said:?} {} {:?}", d.confidence, d.outcome)
        }));
        let Some(next) = found.next else { break };
        page.token = next;
    }
    seen
}
