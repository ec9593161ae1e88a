//! How the text of a setting is read, what range it must be in, and how the range is said in words.
//!
//! Knows nothing about files, environment or precedence; one value at a time.

use super::Settings;
use super::families::{self, InstrumentField, Owner};
use domain::Decimal;
use engine::strategies::ParamInfo;

/// A value as a source gave it, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// One value.
    One(String),
    /// A TOML array.
    Many(Vec<String>),
}

impl Raw {
    /// The value as a person would write it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::One(text) => text.clone(),
            Self::Many(items) => format!("[{}]", items.join(", ")),
        }
    }

    /// A list; one text is split at commas, so that the environment and flags can give lists.
    fn list(&self) -> Vec<String> {
        let pieces: Vec<&str> = match self {
            Self::One(text) => text.split(',').collect(),
            Self::Many(items) => items.iter().map(String::as_str).collect(),
        };
        pieces.iter().map(|p| p.trim()).filter(|p| !p.is_empty()).map(str::to_owned).collect()
    }
}

/// Bounds in whole numbers.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// Smallest value, or the bound that must be exceeded.
    pub least: i64,
    /// True when the value must be above `least`.
    pub above: bool,
    /// Largest value.
    pub most: i64,
}

impl Range {
    /// `least` to `most`, both allowed.
    #[must_use]
    pub const fn closed(least: i64, most: i64) -> Self {
        Self { least, above: false, most }
    }

    /// Above `least`, to `most`.
    #[must_use]
    pub const fn above(least: i64, most: i64) -> Self {
        Self { least, above: true, most }
    }

    fn words(self) -> String {
        format!("{}{} to {}", if self.above { "above " } else { "" }, self.least, self.most)
    }
}

/// What a setting's value is and where it goes.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `true` or `false`.
    Switch(fn(&mut Settings, bool)),
    /// A whole number.
    Count(Range, fn(&mut Settings, u64)),
    /// An exact decimal.
    Decimal(Range, fn(&mut Settings, Decimal)),
    /// A floating-point number, for indicators and votes, never for money.
    Float(Range, fn(&mut Settings, f64)),
    /// One of some words.
    Choice(&'static [&'static str], fn(&mut Settings, &str)),
    /// Text with a rule of its own; the function refuses by `false`.
    Text(&'static str, fn(&mut Settings, &str) -> bool),
    /// A list with a rule of its own; the function names the first bad item.
    List(&'static str, fn(&mut Settings, &[String]) -> Result<(), String>),
    /// Whether a strategy is on.
    StrategySwitch(String),
    /// The weight of a strategy's vote.
    StrategyWeight(String),
    /// What a strategy may have in the market.
    StrategyAllotment(String),
    /// A parameter that the engine describes.
    Parameter {
        /// Whose it is.
        owner: Owner,
        /// The engine's description.
        info: &'static ParamInfo,
    },
    /// A field of an instrument's table.
    Instrument {
        /// The symbol in upper case.
        symbol: String,
        /// Which field.
        field: InstrumentField,
    },
}

impl Kind {
    /// The allowed values in words.
    #[must_use]
    pub fn range(&self) -> String {
        match self {
            Self::Switch(_) => "true or false".to_owned(),
            Self::Count(range, _) => format!("a whole number, {}", range.words()),
            Self::Decimal(range, _) | Self::Float(range, _) => range.words(),
            Self::Choice(words, _) => words.join(" or "),
            Self::Text(rule, _) | Self::List(rule, _) => (*rule).to_owned(),
            Self::StrategySwitch(_) => "true or false".to_owned(),
            Self::StrategyWeight(_) => "0 to 100".to_owned(),
            Self::StrategyAllotment(_) => "above 0 to 100".to_owned(),
            Self::Parameter { info, .. } => info.allowed(),
            Self::Instrument { field, .. } => field.range().to_owned(),
        }
    }

    /// The allowed words, for kinds that take one of some.
    #[must_use]
    pub const fn options(&self) -> &'static [&'static str] {
        match self {
            Self::Choice(words, _) => words,
            Self::Switch(_) | Self::StrategySwitch(_) => &["true", "false"],
            _ => &[],
        }
    }

    /// True when the value is written as a TOML array.
    #[must_use]
    pub const fn is_list(&self) -> bool {
        matches!(self, Self::List(..))
    }

    /// Reads `raw` into `settings` and gives the value's canonical text.
    ///
    /// # Errors
    /// The rule that the value breaks, to follow the key; `settings` is unchanged then.
    pub fn apply(&self, settings: &mut Settings, raw: &Raw) -> Result<String, String> {
        if let Self::List(_, set) = self {
            let items = raw.list();
            return match set(settings, &items) {
                Ok(()) => Ok(items.join(",")),
                Err(item) => Err(format!("{}; {item:?} is not", self.rule())),
            };
        }
        match raw {
            Raw::One(text) => self.apply_text(settings, text.trim()),
            Raw::Many(_) => Err(format!("{}, and a single value", self.rule())),
        }
    }

    fn rule(&self) -> String {
        format!("must be {}", self.range())
    }

    fn apply_text(&self, settings: &mut Settings, text: &str) -> Result<String, String> {
        let applied = match self {
            Self::Switch(set) => put(settings, text.parse().ok(), *set),
            Self::Count(range, set) => put(settings, count(text, *range), *set),
            Self::Decimal(range, set) => put(settings, decimal(text, *range), *set),
            Self::Float(range, set) => put(settings, float(text, *range), *set),
            Self::Choice(words, set) => {
                let word = text.to_lowercase();
                words.contains(&word.as_str()).then(|| {
                    set(settings, &word);
                    word
                })
            }
            Self::Text(_, set) => set(settings, text).then(|| text.to_owned()),
            Self::StrategySwitch(name) => families::apply_switch(settings, name, text),
            Self::StrategyWeight(name) => families::apply_weight(settings, name, text),
            Self::StrategyAllotment(name) => families::apply_allotment(settings, name, text),
            Self::Instrument { symbol, field } => {
                families::apply_instrument(settings, symbol, *field, text)
            }
            // The engine knows more about its rule than the range.
            Self::Parameter { owner, info } => {
                return families::apply_parameter(settings, owner, info.key, text);
            }
            Self::List(..) => None,
        };
        applied.ok_or_else(|| self.rule())
    }
}

/// Sets a value that could be read, and gives its canonical text.
fn put<T: Copy + ToString>(
    settings: &mut Settings,
    value: Option<T>,
    set: fn(&mut Settings, T),
) -> Option<String> {
    let value = value?;
    set(settings, value);
    Some(value.to_string())
}

/// A whole number in a range.
fn count(text: &str, range: Range) -> Option<u64> {
    let number: u64 = text.replace('_', "").parse().ok()?;
    let least = range.least + i64::from(range.above);
    let inside = i64::try_from(number).is_ok_and(|n| n >= least && n <= range.most);
    inside.then_some(number)
}

/// An exact decimal in a range; trailing zeros are dropped, exponents are not taken.
pub fn decimal(text: &str, range: Range) -> Option<Decimal> {
    let number: Decimal = text.replace('_', "").parse().ok()?;
    let least = Decimal::from(range.least);
    let inside =
        number >= least && (!range.above || number > least) && number <= Decimal::from(range.most);
    inside.then(|| number.normalize())
}

/// A finite float in a range.
pub fn float(text: &str, range: Range) -> Option<f64> {
    let number: f64 = text.replace('_', "").parse().ok()?;
    let least = range.least as f64;
    let inside = number.is_finite()
        && number >= least
        && (!range.above || number > least)
        && number <= range.most as f64;
    inside.then_some(number)
}
