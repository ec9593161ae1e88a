//! The start: what the outside says now, what it said at the last start, and what the store holds
//! become one.
//!
//! A hot setting keeps its stored value unless its outside value has changed since the last start.
//! Boot settings always come from outside. Reads and writes of the store are the trader's.

use super::entry::{Class, Entry};
use super::errors::{SettingError, SettingErrors};
use super::kind::Raw;
use super::typed::{Applied, ChangedBy};
use super::{Changed, Settings, cross, table};
use crate::control_plane::seal::Seal;
use domain::Timestamp;
use std::collections::BTreeMap;
use storage::{SettingChange, SettingsVersion, SettingsWrite, StoredSetting};
use tradingd_proto::v1::SettingOrigin;

/// What a start came to.
#[derive(Debug)]
pub struct Merged {
    /// The settings in force from now on.
    pub settings: Settings,
    /// What differs from what was in force before; all that differs from the defaults when the
    /// account is new.
    pub changes: Vec<Changed>,
    /// What has to be stored.
    pub write: SettingsWrite,
}

/// What the store holds.
#[derive(Debug, Default)]
pub struct Stored {
    /// The newest version; 0 for a new account.
    pub version: u64,
    /// What was in force under it.
    pub values: Vec<StoredSetting>,
    /// What the outside said at the last start.
    pub outside: Vec<(String, String)>,
}

impl Settings {
    /// These settings, which come from outside, with what the store holds.
    ///
    /// # Errors
    /// Stored values that this build does not take, or that contradict the outside's, all at once.
    pub fn merged(
        self,
        stored: &Stored,
        seal: &Seal,
        at: Timestamp,
    ) -> Result<Merged, SettingErrors> {
        let mut merge = Merge {
            first: stored.version == 0,
            by: ChangedBy { version: stored.version + 1, at, principal: "system".to_owned() },
            stored: stored.values.iter().map(|s| (s.change.key.as_str(), s)).collect(),
            remembered: stored.outside.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect(),
            seal,
            settings: self,
            changes: Vec::new(),
            errors: Vec::new(),
        };
        let hot: Vec<Entry> =
            table::registry().into_iter().filter(|e| e.class == Class::Hot).collect();
        merge.settings.outside = hot
            .iter()
            .filter_map(|entry| {
                let applied = merge.settings.values.get(entry.key.as_ref())?;
                let said = applied.origin != SettingOrigin::Default;
                said.then(|| (entry.key.to_string(), applied.clone()))
            })
            .collect();
        for entry in &hot {
            merge.entry(entry);
        }
        merge.finish(&hot, stored)
    }
}

struct Merge<'a> {
    first: bool,
    by: ChangedBy,
    stored: BTreeMap<&'a str, &'a StoredSetting>,
    remembered: BTreeMap<&'a str, &'a str>,
    seal: &'a Seal,
    settings: Settings,
    changes: Vec<Changed>,
    errors: Vec<SettingError>,
}

