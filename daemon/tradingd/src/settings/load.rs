//! Puts the sources together: default, file, environment, flags, the later winning.
//!
//! Every value of every source is checked, also those that a stronger source overrides, and all
//! mistakes are reported at once.

use super::entry::Entry;
use super::errors::{SettingError, SettingErrors};
use super::file::{self, Found};
use super::kind::Raw;
use super::typed::Applied;
use super::{Settings, cross, families, suggest, table};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tradingd_proto::v1::SettingOrigin;

/// Start of the names of environment variables that are settings; `__` stands for the dot.
pub const ENVIRONMENT_PREFIX: &str = "TRADINGD__";

/// A setting given on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// How it was written, for messages: `--set` or a flag of its own such as `--listen`.
    pub label: String,
    /// Dotted key.
    pub key: String,
    /// The value.
    pub value: String,
    /// The values of a list, when they were given one by one; then `value` does not count.
    pub items: Vec<String>,
}

impl Flag {
    /// Reads the `key=value` of `--set`.
    ///
    /// # Errors
    /// There is no `=`, or nothing before it.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => Ok(Self {
                label: "--set".to_owned(),
                key: key.trim().to_owned(),
                value: value.to_owned(),
                items: Vec::new(),
            }),
            _ => Err(format!("must be key=value, such as risk.max_drawdown_pct=10, got {text:?}")),
        }
    }
}

/// Where settings come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// A TOML file; when given it must be readable.
    pub file: Option<PathBuf>,
    /// Environment variables with their values; others than `TRADINGD__…` are ignored.
    pub environment: Vec<(String, String)>,
    /// Settings of the command line; of the same key the last wins.
    pub flags: Vec<Flag>,
}

impl Sources {
    /// A file, the process's environment, and flags. Variables that are no UTF-8 are read with
    /// replacement characters, so that they fail visibly.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>, flags: Vec<Flag>) -> Self {
        let environment = std::env::vars_os()
            .map(|(name, value)| {
                (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
            })
            .collect();
        Self { file, environment, flags }
    }
}

impl Settings {
    /// Reads and checks all sources.
    ///
    /// # Errors
    /// Everything that is wrong in any source, at once.
    pub fn load(sources: &Sources) -> Result<Self, SettingErrors> {
        let mut loader = Loader::new();
        if let Some(path) = &sources.file {
            let contents = file::read(path);
            loader.errors.extend(contents.errors);
            loader.sections(&contents.tables);
            loader.take(contents.values, SettingOrigin::File);
        }
        loader.take(from_environment(&sources.environment), SettingOrigin::Environment);
        let flags = sources.flags.iter().map(|flag| Found {
            key: flag.key.clone(),
            raw: if flag.items.is_empty() {
                Raw::One(flag.value.clone())
            } else {
                Raw::Many(flag.items.clone())
            },
            place: flag.label.clone(),
        });
        loader.take(flags.collect(), SettingOrigin::Flag);
        loader.finish()
    }

    /// The settings of the given TOML text over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong in it, at once.
    pub fn from_toml(name: &str, text: &str) -> Result<Self, SettingErrors> {
        let mut loader = Loader::new();
        let contents = file::parse(name, text);
        loader.errors.extend(contents.errors);
        loader.sections(&contents.tables);
        loader.take(contents.values, SettingOrigin::File);
        loader.finish()
    }
}

