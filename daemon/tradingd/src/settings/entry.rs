//! One row of the registry: everything there is to know about a setting, in one place.
//!
//! Holds no values; those are in [`Settings`](super::Settings).

use super::kind::Kind;
use std::borrow::Cow;

/// When a changed value may take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Read once, when the daemon starts.
    Boot,
    /// Read by the engine for every decision; it could change while the daemon runs.
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
        let class = Class::Boot;
        Self { key: Cow::Borrowed(key), unit, default, description, kind, class, secret: false }
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
        let class = Class::Hot;
        Self { key: Cow::Owned(key), unit, default, description, kind, class, secret: false }
    }

    /// The same, read for every decision.
    #[must_use]
    pub const fn hot(mut self) -> Self {
        self.class = Class::Hot;
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
const SECTIONS: [(&str, &str); 14] = [
    ("log", "Log"),
    ("source", "Market source"),
    ("sim", "Built-in market"),
    ("instruments", "Instruments"),
    ("trend", "Trend filter"),
    ("regime", "Regime"),
    ("ensemble", "Vote"),
    ("strategies", "Strategies"),
    ("tracker", "Strategy tracker"),
    ("risk", "Risk"),
    ("paper", "Paper account"),
    ("auth", "Access"),
    ("stream", "Event stream"),
    ("health", "Health"),
];
