//! Rows as wide table, CSV or chosen fields, line by line.

use super::columns::{Column, Form};
use super::csv;
use super::table::{self, Style};
use crate::cli::Format;
use serde_json::{Map, Value};

/// The lines of rows in a form other than plain JSON, each with its end.
pub fn rows<'a>(
    format: Format,
    header: bool,
    columns: &'a [Column],
    rows: &'a [Value],
    style: Style,
) -> Box<dyn Iterator<Item = String> + 'a> {
    match format {
        Format::Csv => {
            let head = header.then(|| csv::line(columns.iter().map(|c| c.name.as_str())));
            Box::new(head.into_iter().chain(rows.iter().map(|row| csv_line(columns, row))))
        }
        Format::Ndjson => Box::new(rows.iter().map(|row| format!("{}\n", object(columns, row)))),
        Format::Table | Format::Wide | Format::Json => {
            Box::new(std::iter::once(format!("{}\n", wide(columns, header, rows, style))))
        }
    }
}

fn csv_line(columns: &[Column], row: &Value) -> String {
    let cells: Vec<String> = columns.iter().map(|c| c.value(row, Form::Exact)).collect();
    csv::line(cells.iter().map(String::as_str))
}

/// The chosen fields under their flat names.
fn object(columns: &[Column], row: &Value) -> Value {
    let pick = |column: &Column| {
        let mut steps = column.name.split('.');
        let value = steps.try_fold(row, |at, step| at.get(step));
        (column.name.clone(), value.cloned().unwrap_or(Value::Null))
    };
    Value::Object(columns.iter().map(pick).collect::<Map<_, _>>())
}

fn wide(columns: &[Column], header: bool, rows: &[Value], style: Style) -> String {
    if let [row] = rows
        && columns.len() > PANEL_FROM
    {
        let field = |column: &Column| table::text(column.value(row, Form::Words));
        let lines = columns.iter().map(|c| (c.name.as_str(), field(c))).collect();
        return table::panel(style, lines);
    }
    let line = |row: &Value| {
        let field = |column: &Column| {
            let value = column.value(row, Form::Words);
            if column.is_number(row) { table::number(value) } else { table::text(value) }
        };
        columns.iter().map(field).collect()
    };
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    let drawn = table::rows(style, &names, rows.iter().map(line).collect());
    match drawn.split_once('\n') {
        Some((_, rest)) if !header => rest.to_owned(),
        _ => drawn,
    }
}

/// One row with more columns than this is shown as a panel, a name and a value per line.
const PANEL_FROM: usize = 8;

/// A value without a descriptor as CSV: a name and a value per line, or a list's objects as rows.
pub fn pairs(value: &Value, header: bool) -> Vec<String> {
    match value {
        Value::Array(items) => {
            let mut names: Vec<&String> = Vec::new();
            for name in items.iter().filter_map(Value::as_object).flat_map(Map::keys) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            let line = |item: &Value| {
                let cells: Vec<String> =
                    names.iter().map(|name| plain(&item[name.as_str()])).collect();
                csv::line(cells.iter().map(String::as_str))
            };
            let head = header.then(|| csv::line(names.iter().map(|name| name.as_str())));
            head.into_iter().chain(items.iter().map(line)).collect()
        }
        other => {
            let mut cells = Vec::new();
            flatten("", other, &mut cells);
            let head = header.then(|| csv::line(cells.iter().map(|(name, _)| name.as_str())));
            let line = csv::line(cells.iter().map(|(_, value)| value.as_str()));
            head.into_iter().chain([line]).collect()
        }
    }
}

fn flatten(prefix: &str, value: &Value, cells: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let dot = if prefix.is_empty() { "" } else { "." };
                flatten(&format!("{prefix}{dot}{name}"), value, cells);
            }
        }
        other => cells.push((prefix.to_owned(), plain(other))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_without_a_message_have_a_csv_form_too() {
        let value = json!({"botctl": {"version": "1"}, "daemon": null});
        assert_eq!(pairs(&value, true), ["botctl.version,daemon\r\n", "1,\r\n"]);
        let list = json!([{"check": "disk", "detail": "=x"}, {"check": "clock", "todo": "a,b"}]);
        assert_eq!(
            pairs(&list, true),
            ["check,detail,todo\r\n", "disk,'=x,\r\n", "clock,,\"a,b\"\r\n"]
        );
        assert_eq!(pairs(&list, false).len(), 2);
    }
}
