//! The settings as typed values, ready to be plugged into what they set.
//!
//! Every field is filled from the registry; nothing here has a default of its own.

use super::SettingErrors;
use domain::{Asset, Decimal, Instrument, InstrumentError, Interval, Symbol};
use engine::settings::{EngineSettings, InstrumentSettings};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tradingd_proto::v1::SettingOrigin;

/// Everything that the daemon is told from outside.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where orders go.
    pub mode: Mode,
    /// Address of the control plane.
    pub listen: SocketAddr,
    /// Directory that holds everything durable.
    pub data_dir: PathBuf,
    /// What is logged, and how.
    pub log: LogSettings,
    /// Where market data comes from.
    pub source: SourceSettings,
    /// The built-in market.
    pub sim: SimSettings,
    /// The simulated exchange and its opening balance.
    pub paper: PaperSettings,
    /// Logins and tokens.
    pub auth: AuthSettings,
    /// The event stream's bounds.
    pub stream: StreamSettings,
    /// What is allowed between a plan and its being carried out.
    pub plans: PlanSettings,
    /// When a component counts as dead.
    pub health: HealthSettings,
    /// The audit.
    pub audit: AuditSettings,
    /// Names and bounds of the port.
    pub server: ServerSettings,
    /// Encryption of the port.
    pub tls: TlsSettings,
    /// When alerts are sent, and when again.
    pub alerts: super::AlertSettings,
    /// The Telegram bot.
    pub telegram: super::TelegramSettings,
    /// The webhook.
    pub webhook: super::WebhookSettings,
    pub(super) instruments: BTreeMap<String, InstrumentTable>,
    pub(super) engine: EngineSettings,
    pub(super) values: BTreeMap<String, Applied>,
    /// What file, environment and flags say about hot settings.
    pub(super) outside: BTreeMap<String, Applied>,
    /// Version of the hot settings; 0 before they were merged with the store's.
    pub(super) version: u64,
}

/// Where orders go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To the simulated exchange.
    Paper,
    /// To a venue.
    Live,
}

/// The `log.` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// Least severe level that is written.
    pub level: tracing::Level,
    /// Shape of a line.
    pub format: LogFormat,
}

/// Shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
    /// Pretty on a terminal, JSON otherwise.
    Auto,
}

/// The `source.` settings.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSettings {
    /// Which source.
    pub kind: SourceKind,
    /// How fast it runs.
    pub speed: Speed,
    /// Files of a replay, in no particular order.
    pub files: Vec<PathBuf>,
    /// Pair of all files, when their names don't say.
    pub symbol: Option<Symbol>,
    /// What all files hold, when their names don't say.
    pub series: Option<Series>,
    /// What an unusable row does.
    pub on_bad_row: OnBadRow,
    /// Whether the daemon ends after the last row.
    pub exit_at_end: bool,
}

/// What a recorded file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// Klines of one length.
    Klines(Interval),
    /// Single trades.
    Trades,
}

/// A source of market data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// The built-in seeded market.
    Sim,
    /// Recorded files.
    Replay,
}

/// How fast data time runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// As fast as the engine can.
    Max,
    /// This many times wall time, 0.01 to 1,000,000.
    Times(f64),
}

/// What an unusable row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnBadRow {
    /// It is left out and counted.
    Skip,
    /// It stops the source.
    Error,
}

/// The `sim.` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimSettings {
    /// Seed of the random walk.
    pub seed: u64,
    /// Pairs of the market.
    pub symbols: Vec<String>,
    /// Length of its candles.
    pub interval: Interval,
    /// Candles that are made before the first one that counts.
    pub warmup_bars: u32,
}

/// The `paper.` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperSettings {
    /// Opening balance in the quote asset, above 0.
    pub initial_balance: Decimal,
    /// Asset of the account.
    pub quote_asset: Asset,
    /// Fee of fills that rested, percent.
    pub maker_fee_pct: Decimal,
    /// Fee of fills that took, percent.
    pub taker_fee_pct: Decimal,
    /// Slippage of takers, basis points.
    pub slippage_bps: Decimal,
    /// Further slippage of a fill that takes a row's whole volume, basis points.
    pub impact_bps: Decimal,
    /// Largest share of a row's volume that may be ours; 0 lifts the limit.
    pub max_volume_share: Decimal,
    /// What fees are taken in.
    pub fee_asset: simulator::FeeAsset,
}

/// The `auth.` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthSettings {
    /// Life of an access token.
    pub access: Duration,
    /// Life of a refresh token.
    pub refresh: Duration,
    /// Failed logins of one user before the next must wait.
    pub failures_per_user: u32,
    /// Failed logins from one address before the next must wait.
    pub failures_per_address: u32,
    /// How long a proof of who asks counts as fresh.
    pub step_up: Duration,
}

/// The `stream.` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSettings {
    /// Records that a subscriber may fall behind before it has to start anew.
    pub buffer_records: usize,
    /// Subscribers at the same time.
    pub max_subscribers: usize,
    /// Subscribers of one user at the same time.
    pub max_per_user: usize,
    /// A subscriber that takes nothing for this long while its buffer is full is ended.
    pub stalled_after: Duration,
    /// Time between heartbeats.
    pub heartbeat: Duration,
}

