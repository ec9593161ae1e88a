//! All settings as the protocol shows them.

use super::entry::{Class, Entry};
use super::guard::Guard;
use super::kind::Raw;
use super::{Settings, families, table};
use tradingd_proto::v1;

impl Settings {
    /// Every setting with value, default, range and origin, in the registry's order; instruments
    /// that were configured come last. Secrets have no value.
    #[must_use]
    pub fn listing(&self) -> Vec<v1::Setting> {
        let configured = self.values.keys().filter_map(|key| families::instrument_entry(key));
        table::registry().into_iter().chain(configured).map(|entry| self.row(&entry)).collect()
    }

    fn row(&self, entry: &Entry) -> v1::Setting {
        let applied = self.values.get(entry.key.as_ref());
        let shown = |text: &str| if entry.secret { String::new() } else { text.to_owned() };
        let changed = applied.and_then(|a| a.changed.as_ref());
        v1::Setting {
            key: entry.key.to_string(),
            section: entry.section().to_owned(),
            description: entry.sentence(),
            value: shown(applied.map_or("", |a| &a.text)),
            default_value: shown(entry.default),
            range: entry.kind.range(),
            unit: entry.unit.to_owned(),
            secret: entry.secret,
            origin: applied.map_or(v1::SettingOrigin::Default, |a| a.origin).into(),
            class: class(entry.class).into(),
            guard: guard(entry.guard).into(),
            options: entry.kind.options().iter().map(|&word| word.to_owned()).collect(),
            version: changed.map_or(0, |c| c.version),
            changed_at: changed.map(|c| crate::convert::time(c.at)),
            changed_by: changed.map(|c| c.principal.clone()).unwrap_or_default(),
            secret_set: entry.secret && applied.is_some_and(|a| !a.text.is_empty()),
        }
    }

    /// The keys that can change while the daemon runs, with their default texts as they are shown,
    /// and whether they are secret.
    #[must_use]
    pub fn hot_defaults() -> Vec<(String, String, bool)> {
        let mut blank = Self::blank();
        let hot = table::registry().into_iter().filter(|e| e.class == Class::Hot);
        hot.map(|entry| {
            let raw = Raw::One(entry.default.to_owned());
            let text = entry.kind.apply(&mut blank, &raw);
            let text = text.expect("Invariant: every default is in its range");
            (entry.key.to_string(), text, entry.secret)
        })
        .collect()
    }
}

const fn class(class: Class) -> v1::SettingClass {
    match class {
        Class::Hot => v1::SettingClass::Hot,
        Class::Boot => v1::SettingClass::Restart,
    }
}

const fn guard(guard: Guard) -> v1::SettingGuard {
    match guard {
        Guard::Plain => v1::SettingGuard::Plain,
        Guard::Risk(_) => v1::SettingGuard::Risk,
        Guard::Access => v1::SettingGuard::Access,
    }
}
