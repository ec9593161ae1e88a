//! Settings whose keys are not known when the daemon is compiled: the engine's strategies and
//! detectors with the parameters they describe themselves, and the tables of instruments.
//!
//! Adds no rule of its own to a strategy's parameter; the engine's table decides.

use super::entry::Entry;
use super::guard::Safer;
use super::kind::{self, Kind, Range};
use super::{InstrumentTable, Settings};
use domain::{Asset, Symbol};
use engine::regime::RegimeParams;
use engine::strategies::{ParamError, ParamInfo, Parameters, StrategyParams};
use engine::trend::TrendParams;

/// Weights of votes.
const WEIGHT: Range = Range::closed(0, 100);

/// Whose parameters a setting belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The trend filter.
    Trend,
    /// The regime detector.
    Regime,
    /// A strategy.
    Strategy(String),
}

/// A field of `[instruments.SYMBOL]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstrumentField {
    /// What is bought and sold.
    Base,
    /// What it is paid with.
    Quote,
    /// Smallest price step.
    TickSize,
    /// Smallest quantity step.
    LotSize,
    /// Smallest order value.
    MinNotional,
}

impl InstrumentField {
    /// All fields with their names.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Base, "base"),
        (Self::Quote, "quote"),
        (Self::TickSize, "tick_size"),
        (Self::LotSize, "lot_size"),
        (Self::MinNotional, "min_notional"),
    ];

    /// The allowed values in words.
    #[must_use]
    pub const fn range(self) -> &'static str {
        match self {
            Self::Base | Self::Quote => "an asset of 1 to 12 letters and digits",
            Self::TickSize | Self::LotSize => "above 0 to 1000000",
            Self::MinNotional => "0 to 1000000",
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Base => "Asset that is bought and sold; needed when the symbol doesn't tell.",
            Self::Quote => "Asset that it is paid with; needed when the symbol doesn't tell.",
            Self::TickSize => "Smallest price step.",
            Self::LotSize => "Smallest quantity step.",
            Self::MinNotional => "Smallest order value that the venue takes.",
        }
    }

    const fn unit(self) -> &'static str {
        match self {
            Self::Base | Self::Quote => "",
            Self::TickSize | Self::MinNotional => "quote asset",
            Self::LotSize => "base asset",
        }
    }
}

/// The settings of trend filter, regime detector and strategies, as the engine describes them.
#[must_use]
pub fn engine_entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    let owned = |owner: &Owner, prefix: &str, infos: &'static [ParamInfo]| -> Vec<Entry> {
        infos.iter().map(|info| parameter(owner, prefix, info)).collect()
    };
    entries.extend(owned(&Owner::Trend, "trend", TrendParams::describe()));
    entries.extend(owned(&Owner::Regime, "regime", RegimeParams::describe()));
    for params in StrategyParams::all_defaults() {
        let name = params.name();
        let prefix = format!("strategies.{name}");
        entries.push(Entry::dynamic(
            format!("{prefix}.enabled"),
            "",
            "true",
            "Whether it has a vote on entries when the account is opened; afterwards botctl strategies enable and disable.",
            Kind::StrategySwitch(name.to_owned()),
        ).boot());
        entries.push(Entry::dynamic(
            format!("{prefix}.weight"),
            "",
            "1",
            "Weight of its vote; 0 has no vote.",
            Kind::StrategyWeight(name.to_owned()),
        ));
        entries.push(Entry::dynamic(
            format!("{prefix}.allotment_pct"),
            "percent",
            "100",
            "Share of equity that its lots and its part of working entries may take; 100 turns it off.",
            Kind::StrategyAllotment(name.to_owned()),
        ).risk(Safer::Lower));
        entries.extend(owned(&Owner::Strategy(name.to_owned()), &prefix, params.describe()));
    }
    entries
}

fn parameter(owner: &Owner, prefix: &str, info: &'static ParamInfo) -> Entry {
    let key = format!("{prefix}.{}", info.key);
    let kind = Kind::Parameter { owner: owner.clone(), info };
    Entry::dynamic(key, info.unit, info.default, info.description, kind)
}