/// The `audit.` settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditSettings {
    /// Second file for the anchors; empty for none.
    pub anchor_copy: String,
    /// Days after which the content of control records is archived; 0 for never.
    pub retention_days: u64,
}

/// The `plans.` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSettings {
    /// Distance in percent that a price may have moved since the plan was made.
    pub price_tolerance_pct: Decimal,
}

/// The `health.` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthSettings {
    /// Wall time without a market row after which data is stale.
    pub stale_after: Duration,
    /// Wall time without a beat after which engine or storage counts as stuck.
    pub stuck_after: Duration,
}

/// The `server.` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// Further names of the daemon in lower case, each with or without a port.
    pub names: Vec<String>,
    /// Connections at the same time.
    pub max_connections: usize,
    /// Of one foreign address.
    pub max_per_address: usize,
    /// Of all, for this machine only.
    pub reserved: usize,
    /// Calls at the same time on one connection.
    pub max_streams: u32,
    /// Bytes of a request's headers.
    pub header_list: u32,
    /// Bytes of a request.
    pub message: usize,
    /// Time for the first request of a connection.
    pub header_timeout: Duration,
}

/// The `tls.` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSettings {
    /// When it is on.
    pub mode: TlsMode,
    /// Further names of the daemon's own certificate.
    pub names: Vec<String>,
    /// The operator's certificate chain.
    pub certificate: Option<PathBuf>,
    /// Its key.
    pub key: Option<PathBuf>,
    /// Who signs clients' certificates.
    pub client_ca: Option<PathBuf>,
}

/// When the port speaks TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// When it can be reached from elsewhere.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// A table `[instruments.SYMBOL]`; absent fields come from the symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InstrumentTable {
    /// What is bought and sold.
    pub base: Option<Asset>,
    /// What it is paid with.
    pub quote: Option<Asset>,
    /// Smallest price step.
    pub tick_size: Option<Decimal>,
    /// Smallest quantity step.
    pub lot_size: Option<Decimal>,
    /// Smallest order value.
    pub min_notional: Option<Decimal>,
}

/// A setting's value as text, and who set it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Applied {
    pub text: String,
    pub origin: SettingOrigin,
    /// E.g. `tradingd.toml:12`.
    pub place: String,
    /// The version that brought it, for hot settings that have changed.
    pub changed: Option<ChangedBy>,
}

impl std::fmt::Debug for Applied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // It may be a secret.
        write!(f, "Applied {{ place: {:?} }}", self.place)
    }
}

/// Which version brought a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChangedBy {
    pub version: u64,
    pub at: domain::Timestamp,
    pub principal: String,
}

impl Settings {
    /// Version of the settings that can change while the daemon runs, from 1; 0 before they were
    /// merged with those of the store.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The engine's settings for these pairs.
    ///
    /// `instance` is the id that starts every client order id; `instruments` is sorted here.
    #[must_use]
    pub fn engine_settings(
        &self,
        instance: &str,
        mut instruments: Vec<InstrumentSettings>,
    ) -> EngineSettings {
        instruments.sort_by_key(|i| i.instrument.symbol);
        EngineSettings { instance: instance.to_owned(), instruments, ..self.engine.clone() }
    }

    /// The pair with the steps of its table, or the well-known ones.
    ///
    /// # Errors
    /// The symbol is unusable, or neither it nor a table tells base and quote.
    pub fn instrument(&self, symbol: &str) -> Result<Instrument, InstrumentError> {
        let plain: String = symbol.chars().filter(|c| *c != '/').collect::<String>().to_uppercase();
        let table = self.instruments.get(&plain).copied().unwrap_or_default();
        let mut instrument = match (Instrument::from_symbol(&plain), table.base, table.quote) {
            (Ok(known), ..) => known,
            (Err(_), Some(base), Some(quote)) => Instrument {
                symbol: Symbol::parse(&plain)
                    .ok_or_else(|| InstrumentError::BadSymbol(symbol.to_owned()))?,
                base,
                quote,
                tick_size: Decimal::new(1, 8),
                lot_size: Decimal::new(1, 8),
                min_notional: Decimal::new(5, 0),
            },
            (Err(error), ..) => return Err(error),
        };
        instrument.base = table.base.unwrap_or(instrument.base);
        instrument.quote = table.quote.unwrap_or(instrument.quote);
        instrument.tick_size = table.tick_size.unwrap_or(instrument.tick_size);
        instrument.lot_size = table.lot_size.unwrap_or(instrument.lot_size);
        instrument.min_notional = table.min_notional.unwrap_or(instrument.min_notional);
        Ok(instrument)
    }

    /// Checks what can only be known with the source: that every pair can be traded from the
    /// account, and that all candle intervals are made of the source's.
    ///
    /// # Errors
    /// Everything that does not fit, at once.
    pub fn resolve_instruments(
        &self,
        symbols: &[(String, Interval)],
    ) -> Result<Vec<InstrumentSettings>, SettingErrors> {
        super::cross::resolve(self, symbols)
    }
}
