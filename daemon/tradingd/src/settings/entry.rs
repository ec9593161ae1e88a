//! One row of the registry: everything there is to know about a setting, in one place.
//!
//! Holds no values; those are in [`Settings`](super::Settings).

use super::guard::{Guard, Safer};
use super::kind::Kind;
use std::borrow::Cow;

/// When a changed value may take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Read once, when the daemon starts.
    Boot,
    /// May change while the daemon runs, and acts at once.
    Hot,
}

/// A setting.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Dotted key, e.g. `risk.max_position_size_pct`.
    pub key: Cow<'static, str>,
    /// Unit of the value; empty for plain numbers, words and switches.
    pub unit: &'static str,
    /// Text of the value that nobody set; empty also for instruments, whose default is the symbol's.
    pub default: &'static str,
    /// What it does, in sentences.
    pub description: &'static str,
    /// Type, range and place.
    pub kind: Kind,
    /// When a change takes effect.
    pub class: Class,
    /// Who may change it while the daemon runs.
    pub guard: Guard,
    /// True when the value must never be shown.
    pub secret: bool,
}

impl Entry {
    /// A row of the static table; boot class, not secret.
    #[must_use]
    pub const fn new(
        key: &'static str,
        unit: &'static str,
        default: &'static str,
        description: &'static str,
        kind: Kind,
    ) -> Self {
        let (class, guard) = (Class::Boot, Guard::Plain);
        let key = Cow::Borrowed(key);
        Self { key, unit, default, description, kind, class, guard, secret: false }
    }

    /// A row made at run time; hot class, as all of them feed decisions.
    #[must_use]
    pub const fn dynamic(
        key: String,
        unit: &'static str,
        default: &'static str,
        description: &'static str,
        kind: Kind,
    ) -> Self {
        let (class, guard) = (Class::Hot, Guard::Plain);
        let key = Cow::Owned(key);
        Self { key, unit, default, description, kind, class, guard, secret: false }
    }

    /// The same, changeable while the daemon runs.
    #[must_use]
    pub const fn hot(mut self) -> Self {
        self.class = Class::Hot;
        self
    }

    /// The same, read once.
    #[must_use]
    pub const fn boot(mut self) -> Self {
        self.class = Class::Boot;
        self
    }

    /// The same; only an admin may change it towards risk.
    #[must_use]
    pub const fn risk(mut self, safer: Safer) -> Self {
        self.guard = Guard::Risk(safer);
        self
    }

    /// The same; only an admin may change it.
    #[must_use]
    pub const fn access(mut self) -> Self {
        self.guard = Guard::Access;
        self
    }

    /// The same, never shown.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The TOML table that the key is in; empty for keys at the top.
    #[must_use]
    pub fn table(&self) -> &str {
        self.key.rsplit_once('.').map_or("", |(table, _)| table)
    }

    /// The key's last part.
    #[must_use]
    pub fn name(&self) -> &str {
        self.key.rsplit_once('.').map_or(self.key.as_ref(), |(_, name)| name)
    }

    /// The description as a sentence; the engine's own are phrases.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut letters = self.description.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        let stop = if self.description.ends_with(['.', '!', '?']) { "" } else { "." };
        format!("{first}{}{stop}", letters.as_str())
    }

    /// Title of the group that people see it in.
    #[must_use]
    pub fn section(&self) -> &'static str {
        SECTIONS
            .iter()
            .find(|(start, _)| self.table().split('.').next() == Some(start))
            .map_or("General", |(_, title)| title)
    }
}

/// First part of a key to title.
const SECTIONS: [(&str, &str); 23] = [
    ("log", "Log"),
    ("source", "Market source"),
    ("sim", "Built-in market"),
    ("instruments", "Instruments"),
    ("trend", "Trend filter"),
    ("regime", "Regime"),
    ("ensemble", "Vote"),
    ("strategies", "Strategies"),
    ("tracker", "Strategy tracker"),
    ("position", "Positions"),
    ("execution", "Execution"),
    ("risk", "Risk"),
    ("plans", "Plans"),
    ("paper", "Paper account"),
    ("audit", "Audit"),
    ("auth", "Access"),
    ("server", "Server"),
    ("tls", "TLS"),
    ("stream", "Event stream"),
    ("health", "Health"),
    ("alerts", "Alerts"),
    ("telegram", "Telegram"),
    ("webhook", "Webhook"),
];
