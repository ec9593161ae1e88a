//! A change of settings while the daemon runs: all of it is checked, and new settings are made of it
//! or every mistake is told. Nothing is stored or shown here.

use super::entry::{Class, Entry};
use super::errors::SettingErrors;
use super::kind::Raw;
use super::load::unknown_key;
use super::typed::{Applied, ChangedBy};
use super::{Settings, cross, families, table};
use domain::{Interval, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use tradingd_proto::v1::SettingOrigin;

/// What somebody wants.
#[derive(Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Some keys changed.
    Update {
        /// Keys with their new values.
        assignments: Vec<(String, String)>,
        /// Keys that go back to the outside's value, or the default.
        unset: Vec<String>,
    },
    /// All hot settings as an earlier version had them; keys that are not named have their
    /// defaults.
    Values {
        /// That version.
        version: u64,
        /// Key to value and origin.
        values: BTreeMap<String, (String, SettingOrigin)>,
    },
}

impl std::fmt::Debug for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Values may be secrets.
        match self {
            Self::Update { assignments, unset } => {
                let keys: Vec<_> = assignments.iter().map(|a| &a.0).chain(unset).collect();
                write!(f, "Update({keys:?})")
            }
            Self::Values { version, .. } => write!(f, "Values({version})"),
        }
    }
}

/// One value that changes.
#[derive(Clone, PartialEq, Eq)]
pub struct Changed {
    /// Dotted key.
    pub key: String,
    /// Text before.
    pub before: String,
    /// Text after.
    pub after: String,
    /// Where the new value comes from.
    pub origin: SettingOrigin,
    /// True when neither text may be shown.
    pub secret: bool,
    /// True when only an admin may do this.
    pub needs_admin: bool,
}

impl std::fmt::Debug for Changed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (before, after) = self.shown();
        write!(f, "{}: {before:?} -> {after:?}", self.key)
    }
}

impl Changed {
    /// Both texts, empty for secrets.
    #[must_use]
    pub fn shown(&self) -> (&str, &str) {
        if self.secret { ("", "") } else { (&self.before, &self.after) }
    }
}

/// Why a change is not made; nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Keys with the rule that each breaks, all of them.
    Invalid(Vec<(String, String)>),
    /// Keys that are only read at start.
    NeedsRestart(Vec<String>),
    /// Keys that only an admin may change this way.
    NeedsAdmin(Vec<String>),
    /// The admin's login is too old for this.
    NeedsFreshLogin(Vec<String>),
    /// Another version is current.
    Stale {
        /// The current one.
        current: u64,
    },
    /// The plan was made on other settings, or for another change.
    PlanStale {
        /// The current version.
        current: u64,
    },
}

/// What somebody wants, and what they may do.
#[derive(Debug, Clone)]
pub struct SettingsAsk {
    /// What.
    pub wanted: Wanted,
    /// The version that must be current; 0 for any.
    pub expected_version: u64,
    /// Id of the plan that must still fit; empty for none.
    pub plan_id: String,
    /// What they may do.
    pub authority: Authority,
    /// Their name.
    pub principal: String,
}

/// How far somebody may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// Plain settings, and risk towards safety.
    Operator,
    /// As an operator, until they prove anew who they are.
    AdminNotFresh,
    /// Everything.
    Admin,
}

/// The id of a plan: the same change of the same version has the same.
#[must_use]
pub fn plan_id(version: u64, changes: &[Changed]) -> String {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new();
    for change in changes {
        let (_, after) = change.shown();
        for part in [change.key.as_str(), after] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    let short: String = hash.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect();
    format!("settings-{version}-{short}")
}

impl Settings {
    /// As [`Self::changed`], if the version and the plan still fit and the asker may do it.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn asked(
        &self,
        ask: &SettingsAsk,
        symbols: &[(String, Interval)],
        at: Timestamp,
    ) -> Result<(Self, Vec<Changed>), Refused> {
        let current = self.version;
        if ask.expected_version != 0 && ask.expected_version != current {
            return Err(Refused::Stale { current });
        }
        let (after, changes) = self.changed(&ask.wanted, symbols, at, &ask.principal)?;
        if !ask.plan_id.is_empty() && ask.plan_id != plan_id(current, &changes) {
            return Err(Refused::PlanStale { current });
        }
        let guarded = changes.iter().filter(|c| c.needs_admin).map(|c| c.key.clone());
        let guarded: Vec<String> = guarded.collect();
        match ask.authority {
            _ if guarded.is_empty() => Ok((after, changes)),
            Authority::Admin => Ok((after, changes)),
            Authority::Operator => Err(Refused::NeedsAdmin(guarded)),
            Authority::AdminNotFresh => Err(Refused::NeedsFreshLogin(guarded)),
        }
    }

    /// The settings with what is wanted, and what that changes, sorted by key. `symbols` are the
    /// source's pairs with their candles, `by` is whose the new values are.
    ///
    /// # Errors
    /// [`Refused::Invalid`] with everything that is wrong, or [`Refused::NeedsRestart`] when nothing
    /// else is.
    pub fn changed(
        &self,
        wanted: &Wanted,
        symbols: &[(String, Interval)],
        at: Timestamp,
        principal: &str,
    ) -> Result<(Self, Vec<Changed>), Refused> {
        let version = self.version + 1;
        let principal = principal.to_owned();
        let mut draft = Draft {
            before: self,
            after: self.clone(),
            by: ChangedBy { version, at, principal },
            entries: table::registry().into_iter().map(|e| (e.key.to_string(), e)).collect(),
            invalid: Vec::new(),
            restart: Vec::new(),
        };
        match wanted {
            Wanted::Update { assignments, unset } => draft.update(assignments, unset),
            Wanted::Values { values, .. } => draft.values(values),
        }
        draft.finish(symbols)
    }
}

