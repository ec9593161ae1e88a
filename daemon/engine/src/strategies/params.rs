//! Typed parameters that can be listed, shown, set from text and checked, all from one table per
//! parameter struct. Reading files and asking people is not done here.

use std::fmt;

/// One parameter, as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamInfo {
    /// Name in settings files and commands.
    pub key: &'static str,
    /// What it does, one sentence.
    pub description: &'static str,
    /// Unit of the value, empty for plain numbers and choices.
    pub unit: &'static str,
    /// Value when nothing is configured.
    pub default: &'static str,
    /// Smallest allowed number, empty for choices.
    pub min: &'static str,
    /// Largest allowed number, empty for choices.
    pub max: &'static str,
    /// The allowed words, empty for numbers.
    pub choices: &'static [&'static str],
}

impl ParamInfo {
    /// A number between `min` and `max`, both allowed.
    #[must_use]
    pub const fn number(
        key: &'static str,
        unit: &'static str,
        default: &'static str,
        [min, max]: [&'static str; 2],
        description: &'static str,
    ) -> Self {
        Self { key, description, unit, default, min, max, choices: &[] }
    }

    /// One of a few words.
    #[must_use]
    pub const fn choice(
        key: &'static str,
        default: &'static str,
        choices: &'static [&'static str],
        description: &'static str,
    ) -> Self {
        Self { key, description, unit: "", default, min: "", max: "", choices }
    }

    /// A switch, off by default.
    #[must_use]
    pub const fn flag(key: &'static str, description: &'static str) -> Self {
        Self::choice(key, "false", &["true", "false"], description)
    }

    /// The allowed values in words.
    #[must_use]
    pub fn allowed(&self) -> String {
        if self.choices.is_empty() {
            format!("from {} to {}", self.min, self.max)
        } else {
            self.choices.join(" or ")
        }
    }

    fn allows(&self, number: f64) -> bool {
        let bound = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
        number >= bound(self.min) && number <= bound(self.max)
    }
}

/// A parameter with a value it must not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{owner}.{key} must be {allowed}, got {value:?}")]
pub struct ParamError {
    /// The strategy or detector the parameter belongs to.
    pub owner: &'static str,
    /// The parameter.
    pub key: String,
    /// The value that was refused.
    pub value: String,
    /// What it may be.
    pub allowed: String,
}

/// Where one parameter lives inside its struct.
#[derive(Debug)]
pub enum Slot<'a> {
    /// A whole number.
    Count(&'a mut u32),
    /// Any finite number.
    Number(&'a mut f64),
    /// On or off.
    Flag(&'a mut bool),
    /// One of a few words.
    Word(&'a mut dyn Word),
}

/// A value that is one of a few words.
pub trait Word: fmt::Debug {
    /// The word for this value.
    fn word(&self) -> &'static str;
    /// Takes the value for `word`; false and unchanged when there is none.
    #[must_use]
    fn assign(&mut self, word: &str) -> bool;
}

impl fmt::Display for Slot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Flag(value) => write!(f, "{value}"),
            Self::Word(value) => f.write_str(value.word()),
        }
    }
}

impl Slot<'_> {
    /// Reads `text` into the slot; false and unchanged when it is not allowed.
    fn assign(&mut self, info: &ParamInfo, text: &str) -> bool {
        fn put<T>(slot: &mut T, value: Option<T>) -> bool {
            value.map(|v| *slot = v).is_some()
        }
        match self {
            Self::Count(slot) => {
                put(*slot, text.parse().ok().filter(|v: &u32| info.allows(f64::from(*v))))
            }
            Self::Number(slot) => put(*slot, text.parse().ok().filter(|v| info.allows(*v))),
            Self::Flag(slot) => put(*slot, text.parse().ok()),
            Self::Word(slot) => slot.assign(text),
        }
    }
}

/// A struct of parameters with a table that describes them.
pub trait Parameters: Clone + Default {
    /// The strategy or detector they belong to.
    const OWNER: &'static str;

    /// All parameters, in the order people should see them.
    fn describe() -> &'static [ParamInfo];

    /// The place of one parameter.
    fn slot(&mut self, key: &str) -> Option<Slot<'_>>;

    /// Rules between parameters, each broken one as an error.
    fn broken_rules(&self) -> Vec<ParamError>;

    /// Sets one parameter from text. Only its own range is checked here, so that several parameters
    /// can be changed in any order; [`Self::validate`] checks the rules between them.
    ///
    /// # Errors
    /// Unknown key, or a value that is unreadable or out of range; nothing changes then.
    fn set(&mut self, key: &str, value: &str) -> Result<(), ParamError> {
        let infos = Self::describe();
        let Some(info) = infos.iter().find(|info| info.key == key) else {
            let keys: Vec<_> = infos.iter().map(|info| info.key).collect();
            let allowed = format!("one of the parameters {}", keys.join(", "));
            return Err(ParamError {
                owner: Self::OWNER,
                key: key.to_owned(),
                value: value.to_owned(),
                allowed,
            });
        };
        let text = value.trim();
        if self.slot(key).is_some_and(|mut slot| slot.assign(info, text)) {
            return Ok(());
        }
        Err(Self::error(key, text, info.allowed()))
    }

    /// Every parameter as text, in the order of the table.
    fn values(&self) -> Vec<(&'static str, String)> {
        let mut copy = self.clone();
        let text = |info: &ParamInfo| {
            let slot =
                copy.slot(info.key).expect("Invariant: every described parameter has a slot");
            (info.key, slot.to_string())
        };
        Self::describe().iter().map(text).collect()
    }

    /// Every broken range and rule; empty when all is well.
    fn validate(&self) -> Vec<ParamError> {
        let mut copy = self.clone();
        let mut errors: Vec<_> = self
            .values()
            .into_iter()
            .filter_map(|(key, value)| copy.set(key, &value).err())
            .collect();
        errors.extend(self.broken_rules());
        errors
    }

    /// An error about one parameter of this struct.
    #[must_use]
    fn error(key: &str, value: impl fmt::Display, allowed: impl Into<String>) -> ParamError {
        ParamError {
            owner: Self::OWNER,
            key: key.to_owned(),
            value: value.to_string(),
            allowed: allowed.into(),
        }
    }
}
