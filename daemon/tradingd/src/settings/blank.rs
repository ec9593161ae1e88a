//! A settings value to fill in: what it holds is replaced by the registry's defaults before anyone
//! sees it.

use super::typed::{
    AuditSettings, AuthSettings, HealthSettings, LogFormat, LogSettings, Mode, OnBadRow,
    PaperSettings, PlanSettings, ServerSettings, Settings, SimSettings, SourceKind, SourceSettings,
    Speed, StreamSettings, TlsMode, TlsSettings,
};
use super::{AlertSettings, TelegramSettings, WebhookSettings};
use domain::{Asset, Decimal, Interval};
use engine::settings::EngineSettings;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

impl Settings {
    pub(super) fn blank() -> Self {
        Self {
            mode: Mode::Paper,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data_dir: PathBuf::new(),
            log: LogSettings { level: tracing::Level::INFO, format: LogFormat::Auto },
            source: SourceSettings {
                kind: SourceKind::Sim,
                speed: Speed::Max,
                files: Vec::new(),
                symbol: None,
                series: None,
                on_bad_row: OnBadRow::Skip,
                exit_at_end: false,
            },
            sim: SimSettings {
                seed: 0,
                symbols: Vec::new(),
                interval: Interval::MINUTE,
                warmup_bars: 0,
            },
            paper: PaperSettings {
                initial_balance: Decimal::ZERO,
                quote_asset: Asset::parse("USDT").expect("Invariant: USDT is an asset"),
                maker_fee_pct: Decimal::ZERO,
                taker_fee_pct: Decimal::ZERO,
                slippage_bps: Decimal::ZERO,
                impact_bps: Decimal::ZERO,
                max_volume_share: Decimal::ZERO,
                fee_asset: simulator::FeeAsset::Quote,
            },
            auth: AuthSettings {
                access: Duration::ZERO,
                refresh: Duration::ZERO,
                failures_per_user: 0,
                failures_per_address: 0,
                step_up: Duration::ZERO,
            },
            stream: StreamSettings {
                buffer_records: 0,
                max_subscribers: 0,
                max_per_user: 0,
                stalled_after: Duration::ZERO,
                heartbeat: Duration::ZERO,
            },
            plans: PlanSettings { price_tolerance_pct: Decimal::ZERO },
            health: HealthSettings { stale_after: Duration::ZERO, stuck_after: Duration::ZERO },
            audit: AuditSettings::default(),
            server: ServerSettings {
                names: Vec::new(),
                max_connections: 0,
                max_per_address: 0,
                reserved: 0,
                max_streams: 0,
                header_list: 0,
                message: 0,
                header_timeout: Duration::ZERO,
            },
            tls: TlsSettings {
                mode: TlsMode::Auto,
                names: Vec::new(),
                certificate: None,
                key: None,
                client_ca: None,
            },
            alerts: AlertSettings::BLANK,
            telegram: TelegramSettings::BLANK,
            webhook: WebhookSettings::BLANK,
            instruments: BTreeMap::new(),
            engine: EngineSettings::shipped("00000000", Vec::new()),
            values: BTreeMap::new(),
            outside: BTreeMap::new(),
            version: 0,
        }
    }
}
