//! Rules between settings, and between settings and the source.
//!
//! A rule is left out when one of its settings was refused already, so that one mistake gives one
//! message.

use super::errors::{SettingError, SettingErrors};
use super::{Mode, Settings, SourceKind};
use domain::Interval;
use engine::settings::InstrumentSettings;
use std::collections::BTreeSet;
use tradingd_proto::v1::SettingOrigin;

/// Collects broken rules, each told at the place of its first key.
struct Rules<'a> {
    settings: &'a Settings,
    refused: BTreeSet<&'a str>,
    broken: Vec<SettingError>,
}

impl Rules<'_> {
    /// Adds an error about `keys[0]` unless one of the keys was refused.
    fn require(&mut self, holds: bool, keys: &[&str], problem: impl FnOnce() -> String) {
        if !holds && !keys.iter().any(|key| self.refused.contains(key)) {
            let error = error_at(self.settings, keys[0], problem());
            self.broken.push(error);
        }
    }
}

/// An error with the place and value of a key.
fn error_at(settings: &Settings, key: &str, problem: String) -> SettingError {
    let applied = settings.values.get(key);
    SettingError {
        place: applied.map_or_else(|| "default".to_owned(), |a| a.place.clone()),
        key: key.to_owned(),
        value: applied.map(|a| a.text.clone()),
        problem,
    }
}

/// Every broken rule between settings.
pub(super) fn check(settings: &Settings, refused: &[SettingError]) -> Vec<SettingError> {
    let refused = refused.iter().map(|e| e.key.as_str()).collect();
    let mut rules = Rules { settings, refused, broken: Vec::new() };
    source(&mut rules);
    signals(&mut rules);
    risk(&mut rules);
    parameters(&mut rules);
    instruments(&mut rules);
    transport(&mut rules);
    retention(&mut rules);
    rules.broken
}

fn source(rules: &mut Rules<'_>) {
    let s = rules.settings;
    rules.require(s.mode == Mode::Paper, &["mode"], || {
        "must be paper: this version has no venue to trade live on".to_owned()
    });
    let replay = s.source.kind == SourceKind::Replay;
    rules.require(
        super::table::alerts::telegram_is_whole(s),
        &["telegram.chat_id", "telegram.bot_token"],
        || "must be set when telegram.bot_token is".to_owned(),
    );
    rules.require(!replay || !s.source.files.is_empty(), &["source.files", "source.kind"], || {
        "must name at least one file when source.kind is replay".to_owned()
    });
    if !replay {
        let keys = ["sim.symbols", "paper.quote_asset", "sim.interval"];
        if !keys.iter().any(|key| rules.refused.contains(key)) {
            let symbols: Vec<_> =
                s.sim.symbols.iter().map(|text| (text.clone(), s.sim.interval)).collect();
            if let Err(SettingErrors(errors)) = resolve(s, &symbols) {
                rules.broken.extend(errors);
            }
        }
    }
}

fn retention(rules: &mut Rules<'_>) {
    let days = rules.settings.audit.retention_days;
    rules.require(days == 0 || days >= 90, &["audit.retention_days"], || {
        "must be 0 (keep everything) or 90 to 36500 days".to_owned()
    });
}

fn transport(rules: &mut Rules<'_>) {
    let (tls, server) = (&rules.settings.tls, &rules.settings.server);
    let both = tls.certificate.is_some() == tls.key.is_some();
    rules.require(both, &["tls.certificate", "tls.key"], || {
        "must be set together with tls.key, or neither".to_owned()
    });
    let wanted = tls.client_ca.is_none() || rules.settings.uses_tls();
    rules.require(wanted, &["tls.client_ca", "tls.enabled", "listen"], || {
        "must be empty while TLS is off; set tls.enabled to on".to_owned()
    });
    let most = server.max_connections;
    let keys = ["server.reserved_connections", "server.max_connections"];
    rules.require(server.reserved < most, &keys, || {
        format!("must be below server.max_connections, {most}")
    });
}

fn signals(rules: &mut Rules<'_>) {
    let s = rules.settings;
    let engine = &s.engine;
    rules.require(
        !engine.trend_filter_enabled || engine.timeframes.contains(&engine.trend_timeframe),
        &["trend.timeframe", "timeframes", "trend.enabled"],
        || format!("must be one of timeframes ({})", list(&engine.timeframes)),
    );
    let weight: f64 = engine.strategies.iter().filter(|s| s.enabled).map(|s| s.weight).sum();
    rules.require(
        weight <= 0.0 || engine.ensemble.signal_min_agreement <= weight,
        &["ensemble.signal_min_agreement"],
        || format!("must be at most {weight}, what all enabled strategies weigh together"),
    );
}

