//! Paper sessions over recorded files, in process and without storage.

use domain::{Amount, Asset, Decimal, Instrument, Timestamp};
use engine::Output;
use engine::settings::{EngineSettings, InstrumentSettings};
use exchanges::{FileSpec, Limits, OnBadRow, Replay, Row, RowSource, SkipPolicy};
use simulator::{ExchangeConfig, PaperSession};
use std::path::{Path, PathBuf};

/// The folder with recorded data, if it is there: `TRADINGD_MARKET_DATA`, else `../shared/market`.
#[must_use]
pub fn market_data() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = std::env::var_os("TRADINGD_MARKET_DATA")
        .map_or_else(|| root.join("../shared/market"), PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// Opens recorded files.
///
/// # Errors
/// Everything that is wrong with the files.
pub fn open(files: &[PathBuf]) -> anyhow::Result<Replay> {
    let specs: Vec<FileSpec> = files.iter().map(FileSpec::new).collect();
    let policy = SkipPolicy { on_bad_row: OnBadRow::Skip };
    Ok(Replay::open(&specs, policy, Limits::default())?)
}

/// Shipped settings for these symbols with one base interval.
#[must_use]
pub fn shipped(symbols: &[&str], interval: domain::Interval) -> EngineSettings {
    let mut instruments: Vec<InstrumentSettings> = symbols
        .iter()
        .filter_map(|s| Instrument::from_symbol(s).ok())
        .map(|instrument| InstrumentSettings { instrument, base_interval: interval })
        .collect();
    instruments.sort_by_key(|i| i.instrument.symbol);
    EngineSettings::shipped("00000000", instruments)
}

/// Opening balance of 10,000 USDT.
#[must_use]
pub fn ten_thousand() -> Vec<(Asset, Amount)> {
    Asset::parse("USDT").map(|usdt| (usdt, Decimal::new(10_000, 0))).into_iter().collect()
}

/// Runs a source to its end.
///
/// # Errors
/// What the source or the set-up says.
pub fn run(
    settings: EngineSettings,
    source: &mut dyn RowSource,
    outputs: &mut Vec<Output>,
) -> anyhow::Result<PaperSession> {
    let config = ExchangeConfig::default();
    let mut session: Option<PaperSession> = None;
    while let Some(row) = source.next_row()? {
        let session = match &mut session {
            Some(session) => session,
            none => none.insert(PaperSession::open(
                settings.clone(),
                config.clone(),
                &ten_thousand(),
                start_of(&row),
                outputs,
            )?),
        };
        match row {
            Row::Bar(bar) => session.bar(&bar, outputs),
            Row::Trade(trade) => session.trade(&trade, outputs),
        }
    }
    session.ok_or_else(|| anyhow::anyhow!("the source has no rows"))
}

/// When a row begins.
#[must_use]
pub fn start_of(row: &Row) -> Timestamp {
    match row {
        Row::Bar(bar) => bar.candle.open_time,
        Row::Trade(trade) => trade.at,
    }
}
