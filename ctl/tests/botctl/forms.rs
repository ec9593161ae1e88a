//! The forms of the data: wide, ndjson, csv, chosen columns; and the pages made from the code.

use crate::daemon::{Daemon, Next};
use crate::run::User;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tonic::{Code, Status};

fn user(daemon: &Daemon) -> User {
    User::with_token(&daemon.url(), "access-0")
}

#[test]
fn csv_has_a_header_and_a_line_per_row() {
    let daemon = Daemon::start();
    daemon.state.lock().trades = 3;
    let ended = user(&daemon).run(&["trades", "-o", "csv"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{ended:?}");
    let lines: Vec<&str> = ended.out.split("\r\n").collect();
    assert_eq!(lines.len(), 5, "{ended:?}");
    assert!(lines[0].starts_with("id,symbol,exit_reason,opened_at,"), "{}", lines[0]);
    assert!(lines[1].starts_with("0,,EXIT_REASON_UNSPECIFIED,"), "{}", lines[1]);
    assert_eq!(lines[4], "", "the last line has its end too");

    let position = user(&daemon).run(&["positions", "-o", "csv", "--columns", "quantity,symbol"]);
    assert_eq!(position.out, "quantity,symbol\r\n0.5,BTC/USDT\r\n");
    let bare = user(&daemon).run(&["-o", "csv", "--columns", "symbol", "--no-header", "positions"]);
    assert_eq!(bare.out, "BTC/USDT\r\n");

    daemon.state.lock().trades = 0;
    let ended = user(&daemon).run(&["trades", "-o", "csv", "--columns", "id"]);
    assert_eq!((ended.out.as_str(), ended.err.as_str()), ("id\r\n", ""), "a table without rows");
}

#[test]
fn ndjson_is_one_row_per_line_and_one_object_for_one_answer() {
    let daemon = Daemon::start();
    daemon.state.lock().trades = 700;
    let ended = user(&daemon).run(&["trades", "--all", "-o", "ndjson"]);
    let rows: Vec<Value> =
        ended.out.lines().map(|l| serde_json::from_str(l).expect("one JSON a line")).collect();
    assert_eq!(rows.len(), 700);
    assert_eq!(rows[699]["id"], 699);
    let ended = user(&daemon).run(&["status", "-o", "ndjson"]);
    assert_eq!(ended.out.lines().count(), 1, "{ended:?}");
    let chosen =
        user(&daemon).run(&["status", "-o", "ndjson", "--columns", "equity,trading_state.epoch"]);
    assert_eq!(chosen.out, "{\"equity\":\"10012.345\",\"trading_state.epoch\":null}\n");
}

#[test]
fn wide_shows_every_column_and_values_as_they_are() {
    let daemon = Daemon::start();
    let wide = user(&daemon).run(&["status", "-o", "wide"]);
    assert!(wide.out.lines().any(|l| l == "equity              10012.345"), "{}", wide.out);
    let chosen = user(&daemon).run(&["positions", "--columns", "symbol,quantity"]);
    assert_eq!(chosen.out, "symbol    quantity\nBTC/USDT       0.5\n");
    let bare = user(&daemon).run(&["positions", "--columns", "symbol,quantity", "--no-header"]);
    assert_eq!(bare.out, "BTC/USDT       0.5\n");
    daemon.state.lock().trades = 2;
    let wide = user(&daemon).run(&["trades", "-o", "wide"]);
    assert!(wide.out.starts_with("id  symbol  exit_reason"), "{}", wide.out);
}

#[test]
fn wrong_columns_and_forms_are_usage_errors() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    let ended = user.run(&["positions", "-o", "csv", "--columns", "size"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
    assert!(ended.err.contains("\"size\"") && ended.err.contains("entry_price"), "{ended:?}");
    assert_eq!(user.run(&["positions", "-o", "json", "--columns", "symbol"]).code, 2);
    for form in ["csv", "wide"] {
        assert_eq!(user.run(&["watch", "-o", form]).code, 2);
    }
}

#[test]
fn errors_are_json_for_both_json_forms_alone() {
    let daemon = Daemon::start();
    for form in ["json", "ndjson", "csv", "wide"] {
        daemon.next(Next::Fail(Status::new(Code::NotFound, "scripted")));
        let ended = user(&daemon).run(&["-o", form, "status"]);
        assert_eq!((ended.code, ended.out.as_str()), (5, ""));
        match form.ends_with("json") {
            true => assert_eq!(ended.error()["details"]["exit_code"], 5),
            false => assert_eq!(ended.err, "error: scripted\n"),
        }
    }
}

#[test]
fn verbs_without_a_message_have_every_form() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    let version = user.run(&["version", "-o", "csv"]);
    assert!(version.out.starts_with("botctl.version,daemon."), "{version:?}");
    assert_eq!(user.run(&["health", "-o", "csv"]).out, "service,status\r\n,SERVING\r\n");
    let codes = user.run(&["exit-codes", "-o", "ndjson"]);
    let rows: Vec<Value> =
        codes.out.lines().map(|l| serde_json::from_str(l).expect("one JSON a line")).collect();
    let stale = rows.iter().find(|r| r["reason"] == "VERSION_STALE").expect("a row");
    assert_eq!((&stale["exit"], &stale["code"]), (&Value::from(6), &Value::from("ABORTED")));
}

#[test]
fn there_is_a_manual_page_for_every_verb() {
    let user = User::new("127.0.0.1:1");
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("man");
    let ended = user.run(&["man", "--out", out.to_str().expect("UTF-8")]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{ended:?}");
    for method in tradingd_proto::METHODS {
        let page = out.join(format!("botctl-{}.1", method.botctl.replace(' ', "-")));
        let text = std::fs::read_to_string(&page).unwrap_or_else(|e| panic!("{page:?}: {e}"));
        assert!(text.contains(".SH SYNOPSIS") && text.contains("Examples:"), "{page:?}");
    }
    let pages: Vec<_> = std::fs::read_dir(&out).expect("there").flatten().collect();
    assert!(ended.err.starts_with(&format!("{} pages", pages.len())), "{ended:?}");
    for page in pages {
        lint(&page.path());
    }
}

/// Demands that groff has nothing to say about a page, where there is groff.
fn lint(page: &Path) {
    match Command::new("groff").args(["-man", "-Tutf8", "-ww", "-z"]).arg(page).output() {
        Ok(output) => {
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{page:?}");
            assert!(output.status.success(), "{page:?}");
        }
        Err(e) => assert_eq!(e.kind(), std::io::ErrorKind::NotFound, "groff: {e}"),
    }
}