/// The setting of an instrument's table; `None` when `key` is not of that form.
#[must_use]
pub fn instrument_entry(key: &str) -> Option<Entry> {
    let rest = key.strip_prefix("instruments.")?;
    let (symbol, name) = rest.rsplit_once('.')?;
    let plain: String = symbol.chars().filter(|c| *c != '/').collect::<String>().to_uppercase();
    Symbol::parse(&plain)?;
    let (field, name) = InstrumentField::ALL.into_iter().find(|(_, n)| *n == name)?;
    Some(
        Entry::dynamic(
            format!("instruments.{plain}.{name}"),
            field.unit(),
            "",
            field.description(),
            Kind::Instrument { symbol: plain, field },
        )
        .boot(),
    )
}

/// Sets a described parameter.
pub fn apply_parameter(
    settings: &mut Settings,
    owner: &Owner,
    key: &str,
    text: &str,
) -> Result<String, String> {
    let engine = &mut settings.engine;
    match owner {
        Owner::Trend => set(&mut engine.trend, key, text),
        Owner::Regime => set(&mut engine.regime, key, text),
        Owner::Strategy(name) => {
            let params = &mut strategy(settings, name).params;
            params.set(key, text).map_err(|e| rule(&e))?;
            Ok(shown(&params.values(), key))
        }
    }
}

fn set<P: Parameters>(params: &mut P, key: &str, text: &str) -> Result<String, String> {
    params.set(key, text).map_err(|e| rule(&e))?;
    Ok(shown(&params.values(), key))
}

fn rule(error: &ParamError) -> String {
    format!("must be {}", error.allowed)
}

fn shown(values: &[(&'static str, String)], key: &str) -> String {
    values.iter().find(|(k, _)| *k == key).map(|(_, v)| v.clone()).unwrap_or_default()
}

/// Switches a strategy.
pub fn apply_switch(settings: &mut Settings, name: &str, text: &str) -> Option<String> {
    let on: bool = text.parse().ok()?;
    strategy(settings, name).enabled = on;
    Some(on.to_string())
}

/// Weighs a strategy's vote.
pub fn apply_weight(settings: &mut Settings, name: &str, text: &str) -> Option<String> {
    let weight = kind::float(text, WEIGHT)?;
    strategy(settings, name).weight = weight;
    Some(weight.to_string())
}

/// Limits what a strategy may have in the market.
pub fn apply_allotment(settings: &mut Settings, name: &str, text: &str) -> Option<String> {
    let pct = kind::decimal(text, Range::above(0, 100))?;
    strategy(settings, name).allotment_pct = pct;
    Some(pct.to_string())
}

fn strategy<'a>(
    settings: &'a mut Settings,
    name: &str,
) -> &'a mut engine::settings::StrategySettings {
    settings
        .engine
        .strategies
        .iter_mut()
        .find(|s| s.params.name() == name)
        .expect("Invariant: settings hold every strategy that the engine describes")
}

/// Sets a field of an instrument's table.
pub fn apply_instrument(
    settings: &mut Settings,
    symbol: &str,
    field: InstrumentField,
    text: &str,
) -> Option<String> {
    let table = settings.instruments.entry(symbol.to_owned()).or_default();
    let million = 1_000_000;
    match field {
        InstrumentField::Base => table.base = Some(asset(text)?),
        InstrumentField::Quote => table.quote = Some(asset(text)?),
        InstrumentField::TickSize => {
            table.tick_size = Some(kind::decimal(text, Range::above(0, million))?);
        }
        InstrumentField::LotSize => {
            table.lot_size = Some(kind::decimal(text, Range::above(0, million))?);
        }
        InstrumentField::MinNotional => {
            table.min_notional = Some(kind::decimal(text, Range::closed(0, million))?);
        }
    }
    Some(table.shown(field))
}

fn asset(text: &str) -> Option<Asset> {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric());
    if plain { Asset::parse(&text.to_uppercase()) } else { None }
}

impl InstrumentTable {
    fn shown(&self, field: InstrumentField) -> String {
        let text = match field {
            InstrumentField::Base => self.base.map(|a| a.to_string()),
            InstrumentField::Quote => self.quote.map(|a| a.to_string()),
            InstrumentField::TickSize => self.tick_size.map(|d| d.to_string()),
            InstrumentField::LotSize => self.lot_size.map(|d| d.to_string()),
            InstrumentField::MinNotional => self.min_notional.map(|d| d.to_string()),
        };
        text.unwrap_or_default()
    }
}
