//! The commented sample configuration, made of the registry, so that it can't grow old.
//!
//! Every value stands there commented out with its default: a copy changes nothing until a line is
//! uncommented, and later defaults still arrive.

use super::entry::{Class, Entry};
use super::families::{InstrumentField, instrument_entry};
use super::kind::{Kind, Raw};
use super::{Settings, table};
use std::fmt::Write as _;

const HEAD: &str = "\
# Settings of tradingd. Made by `tradingd settings`; do not edit the copy in deploy/.
#
# Everything is optional: what is commented out here is the default. A flag (--set key=value) beats
# an environment variable (TRADINGD__RISK__MAX_DRAWDOWN_PCT for risk.max_drawdown_pct), which beats
# this file. Unknown keys and values out of range keep the daemon from starting; all of them are
# named at once. Settings of class restart are read when the daemon starts. Those of class hot can
# also be changed while it runs (botctl settings set); what was changed so is kept until the value
# here changes.
";

/// The sample configuration.
#[must_use]
pub fn sample_toml() -> String {
    let mut text = HEAD.to_owned();
    let entries = table::registry();
    // TOML wants keys without a table first; tables follow in order of appearance.
    let mut tables: Vec<&str> = vec![""];
    for entry in &entries {
        if !tables.contains(&entry.table()) {
            tables.push(entry.table());
        }
    }
    let mut section = "General";
    for name in tables {
        let inside: Vec<&Entry> = entries.iter().filter(|e| e.table() == name).collect();
        if let Some(first) = inside.first().filter(|e| e.section() != section) {
            section = first.section();
            let _ = write!(text, "\n# ---- {section} ----\n");
        }
        if !name.is_empty() {
            let _ = write!(text, "\n[{name}]\n");
        }
        for entry in inside {
            write_entry(&mut text, entry, entry.default);
        }
    }
    write_instruments(&mut text);
    text
}

fn write_instruments(text: &mut String) {
    text.push_str(
        "\n# ---- Instruments ----\n\
         # Steps of pairs that the daemon does not know, one table a pair. Fields that are left out\n\
         # come from the symbol.\n\
         #[instruments.BTCUSDT]\n",
    );
    let mut settings = Settings::blank();
    for (_, name) in InstrumentField::ALL {
        let example = match name {
            "base" => "BTC",
            "quote" => "USDT",
            "tick_size" => "0.01",
            "lot_size" => "0.00001",
            _ => "5",
        };
        let entry = instrument_entry(&format!("instruments.BTCUSDT.{name}"))
            .expect("Invariant: BTCUSDT is a symbol and the field exists");
        entry
            .kind
            .apply(&mut settings, &Raw::One(example.to_owned()))
            .expect("Invariant: the example is in its range");
        write_entry(text, &entry, example);
    }
}

fn write_entry(text: &mut String, entry: &Entry, value: &str) {
    text.push('\n');
    for line in wrap(&entry.sentence(), 96) {
        let _ = writeln!(text, "# {line}");
    }
    let unit = if entry.unit.is_empty() { String::new() } else { format!(" ({})", entry.unit) };
    for line in wrap(&format!("Allowed: {}{unit}.", entry.kind.range()), 96) {
        let _ = writeln!(text, "# {line}");
    }
    let class = match entry.class {
        Class::Hot => "hot",
        Class::Boot => "restart",
    };
    let secret = if entry.secret { "; secret" } else { "" };
    let _ = writeln!(text, "# Class: {class}{secret}.");
    let _ = writeln!(text, "#{} = {}", entry.name(), literal(&entry.kind, value));
}

/// The value as TOML.
fn literal(kind: &Kind, value: &str) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    if kind.is_list() {
        let items: Vec<String> = value.split(',').filter(|i| !i.is_empty()).map(quoted).collect();
        return format!("[{}]", items.join(", "));
    }
    let plain = matches!(value, "true" | "false")
        || (value.parse::<f64>().is_ok_and(f64::is_finite)
            && value.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
    if plain { value.to_owned() } else { quoted(value) }
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("Invariant: there is always a line");
        if !line.is_empty() && line.len() + 1 + word.len() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
