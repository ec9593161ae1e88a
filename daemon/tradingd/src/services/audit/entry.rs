//! One record on the wire and in files.

use super::super::exports::file::Cell;
use super::super::exports::word;
use crate::audit::kinds;
use crate::convert;
use serde_json::Value;
use storage::AuditEntry;
use tradingd_proto::v1::AuditEvent;

/// Longest summary in characters.
const LONGEST: usize = 160;

/// Said in place of what was archived.
const ARCHIVED: &str = "(archived)";
/// Parts of a record that a summary tells in its own way, or not.
const APART: [&str; 3] = ["type", "before", "after"];

/// Columns of an export.
pub const COLUMNS: &[&str] = &[
    "sequence",
    "at",
    "type",
    "severity",
    "category",
    "kind",
    "principal",
    "role",
    "source",
    "request_id",
    "symbol",
    "before",
    "after",
    "detail",
    "hash",
    "pruned",
];

/// A record as the protocol has it.
pub fn event(entry: &AuditEntry) -> AuditEvent {
    let meaning = kinds::of_kind(&entry.kind);
    let payload: Value = serde_json::from_str(&entry.payload).unwrap_or(Value::Null);
    let shown = |json: &Value| if entry.pruned { String::new() } else { json.to_string() };
    let detail = if entry.engine_sequence.is_some() { &payload["kind"] } else { &payload };
    let part = |name: &str| detail.get(name).map(ToString::to_string).unwrap_or_default();
    AuditEvent {
        sequence: entry.sequence,
        at: Some(convert::time(entry.at)),
        r#type: meaning.r#type.into(),
        severity: meaning.severity.into(),
        category: meaning.category.to_owned(),
        kind: entry.kind.clone(),
        principal: entry.principal.clone(),
        role: entry.role.clone(),
        source: entry.source.clone(),
        request_id: entry.request_id.clone(),
        symbol: find(detail, "symbol").unwrap_or_default(),
        summary: if entry.pruned { ARCHIVED.to_owned() } else { summary(detail) },
        detail: shown(detail),
        before: part("before"),
        after: part("after"),
        hash: entry.hash.map(|hash| hash.to_string()).unwrap_or_default(),
        pruned: entry.pruned,
    }
}

/// The same as cells.
pub fn cells(entry: &AuditEntry) -> Vec<Cell> {
    let event = event(entry);
    let json = |text: &str| {
        if text.is_empty() { Cell::Text(String::new()) } else { Cell::Json(text.to_owned()) }
    };
    vec![
        Cell::Number(event.sequence.to_string()),
        Cell::Text(event.at.map(|at| at.to_string()).unwrap_or_default()),
        Cell::Text(word(event.r#type().as_str_name(), "AUDIT_TYPE_")),
        Cell::Text(word(event.severity().as_str_name(), "AUDIT_SEVERITY_")),
        Cell::Text(event.category.clone()),
        Cell::Text(event.kind.clone()),
        Cell::Text(event.principal.clone()),
        Cell::Text(event.role.clone()),
        Cell::Text(event.source.clone()),
        Cell::Text(event.request_id.clone()),
        Cell::Text(event.symbol.clone()),
        json(&event.before),
        json(&event.after),
        json(&event.detail),
        Cell::Text(event.hash),
        Cell::Json(event.pruned.to_string()),
    ]
}

/// A text of that name in the record or one of its parts.
fn find(value: &Value, name: &str) -> Option<String> {
    let object = value.as_object()?;
    match object.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => object.values().find_map(|part| find(part, name)),
    }
}

/// The details in a line: names and plain values, parts in their order.
fn summary(detail: &Value) -> String {
    let mut words = Vec::new();
    gather(detail, "", &mut words);
    changes(&detail["before"], &detail["after"], &mut words);
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

fn gather(value: &Value, name: &str, words: &mut Vec<String>) {
    let plain = match value {
        Value::Object(parts) => {
            for (inner, part) in parts.iter().filter(|(inner, _)| !APART.contains(&inner.as_str()))
            {
                let path = if name.is_empty() { inner.clone() } else { format!("{name}.{inner}") };
                gather(part, &path, words);
            }
            return;
        }
        Value::Null => return,
        Value::String(text) if text.is_empty() => return,
        Value::String(text) => text.clone(),
        Value::Array(parts) => format!("[{}]", parts.len()),
        other => other.to_string(),
    };
    words.push(format!("{name}={plain}"));
}

/// What differs: `enabled: true -> false`.
fn changes(before: &Value, after: &Value, words: &mut Vec<String>) {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else { return };
    for (name, now) in after {
        let was = before.get(name).unwrap_or(&Value::Null);
        if was != now {
            let plain = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
            words.push(format!("{name}: {} -> {}", plain(was), plain(now)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn entry(kind: &str, engine_sequence: Option<u64>, payload: &str) -> AuditEntry {
        AuditEntry {
            sequence: 7,
            engine_sequence,
            at: Timestamp::from_micros(1_500_000),
            kind: kind.to_owned(),
            principal: String::new(),
            role: String::new(),
            source: String::new(),
            request_id: String::new(),
            payload: payload.to_owned(),
            pruned: false,
            hash: None,
        }
    }

    #[test]
    fn records_of_both_sorts_are_told() {
        let fill = r#"{"sequence":3,"at":1,"kind":{"type":"order_filled","id":"x","symbol":"BTCUSDT",
            "fill":{"price":"2","fee":"0.1"}}}"#;
        let told = event(&entry("order_filled", Some(3), fill));
        assert_eq!((told.symbol.as_str(), told.category.as_str()), ("BTCUSDT", "trading"));
        assert_eq!(told.summary, "fill.fee=0.1 fill.price=2 id=x symbol=BTCUSDT");
        let toggle = r#"{"strategy":"rsi","before":{"enabled":true},"after":{"enabled":false}}"#;
        let told = event(&entry("strategy_toggled", None, toggle));
        assert_eq!(
            (told.before.as_str(), told.after.as_str()),
            (r#"{"enabled":true}"#, r#"{"enabled":false}"#)
        );
        assert_eq!(told.summary, "strategy=rsi enabled: true -> false");
        let odd = event(&entry("brand_new", None, "no json"));
        assert_eq!((odd.category.as_str(), odd.detail.as_str()), ("other", "null"));
    }

    #[test]
    fn summaries_are_cut_between_characters() {
        let long = serde_json::json!({ "reason": "ä".repeat(400) });
        assert_eq!(summary(&long).chars().count(), LONGEST + 1);
    }
}
