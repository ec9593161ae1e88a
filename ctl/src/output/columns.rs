//! The columns of `-o wide`, `-o csv` and `--columns`: one per scalar field of a row's message.
//!
//! They are declared once, in the protocol: a verb hands its answer over and needs no list of its
//! own, and a new field of a row is a new column. Names are those of the `.proto` files, fields of a
//! message within are joined with a dot (`account.asset`), and values are the protocol's own: exact
//! decimals, RFC 3339 moments.

use crate::failure::Failure;
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

/// Messages with more fields than this are counted, not listed, within a cell for people.
const LONG: usize = 3;

/// One column of a row.
#[derive(Debug, Clone)]
pub struct Column {
    /// Path of the field, e.g. `symbol` or `trading_state.epoch`.
    pub name: String,
    /// The field at the end of the path.
    field: FieldDescriptor,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As in the protocol's JSON; what has no scalar form is JSON itself.
    Exact,
    /// For people: enums as words, moments to the second, lists as words.
    Words,
}

/// The columns of a message, in the order of its declaration. Lists come last with [`Form::Words`]'
/// short form, or as JSON.
#[must_use]
pub fn of(message: &MessageDescriptor) -> Vec<Column> {
    let mut columns = Vec::new();
    collect(message, "", &mut columns);
    columns
}

fn collect(message: &MessageDescriptor, prefix: &str, columns: &mut Vec<Column>) {
    for field in message.fields() {
        let name = format!("{prefix}{}", field.name());
        match field.kind() {
            Kind::Message(inner)
                if field.cardinality() != prost_reflect::Cardinality::Repeated
                    && !is_scalar(&inner) =>
            {
                collect(&inner, &format!("{name}."), columns);
            }
            _ => columns.push(Column { name, field }),
        }
    }
}

/// True for messages that JSON writes as text.
fn is_scalar(message: &MessageDescriptor) -> bool {
    message.full_name().starts_with("google.protobuf.")
}

/// The columns that were asked for, in that order; all without a wish.
///
/// # Errors
/// When a name is none of them: the names there are, are told.
pub fn chosen(all: Vec<Column>, wanted: &[String]) -> Result<Vec<Column>, Failure> {
    if wanted.is_empty() {
        return Ok(all);
    }
    let find = |name: &String| {
        all.iter().find(|column| column.name == *name).cloned().ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|column| column.name.as_str()).collect();
            Failure::usage(format!("--columns: there is no column {name:?}"))
                .with_hint(format!("columns of this verb: {}", names.join(", ")))
        })
    };
    wanted.iter().map(find).collect()
}

impl Column {
    /// The value in a row, as text; empty when it is absent.
    #[must_use]
    pub fn value(&self, row: &Value, form: Form) -> String {
        let mut at = row;
        for step in self.name.split('.') {
            match at.get(step) {
                Some(next) => at = next,
                None => return String::new(),
            }
        }
        match form {
            Form::Exact => exact(at),
            Form::Words => self.words(at),
        }
    }

    /// True when numbers stand in it, also as decimal text.
    #[must_use]
    pub fn is_number(&self, row: &Value) -> bool {
        let value = self.value(row, Form::Exact);
        value.parse::<rust_decimal::Decimal>().is_ok()
    }

    fn words(&self, value: &Value) -> String {
        match value {
            Value::Array(items) if items.len() > 1 && self.is_long() => {
                format!("{} entries", items.len())
            }
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.words(item)).collect();
                items.join(", ")
            }
            Value::Object(object) => self.in_order(object),
            Value::String(text) => self.word(text),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            other => exact(other),
        }
    }

    /// True for messages that are too long for a list in a cell.
    fn is_long(&self) -> bool {
        matches!(self.field.kind(), Kind::Message(message) if message.fields().len() > LONG)
    }

    /// The values of a message in the order of its declaration, separated by blanks.
    fn in_order(&self, object: &Map<String, Value>) -> String {
        let Kind::Message(message) = self.field.kind() else { return exact(&json!(object)) };
        let columns = of(&message);
        let parts = columns.iter().map(|column| match object.get(&column.name) {
            Some(value) => column.words(value),
            None => String::new(),
        });
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn word(&self, text: &str) -> String {
        match self.field.kind() {
            Kind::Enum(kind) if kind.get_value_by_name(text).is_some() => {
                enum_word(kind.name(), text)
            }
            Kind::Message(kind) if kind.full_name() == "google.protobuf.Timestamp" => {
                text.parse().map_or_else(|_| text.to_owned(), |at| super::format::utc(Some(&at)))
            }
            _ => text.to_owned(),
        }
    }
}