fn risk(rules: &mut Rules<'_>) {
    let risk = &rules.settings.engine.risk;
    rules.require(
        risk.max_position_size_pct <= risk.max_total_exposure_pct,
        &["risk.max_position_size_pct", "risk.max_total_exposure_pct"],
        || {
            let most = risk.max_total_exposure_pct;
            format!("must be at most risk.max_total_exposure_pct, {most} percent")
        },
    );
}

/// Rules between the parameters of one strategy or detector.
fn parameters(rules: &mut Rules<'_>) {
    use engine::strategies::Parameters as _;
    let engine = &rules.settings.engine;
    let detectors =
        [("trend", engine.trend.validate()), ("regime", engine.regime.validate())].into_iter();
    let strategies = engine
        .strategies
        .iter()
        .map(|s| (s.params.name(), s.params.validate()))
        .map(|(name, errors)| (format!("strategies.{name}"), errors));
    let all: Vec<_> =
        detectors.map(|(name, errors)| (name.to_owned(), errors)).chain(strategies).collect();
    for (prefix, errors) in all {
        for error in errors {
            let key = format!("{prefix}.{}", error.key);
            rules.require(false, &[&key], || format!("must be {}", error.allowed));
        }
    }
}

/// Tables of instruments that cannot become an instrument.
fn instruments(rules: &mut Rules<'_>) {
    let s = rules.settings;
    for (symbol, table) in &s.instruments {
        let key = format!("instruments.{symbol}");
        let place_key = s.values.keys().find(|k| k.starts_with(&format!("{key}."))).cloned();
        let Some(place_key) = place_key else { continue };
        if let Err(error) = s.instrument(symbol) {
            let mut error = error_at(s, &place_key, error.to_string());
            error.value = None;
            error.key = key;
            rules.broken.push(error);
        } else if table.base.is_some() && table.base == table.quote {
            let keys = [format!("{key}.base")];
            rules.require(false, &[&keys[0]], || "must differ from quote".to_owned());
        }
    }
}

/// See [`Settings::resolve_instruments`].
pub(super) fn resolve(
    settings: &Settings,
    symbols: &[(String, Interval)],
) -> Result<Vec<InstrumentSettings>, SettingErrors> {
    let key = match settings.source.kind {
        SourceKind::Sim => "sim.symbols",
        SourceKind::Replay => "source.files",
    };
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for (symbol, base_interval) in symbols {
        match settings.instrument(symbol) {
            Ok(instrument) if instrument.quote == settings.paper.quote_asset => {
                found.push(InstrumentSettings { instrument, base_interval: *base_interval });
            }
            Ok(instrument) => errors.push(error_at(
                settings,
                key,
                format!(
                    "holds {symbol}, which is paid in {}, but the account is in {} (paper.quote_asset)",
                    instrument.quote, settings.paper.quote_asset
                ),
            )),
            Err(error) => errors.push(error_at(settings, key, error.to_string())),
        }
    }
    let bases: BTreeSet<Interval> = symbols.iter().map(|(_, interval)| *interval).collect();
    for base in bases {
        errors.extend(intervals(settings, base));
    }
    if errors.is_empty() { Ok(found) } else { Err(SettingErrors(errors)) }
}

/// Intervals that cannot be made of candles of `base`.
fn intervals(settings: &Settings, base: Interval) -> Vec<SettingError> {
    let engine = &settings.engine;
    let mut errors = Vec::new();
    let odd: Vec<Interval> =
        engine.timeframes.iter().copied().filter(|t| !t.is_multiple_of(base)).collect();
    // The shipped list is a wish: what a source of longer candles can't give is left out.
    let wished = settings
        .values
        .get("timeframes")
        .is_none_or(|applied| applied.origin == SettingOrigin::Default);
    if !odd.is_empty() && !wished {
        let problem = format!(
            "must be made of whole {base} candles, the source's own, and {} can't",
            list(&odd)
        );
        errors.push(error_at(settings, "timeframes", problem));
    }
    if let Some(signal) = engine.signal_interval
        && signal != base
        && !engine.timeframes.contains(&signal)
    {
        let problem =
            format!("must be {base}, the source's own, or one of {}", list(&engine.timeframes));
        errors.push(error_at(settings, "signal_interval", problem));
    }
    errors
}

fn list(intervals: &[Interval]) -> String {
    intervals.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
