//! What is wrong with the settings: one entry per mistake, all of them at once.

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// Where it was written, e.g. `tradingd.toml:12`, `environment TRADINGD__LISTEN`, `--set`.
    pub place: String,
    /// The key, or the section; empty when the whole source is at fault.
    pub key: String,
    /// The value as given; `None` when there is none to show.
    pub value: Option<String>,
    /// The rule that is broken, to be read after the key.
    pub problem: String,
}

impl std::fmt::Display for SettingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(f, "{} ", self.key)?;
        }
        f.write_str(&self.problem)?;
        match &self.value {
            Some(value) => write!(f, ", got {value:?}"),
            None => Ok(()),
        }
    }
}

/// All mistakes of all sources; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingErrors(pub Vec<SettingError>);

impl std::error::Error for SettingErrors {}

impl std::fmt::Display for SettingErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.0.len();
        write!(f, "{count} setting{} can't be used", if count == 1 { "" } else { "s" })?;
        for error in &self.0 {
            write!(f, "\n  {error}")?;
        }
        Ok(())
    }
}