/// `TRADINGD__RISK__MAX_DRAWDOWN_PCT` is `risk.max_drawdown_pct`.
fn from_environment(variables: &[(String, String)]) -> Vec<Found> {
    let mut found: Vec<Found> = variables
        .iter()
        .filter_map(|(name, value)| {
            let key = name.strip_prefix(ENVIRONMENT_PREFIX)?.to_lowercase().replace("__", ".");
            let place = format!("environment {name}");
            Some(Found { key, raw: Raw::One(value.clone()), place })
        })
        .collect();
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

struct Loader {
    entries: BTreeMap<String, Entry>,
    settings: Settings,
    errors: Vec<SettingError>,
}

impl Loader {
    /// All defaults.
    fn new() -> Self {
        let mut settings = Settings::blank();
        let mut entries = BTreeMap::new();
        for entry in table::registry() {
            let text = entry
                .kind
                .apply(&mut settings, &Raw::One(entry.default.to_owned()))
                .expect("Invariant: every default is in its range");
            let applied = Applied {
                text,
                origin: SettingOrigin::Default,
                place: "default".to_owned(),
                changed: None,
            };
            settings.values.insert(entry.key.to_string(), applied);
            entries.insert(entry.key.to_string(), entry);
        }
        Self { entries, settings, errors: Vec::new() }
    }

    fn take(&mut self, values: Vec<Found>, origin: SettingOrigin) {
        for Found { key, raw, place } in values {
            let entry =
                self.entries.get(&key).cloned().or_else(|| families::instrument_entry(&key));
            let Some(entry) = entry else {
                if !self.inside_unknown_section(&key, &place) {
                    let error = self.unknown(place, key);
                    self.errors.push(error);
                }
                continue;
            };
            let key = entry.key.to_string();
            match entry.kind.apply(&mut self.settings, &raw) {
                Ok(text) => {
                    self.settings
                        .values
                        .insert(key, Applied { text, origin, place, changed: None });
                }
                Err(problem) => {
                    let value = (!entry.secret).then(|| raw.shown());
                    self.errors.push(SettingError { place, key, value, problem });
                }
            }
        }
    }

    /// Reports tables that hold no known key.
    fn sections(&mut self, tables: &[(String, String)]) {
        for (name, place) in tables {
            let inner = format!("{name}.");
            let known = self.entries.keys().any(|key| key.starts_with(&inner))
                || name == "instruments"
                || families::instrument_entry(&format!("{name}.base")).is_some();
            let reported = self.inside_unknown_section(name, place);
            if known || reported {
                continue;
            }
            let problem = if self.entries.contains_key(name) {
                "is a setting with one value, not a section".to_owned()
            } else {
                let sections = self.entries.values().map(Entry::table);
                match suggest::nearest(name, sections) {
                    Some(near) => format!("is an unknown section; did you mean [{near}]?"),
                    None => "is an unknown section".to_owned(),
                }
            };
            let key = format!("[{name}]");
            self.errors.push(SettingError { place: place.clone(), key, value: None, problem });
        }
    }

    /// True when the same file's section has been reported already.
    fn inside_unknown_section(&self, key: &str, place: &str) -> bool {
        let file = |place: &str| place.rsplit_once(':').map(|(f, _)| f.to_owned());
        self.errors.iter().any(|error| {
            let section = error.key.strip_prefix('[').and_then(|k| k.strip_suffix(']'));
            section.is_some_and(|s| key.starts_with(&format!("{s}.")))
                && file(&error.place) == file(place)
        })
    }

    fn unknown(&self, place: String, key: String) -> SettingError {
        let problem = unknown_key(&key, self.entries.keys().map(String::as_str));
        SettingError { place, key, value: None, problem }
    }

    fn finish(mut self) -> Result<Settings, SettingErrors> {
        self.errors.extend(cross::check(&self.settings, &self.errors));
        if self.errors.is_empty() { Ok(self.settings) } else { Err(SettingErrors(self.errors)) }
    }
}

/// What is wrong with a key that no entry has.
pub(super) fn unknown_key<'a>(key: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let inner = format!("{key}.");
    match suggest::nearest(key, known.clone()) {
        Some(near) => format!("is an unknown key; did you mean {near}?"),
        None if key.starts_with("instruments.") => {
            "is an unknown key; instruments have base, quote, tick_size, lot_size and min_notional, as in instruments.BTCUSDT.tick_size".to_owned()
        }
        None if known.into_iter().any(|k| k.starts_with(&inner)) => {
            "is a section, not a value".to_owned()
        }
        None => "is an unknown key".to_owned(),
    }
}