impl Merge<'_> {
    fn entry(&mut self, entry: &Entry) {
        let before = match self.stored_value(entry) {
            Ok(before) => before,
            Err(error) => return self.errors.push(error),
        };
        let default = Applied {
            text: self.canonical(entry, entry.default),
            origin: SettingOrigin::Default,
            place: "default".to_owned(),
            changed: before.as_ref().and_then(|b| b.changed.clone()),
        };
        // A value that follows the default follows that of this build.
        let before = before.filter(|b| b.origin != SettingOrigin::Default);
        let wanted = self.wanted(entry, before.clone()).unwrap_or_else(|| default.clone());
        let old = before.unwrap_or(default);
        let mut new = wanted;
        if new.text != old.text {
            new.changed = Some(self.by.clone());
            self.changes.push(Changed {
                key: entry.key.to_string(),
                before: old.text,
                after: new.text.clone(),
                origin: new.origin,
                secret: entry.secret,
                needs_admin: false,
            });
        } else {
            new.changed = old.changed;
        }
        match entry.kind.apply(&mut self.settings, &Raw::One(new.text.clone())) {
            Ok(text) => {
                new.text = text;
                self.settings.values.insert(entry.key.to_string(), new);
            }
            Err(problem) => {
                let value = (!entry.secret).then_some(new.text);
                let (place, key) = (new.place, entry.key.to_string());
                self.errors.push(SettingError { place, key, value, problem });
            }
        }
    }

    /// What should be in force; `None` for the default.
    fn wanted(&self, entry: &Entry, stored: Option<Applied>) -> Option<Applied> {
        let outside = self.settings.outside.get(entry.key.as_ref()).cloned();
        let Some(stored) = stored else { return outside };
        let now = outside.as_ref().map(|o| o.text.as_str());
        let then = self.remembered(entry);
        if self.first || now == then.as_deref() {
            return Some(stored);
        }
        // A line that is gone says nothing against what an operator chose.
        let chosen = stored.origin == SettingOrigin::Store;
        outside.or_else(|| chosen.then_some(stored))
    }

    fn remembered(&self, entry: &Entry) -> Option<String> {
        let text = *self.remembered.get(entry.key.as_ref())?;
        if entry.secret { open(self.seal, &entry.key, text) } else { Some(text.to_owned()) }
    }

    fn stored_value(&self, entry: &Entry) -> Result<Option<Applied>, SettingError> {
        let Some(stored) = self.stored.get(entry.key.as_ref()) else { return Ok(None) };
        let place = format!("settings version {}", stored.version);
        let text = &stored.change.after;
        let opened = match entry.secret && !text.is_empty() {
            true => open(self.seal, &entry.key, text),
            false => Some(text.clone()),
        };
        let Some(text) = opened else {
            let problem = "can't be opened with this installation's key; set it anew from outside, or bring the key back".to_owned();
            let key = entry.key.to_string();
            // What the outside says anew takes its place.
            if self.settings.outside.contains_key(&key) {
                return Ok(None);
            }
            return Err(SettingError { place, key, value: None, problem });
        };
        let principal = stored.principal.clone();
        let changed = Some(ChangedBy { version: stored.version, at: stored.at, principal });
        Ok(Some(Applied { text, origin: origin(&stored.change.origin), place, changed }))
    }

    /// The default as it is shown.
    fn canonical(&self, entry: &Entry, text: &str) -> String {
        let raw = Raw::One(text.to_owned());
        entry.kind.apply(&mut self.settings.clone(), &raw).unwrap_or_else(|_| text.to_owned())
    }

    fn finish(mut self, hot: &[Entry], stored: &Stored) -> Result<Merged, SettingErrors> {
        self.errors.extend(cross::check(&self.settings, &self.errors));
        if !self.errors.is_empty() {
            return Err(SettingErrors(self.errors));
        }
        self.changes.sort_by(|a, b| a.key.cmp(&b.key));
        let new = self.first || !self.changes.is_empty();
        self.settings.version = stored.version + u64::from(new);
        let version = new.then(|| SettingsVersion {
            version: self.by.version,
            at: self.by.at,
            cause: if self.first { "opened" } else { "start" }.to_owned(),
            principal: "system".to_owned(),
            role: String::new(),
            source: String::new(),
            request_id: String::new(),
            reason: String::new(),
            changes: rows(&self.changes, self.seal),
        });
        let outside: Vec<(String, String)> = hot
            .iter()
            .filter_map(|entry| {
                let said = self.settings.outside.get(entry.key.as_ref())?;
                let text = match entry.secret {
                    true => self.seal.seal(&label(&entry.key), said.text.as_bytes()),
                    false => said.text.clone(),
                };
                Some((entry.key.to_string(), text))
            })
            .collect();
        let write = SettingsWrite { version, outside: Some(outside) };
        Ok(Merged { settings: self.settings, changes: self.changes, write })
    }
}

/// What a sealed setting is called.
fn label(key: &str) -> String {
    format!("setting/{key}")
}

/// A sealed setting's text.
pub fn open(seal: &Seal, key: &str, sealed: &str) -> Option<String> {
    seal.open_text(&label(key), sealed).ok().map(|secret| secret.reveal().to_owned())
}

/// Changes as the store keeps them.
pub fn rows(changes: &[Changed], seal: &Seal) -> Vec<SettingChange> {
    let text = |change: &Changed, text: &str| match change.secret && !text.is_empty() {
        true => seal.seal(&label(&change.key), text.as_bytes()),
        false => text.to_owned(),
    };
    changes
        .iter()
        .map(|change| SettingChange {
            key: change.key.clone(),
            before: text(change, &change.before),
            after: text(change, &change.after),
            origin: origin_name(change.origin).to_owned(),
        })
        .collect()
}

const ORIGINS: [(SettingOrigin, &str); 5] = [
    (SettingOrigin::Default, "default"),
    (SettingOrigin::File, "file"),
    (SettingOrigin::Environment, "environment"),
    (SettingOrigin::Flag, "flag"),
    (SettingOrigin::Store, "store"),
];

/// An origin as the store names it.
fn origin_name(origin: SettingOrigin) -> &'static str {
    ORIGINS.iter().find(|(o, _)| *o == origin).map_or("store", |(_, name)| name)
}

/// An origin from the store; what is not known counts as chosen by an operator.
pub fn origin(name: &str) -> SettingOrigin {
    ORIGINS.iter().find(|(_, n)| *n == name).map_or(SettingOrigin::Store, |(o, _)| *o)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_sealed_and_never_shown() {
        let seal = Seal::new(&[7; 32]);
        let change = Changed {
            key: "some.token".to_owned(),
            before: String::new(),
            after: "hunter2hunter2".to_owned(),
            origin: SettingOrigin::Store,
            secret: true,
            needs_admin: false,
        };
        let [row] = &rows(std::slice::from_ref(&change), &seal)[..] else { panic!("one row") };
        assert_eq!(row.before, "", "what was not set needs no seal");
        assert!(!row.after.contains("hunter2"));
        assert_eq!(open(&seal, "some.token", &row.after).as_deref(), Some("hunter2hunter2"));
        assert_eq!(open(&seal, "other.token", &row.after), None, "it is bound to its key");
        let wire = crate::convert::setting_change(&change);
        assert_eq!((wire.after.as_str(), wire.secret), ("", true));
        assert!(!format!("{change:?} {row:?}").contains("hunter2"));
        let plain = Changed { secret: false, ..change };
        assert_eq!(rows(&[plain], &seal)[0].after, "hunter2hunter2");
    }
}
