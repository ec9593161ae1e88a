//! `exit-codes`: one table from the daemon's reasons over gRPC codes to exit codes.

use crate::exit::{Exit, MEANINGS, code_name};
use crate::failure::Failure;
use crate::output::Output;
use crate::output::table::{Style, number, rows, text};
use serde_json::{Value, json};
use tonic::Code;

/// Where the reasons stand for readers; its table is checked against the daemon's code.
const REASONS_PAGE: &str = include_str!("../../../docs/protocol.md");

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Exit code of botctl.
    pub exit: u8,
    /// gRPC code name; empty for what is botctl's own.
    pub code: String,
    /// The daemon's stable reason; empty on the line of a whole code.
    pub reason: String,
    /// In words.
    pub meaning: String,
}

/// Prints the table.
pub fn exit_codes(out: &Output) -> Result<(), Failure> {
    let all = table();
    let value: Vec<Value> = all
        .iter()
        .map(|r| json!({"exit": r.exit, "code": r.code, "reason": r.reason, "meaning": r.meaning}))
        .collect();
    out.value(&Value::Array(value), |style| drawn(&all, style))
}

fn drawn(all: &[Row], style: Style) -> String {
    let line = |row: &Row| {
        vec![
            number(row.exit.to_string()),
            text(&*row.code),
            text(&*row.reason),
            text(&*row.meaning),
        ]
    };
    rows(style, &["exit", "code", "reason", "meaning"], all.iter().map(line).collect())
}

/// Every exit code, then below it the gRPC codes and the daemon's reasons that end with it.
#[must_use]
pub fn table() -> Vec<Row> {
    let (reasons, mut all) = (reasons(), Vec::new());
    for (exit, meaning) in MEANINGS {
        let row = |code: &str, reason: &str, meaning: &str| Row {
            exit: *exit,
            code: code.to_owned(),
            reason: reason.to_owned(),
            meaning: meaning.to_owned(),
        };
        all.push(row("", "", meaning));
        for code in (0..=16).map(Code::from).filter(|code| Exit::of(*code).number() == *exit) {
            let name = code_name(code);
            all.push(row(name, "", &code.description().to_lowercase()));
            let own = reasons.iter().filter(|(_, of, _)| of == name);
            all.extend(own.map(|(reason, of, meaning)| row(of, reason, meaning)));
        }
    }
    all
}

/// The daemon's reasons: (token, gRPC code, meaning).
fn reasons() -> Vec<(String, String, String)> {
    let rows = REASONS_PAGE.lines().skip_while(|line| !line.starts_with("<!-- reasons"));
    let rows = rows.take_while(|line| !line.trim().is_empty());
    rows.filter_map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let reason = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((reason.to_owned(), cells.next()?.to_owned(), cells.next()?.replace('`', "")))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_the_daemon_has_its_exit_code() {
        let (all, reasons) = (table(), reasons());
        assert!(reasons.len() > 25, "{reasons:?}");
        for (reason, code, _) in reasons {
            let rows: Vec<&Row> = all.iter().filter(|row| row.reason == reason).collect();
            assert_eq!(rows.len(), 1, "{reason} {code}");
            assert_eq!(rows[0].code, code);
        }
        let of = |reason: &str| all.iter().find(|row| row.reason == reason).map(|row| row.exit);
        for (reason, exit) in [
            ("TOKEN_EXPIRED", 3),
            ("ROLE_TOO_LOW", 3),
            ("NOT_HALTED", 1),
            ("FIELD_INVALID", 2),
            ("NOT_FOUND", 5),
            ("VERSION_STALE", 6),
            ("STOPPED_NOT_DURABLE", 7),
            ("SHUTTING_DOWN", 4),
            ("INTERNAL", 8),
        ] {
            assert_eq!(of(reason), Some(exit), "{reason}");
        }
    }

    #[test]
    fn every_grpc_code_stands_once() {
        for code in (0..=16).map(Code::from) {
            let name = code_name(code);
            let rows = table();
            let rows = rows.iter().filter(|row| row.code == name && row.reason.is_empty());
            assert_eq!(rows.count(), 1, "{name}");
        }
    }
}
