//! All settings as the protocol shows them.

use super::entry::Entry;
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
        }
    }
}