struct Draft<'a> {
    before: &'a Settings,
    after: Settings,
    by: ChangedBy,
    entries: BTreeMap<String, Entry>,
    invalid: Vec<(String, String)>,
    restart: Vec<String>,
}

impl Draft<'_> {
    fn update(&mut self, assignments: &[(String, String)], unset: &[String]) {
        let mut seen = BTreeSet::new();
        let values = assignments.iter().map(|(key, value)| (key, Some(value)));
        for (key, value) in values.chain(unset.iter().map(|key| (key, None))) {
            if !seen.insert(key) {
                self.invalid.push((key.clone(), "must be named once".to_owned()));
                continue;
            }
            let Some(entry) = self.hot(key) else { continue };
            match value {
                Some(text) => self.set(&entry, text, SettingOrigin::Store),
                None => self.unset(&entry),
            }
        }
    }

    fn values(&mut self, values: &BTreeMap<String, (String, SettingOrigin)>) {
        let hot: Vec<Entry> =
            self.entries.values().filter(|e| e.class == Class::Hot).cloned().collect();
        for entry in hot {
            match values.get(entry.key.as_ref()) {
                Some((text, origin)) if *origin != SettingOrigin::Default => {
                    self.set(&entry, text, *origin);
                }
                _ => self.set(&entry, entry.default, SettingOrigin::Default),
            }
        }
    }

    /// The entry, if it can change while the daemon runs; otherwise the mistake is noted.
    fn hot(&mut self, key: &str) -> Option<Entry> {
        let known = self.entries.get(key).cloned().or_else(|| families::instrument_entry(key));
        match known {
            None => {
                let rule = unknown_key(key, self.entries.keys().map(String::as_str));
                self.invalid.push((key.to_owned(), rule));
                None
            }
            Some(entry) if entry.class == Class::Boot => {
                self.restart.push(entry.key.to_string());
                None
            }
            known => known,
        }
    }

    fn unset(&mut self, entry: &Entry) {
        match self.before.outside.get(entry.key.as_ref()) {
            Some(outside) => self.set(entry, &outside.text, outside.origin),
            None => self.set(entry, entry.default, SettingOrigin::Default),
        }
    }

    fn set(&mut self, entry: &Entry, text: &str, origin: SettingOrigin) {
        let key = entry.key.to_string();
        match entry.kind.apply(&mut self.after, &Raw::One(text.to_owned())) {
            Ok(text) => {
                let same = |a: &&Applied| a.text == text;
                // A value that was so already keeps its origin and its date.
                let kept = self.before.values.get(&key).filter(same).cloned();
                let (by, place) = (self.by.clone(), format!("version {}", self.by.version));
                let new = Applied { text, origin, place, changed: Some(by) };
                self.after.values.insert(key, kept.unwrap_or(new));
            }
            Err(rule) if entry.secret => self.invalid.push((key, rule)),
            Err(rule) => self.invalid.push((key, format!("{rule}, got {text:?}"))),
        }
    }

    fn finish(self, symbols: &[(String, Interval)]) -> Result<(Settings, Vec<Changed>), Refused> {
        let Self { before, mut after, entries, mut invalid, restart, .. } = self;
        if invalid.is_empty() {
            let mut broken = cross::check(&after, &[]);
            if broken.is_empty() {
                broken = after.resolve_instruments(symbols).err().map_or(Vec::new(), |e| {
                    let SettingErrors(errors) = e;
                    errors
                });
            }
            invalid.extend(broken.into_iter().map(|error| {
                let got = error.value.map_or(String::new(), |value| format!(", got {value:?}"));
                (error.key, format!("{}{got}", error.problem))
            }));
        }
        if !invalid.is_empty() {
            // Everything at once, those as well that a restart would take.
            let late = |key| (key, "is only read when the daemon starts".to_owned());
            invalid.extend(restart.into_iter().map(late));
            return Err(Refused::Invalid(invalid));
        }
        if !restart.is_empty() {
            return Err(Refused::NeedsRestart(restart));
        }
        let changes = differences(before, &after, &entries);
        if !changes.is_empty() {
            after.version = before.version + 1;
        }
        Ok((after, changes))
    }
}

/// What differs, sorted by key.
fn differences(
    before: &Settings,
    after: &Settings,
    entries: &BTreeMap<String, Entry>,
) -> Vec<Changed> {
    let mut changes = Vec::new();
    for (key, entry) in entries.iter().filter(|(_, entry)| entry.class == Class::Hot) {
        let (Some(old), Some(new)) = (before.values.get(key), after.values.get(key)) else {
            continue;
        };
        if old.text == new.text {
            continue;
        }
        changes.push(Changed {
            key: key.clone(),
            before: old.text.clone(),
            after: new.text.clone(),
            origin: new.origin,
            secret: entry.secret,
            needs_admin: entry.guard.needs_admin(&old.text, &new.text),
        });
    }
    changes
}