/// `ORDER_SIDE_BUY` of `OrderSide` as `buy`; nothing for the unspecified value.
fn enum_word(kind: &str, name: &str) -> String {
    let mut prefix = String::new();
    for (index, letter) in kind.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            prefix.push('_');
        }
        prefix.extend(letter.to_uppercase());
    }
    match name.strip_prefix(&format!("{prefix}_")) {
        Some("UNSPECIFIED") => String::new(),
        Some(rest) => rest.to_lowercase().replace('_', " "),
        None => name.to_owned(),
    }
}

/// Scalars as they are, anything else as JSON on one line.
fn exact(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => String::new(),
        Value::Object(object) if object.is_empty() => String::new(),
        other => other.to_string(),
    }
}

/// The field of an answer that holds its rows: the first list of messages. `None`: the answer is
/// one object.
#[must_use]
pub fn list_of(message: &MessageDescriptor) -> Option<(String, MessageDescriptor)> {
    message.fields().find_map(|field| match field.kind() {
        // A list of moments is no list of rows.
        Kind::Message(row) if field.is_list() && row.package_name() != "google.protobuf" => {
            Some((field.name().to_owned(), row))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::json;
    use tradingd_proto::v1;

    fn names(columns: &[Column]) -> Vec<&str> {
        columns.iter().map(|column| column.name.as_str()).collect()
    }

    #[test]
    fn every_list_of_the_protocol_has_rows_and_columns() {
        let pool = json::pool().expect("valid");
        let mut lists = 0;
        for service in pool.services().filter(|s| s.package_name() == "tradingd.v1") {
            for method in service.methods().filter(|m| m.name().starts_with("List")) {
                let (_, row) = list_of(&method.output())
                    .unwrap_or_else(|| panic!("{}: no list", method.full_name()));
                let columns = of(&row);
                let mut unique = names(&columns);
                unique.sort_unstable();
                unique.dedup();
                assert_eq!(unique.len(), columns.len(), "{}", row.full_name());
                assert!(!columns.is_empty(), "{}", row.full_name());
                lists += 1;
            }
        }
        assert!(lists >= 10, "{lists}");
    }

    #[test]
    fn values_are_exact_or_in_words() {
        let position = v1::Position {
            symbol: "BTC/USDT".to_owned(),
            quantity: "0.10000000".to_owned(),
            stop_kind: v1::StopKind::BreakEven.into(),
            opened_at: Some(prost_types::Timestamp { seconds: 1_769_868_300, nanos: 5_000_000 }),
            lots: vec![
                v1::Lot { strategy: "macd".to_owned(), quantity: "0.04".to_owned() },
                v1::Lot { strategy: "sma".to_owned(), quantity: "0.06".to_owned() },
            ],
            ..Default::default()
        };
        let (message, row) =
            (json::descriptor::<v1::Position>().expect("known"), json::of(&position));
        let row = row.expect("serialises");
        let columns = of(&message);
        let value = |name: &str, form| {
            let column = columns.iter().find(|c| c.name == name).expect("a column");
            column.value(&row, form)
        };
        for (name, exact, words) in [
            ("quantity", "0.10000000", "0.10000000"),
            ("stop_kind", "STOP_KIND_BREAK_EVEN", "break even"),
            ("opened_at", "2026-01-31T14:05:00.005Z", "2026-01-31 14:05:00"),
            ("closes_at", "", ""),
            (
                "lots",
                r#"[{"quantity":"0.04","strategy":"macd"},{"quantity":"0.06","strategy":"sma"}]"#,
                "macd 0.04, sma 0.06",
            ),
        ] {
            assert_eq!(value(name, Form::Exact), exact, "{name}");
            assert_eq!(value(name, Form::Words), words, "{name}");
        }
    }

    #[test]
    fn messages_within_are_flattened_and_wishes_checked() {
        let status = json::descriptor::<v1::GetStatusResponse>().expect("known");
        let all = of(&status);
        assert!(names(&all).contains(&"trading_state.epoch"), "{:?}", names(&all));
        let wish = ["equity".to_owned(), "trading_state.state".to_owned()];
        assert_eq!(names(&chosen(all.clone(), &wish).expect("there")), wish);
        let error = chosen(all, &["size".to_owned()]).expect_err("no such column");
        assert!(error.to_text().contains("\"size\"") && error.to_text().contains("equity"));
    }
}
