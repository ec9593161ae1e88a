//! Settings: one registry from which reading, checking, listing and the sample file are made.
//!
//! To add a setting, add its row to `table/` and its field to `typed.rs`; nothing else. Meanings of
//! strategy parameters are the engine's; this module only carries their text there. [`Settings`] are
//! never changed in place: a change makes new ones (`change.rs`), the trader stores and sends them.

mod blank;
mod change;
mod channels;
mod cross;
mod entry;
mod errors;
mod families;
mod file;
mod guard;
mod handle;
mod kind;
mod listing;
mod load;
mod sample;
mod secret;
mod stored;
mod suggest;
mod table;
mod typed;

#[cfg(test)]
mod tests;

pub use change::{Authority, Changed, Refused, SettingsAsk, Wanted, plan_id};
pub use channels::{AlertSettings, TelegramSettings, WebhookSettings};
pub use entry::{Class, Entry};
pub use errors::{SettingError, SettingErrors};
pub use guard::{Guard, Safer};
pub use handle::SettingsHandle;
pub use load::{ENVIRONMENT_PREFIX, Flag, Sources};
pub use sample::sample_toml;
pub use secret::Secret;
pub use stored::{Merged, Stored, open, origin, rows};
pub use table::registry;
pub use typed::{
    AuditSettings, AuthSettings, HealthSettings, InstrumentTable, LogFormat, LogSettings, Mode,
    OnBadRow, PaperSettings, Series, ServerSettings, Settings, SimSettings, SourceKind,
    SourceSettings, Speed, StreamSettings, TlsMode, TlsSettings,
};
