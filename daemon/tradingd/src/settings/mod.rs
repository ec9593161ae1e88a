//! Settings: one registry from which reading, checking, listing and the sample file are made.
//!
//! To add a setting, add its row to `table/` and its field to `typed.rs`; nothing else. Meanings of
//! strategy parameters are the engine's; this module only carries their text there. Nothing here
//! changes while the daemon runs.

mod blank;
mod cross;
mod entry;
mod errors;
mod families;
mod file;
mod kind;
mod listing;
mod load;
mod sample;
mod secret;
mod suggest;
mod table;
mod typed;

#[cfg(test)]
mod tests;

pub use entry::{Class, Entry};
pub use errors::{SettingError, SettingErrors};
pub use load::{ENVIRONMENT_PREFIX, Flag, Sources};
pub use sample::sample_toml;
pub use secret::Secret;
pub use table::registry;
pub use typed::{
    AuditSettings, AuthSettings, HealthSettings, InstrumentTable, LogFormat, LogSettings, Mode,
    OnBadRow, PaperSettings, Series, Settings, SimSettings, SourceKind, SourceSettings, Speed,
    StreamSettings,
};
