//! The settings of this start: the outside's and the store's become one, before anything runs.

use crate::bootstrap;
use crate::control_plane::seal::Seal;
use crate::run::Error;
use crate::settings::{Settings, SettingsHandle, Stored};
use crate::source::Source;
use crate::telemetry::LogFilter;
use crate::trader::StartSettings;
use domain::Timestamp;
use engine::settings::EngineSettings;
use std::sync::Arc;
use std::time::SystemTime;
use storage::Store;

/// What the wiring goes on with.
#[derive(Debug)]
pub struct Prepared {
    /// The store, opened.
    pub store: Arc<Store>,
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// The same for whoever has to follow them.
    pub handle: SettingsHandle,
    /// The engine's part of them.
    pub engine_settings: EngineSettings,
    /// Seals secrets at rest.
    pub seal: Seal,
    /// The trader's part.
    pub trader: StartSettings,
}

/// Opens the store and merges what it holds with what the outside says.
///
/// # Errors
/// The store can't be opened, or the two together can't be used.
pub async fn prepare(outside: Settings, source: &Source) -> Result<Prepared, Error> {
    let other = |error: storage::Error| Error::Other(error.into());
    let store = Arc::new(Store::open(&outside.data_dir).await.map_err(other)?);
    let key = bootstrap::seal_key(&outside.data_dir).map_err(anyhow::Error::from)?;
    let seal = Seal::new(&key);
    let version = store.settings_version().await.map_err(other)?;
    let stored = Stored {
        version,
        values: store.settings_at(version).await.map_err(other)?,
        outside: store.settings_outside().await.map_err(other)?,
    };
    let merged = outside.merged(&stored, &seal, now())?;
    let settings = Arc::new(merged.settings);
    let instruments = settings.resolve_instruments(source.symbols())?;
    let engine_settings = settings.engine_settings(&source.instance(), instruments);
    let (sender, handle) = SettingsHandle::new(Arc::clone(&settings));
    let trader =
        StartSettings { write: merged.write, changes: merged.changes, sender, seal: seal.clone() };
    Ok(Prepared { store, settings, handle, engine_settings, seal, trader })
}

/// Hands changed settings to what does not read them at each use.
pub async fn follow(handle: SettingsHandle, log: LogFilter) {
    let mut changed = handle.changed();
    let mut level = handle.current().log.level;
    // A level that the store holds is not the one that the log was begun with.
    log.follow(&handle.current().log);
    while changed.changed().await.is_ok() {
        let settings = changed.borrow_and_update().clone();
        if settings.log.level != level {
            level = settings.log.level;
            log.follow(&settings.log);
        }
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
