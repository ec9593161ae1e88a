//! Reads a TOML file into keys, values and places, without knowing what the keys mean.
//!
//! Syntax errors do not hide each other: the parser goes on and everything it found is reported.

use super::errors::SettingError;
use super::kind::Raw;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value with its key and place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Dotted key.
    pub key: String,
    /// The value.
    pub raw: Raw,
    /// E.g. `tradingd.toml:12`.
    pub place: String,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// Its values, in order of the file.
    pub values: Vec<Found>,
    /// Its tables, with their places.
    pub tables: Vec<(String, String)>,
    /// What could not be read.
    pub errors: Vec<SettingError>,
}

/// Reads a file.
pub fn read(path: &Path) -> Contents {
    let place = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&place, &text),
        Err(error) => {
            let problem = format!("can't be read: {error}");
            let error = SettingError { place, key: String::new(), value: None, problem };
            Contents { errors: vec![error], ..Contents::default() }
        }
    }
}

/// Reads the text of a file called `name`.
pub fn parse(name: &str, text: &str) -> Contents {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut walk = Walk { name, text, contents: Contents::default() };
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        let place = walk.place(at);
        let problem = error.message().replace('\n', ", ");
        walk.contents.errors.push(SettingError { place, key: String::new(), value: None, problem });
    }
    walk.table("", table.get_ref());
    // Tables are walked in order of name; people read in order of line.
    let mut contents = walk.contents;
    contents.values.sort_by_key(|found| line_of(&found.place));
    contents
}

fn line_of(place: &str) -> usize {
    place.rsplit_once(':').and_then(|(_, line)| line.parse().ok()).unwrap_or(0)
}

struct Walk<'a> {
    name: &'a str,
    text: &'a str,
    contents: Contents,
}

impl Walk<'_> {
    fn place(&self, offset: usize) -> String {
        let before = self.text.as_bytes().iter().take(offset);
        format!("{}:{}", self.name, 1 + before.filter(|b| **b == b'\n').count())
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = if prefix.is_empty() {
                name.get_ref().to_string()
            } else {
                format!("{prefix}.{}", name.get_ref())
            };
            let place = self.place(name.span().start);
            self.value(key, place, value);
        }
    }

    fn value(&mut self, key: String, place: String, value: &Spanned<DeValue<'_>>) {
        let raw = match value.get_ref() {
            DeValue::Table(table) => {
                self.contents.tables.push((key.clone(), place));
                return self.table(&key, table);
            }
            DeValue::Array(items) => {
                let texts: Option<Vec<String>> =
                    items.iter().map(|item| scalar(item.get_ref())).collect();
                texts.map(Raw::Many)
            }
            other => scalar(other).map(Raw::One),
        };
        match raw {
            Some(raw) => self.contents.values.push(Found { key, raw, place }),
            None => self.contents.errors.push(SettingError {
                place,
                key,
                value: None,
                problem: "must be a text, number, true, false, or a list of those".to_owned(),
            }),
        }
    }
}

/// A single value as text; numbers exactly as written.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(|n| n.to_string())
        }
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(on) => Some(on.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_lines_and_digits() {
        let contents = parse(
            "t.toml",
            "mode = \"paper\"\n\n[risk]\nmax_drawdown_pct = 15.10\n[sim]\nsymbols = [\"A\",\n \"B\"]\n",
        );
        let seen: Vec<_> = contents
            .values
            .iter()
            .map(|f| (f.key.as_str(), f.raw.shown(), f.place.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                ("mode", "paper".to_owned(), "t.toml:1"),
                ("risk.max_drawdown_pct", "15.10".to_owned(), "t.toml:4"),
                ("sim.symbols", "[A, B]".to_owned(), "t.toml:6"),
            ]
        );
        assert!(contents.errors.is_empty());
    }

    #[test]
    fn all_syntax_errors_are_told() {
        let contents = parse("t.toml", "a = \nb = 1\nb = 2\nc = [[{}]]\n");
        let places: Vec<_> = contents.errors.iter().map(|e| e.place.as_str()).collect();
        assert_eq!(places.len(), 3, "{:?}", contents.errors);
        assert!(places.contains(&"t.toml:1") && places.contains(&"t.toml:4"), "{places:?}");
    }
}
