//! SEC-38, SEC-34: hostile text in every text field of every method stays text.

use tonic::Code;
use tradingd_proto::METHODS;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::wire::{Protocol, call};

/// What tries to leave its place in a statement, a log line, a terminal or a spreadsheet.
const CORPUS: [&str; 14] = [
    "'",
    "\"",
    "' OR '1'='1",
    "'; DROP TABLE journal; --",
    "x'); DELETE FROM users; --",
    "1; UPDATE head SET sequence = 0",
    "' UNION SELECT password_hash FROM users --",
    "%' ESCAPE '\\",
    "_%_%\\",
    "admin'/*",
    "a\0b",
    "line\r\n{\"level\":\"ERROR\"}",
    "\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}txt\u{2066}",
    "=cmd|' /C calc'!A0",
];

/// Methods that would end the session or the test's own admin.
const LEFT_OUT: [&str; 1] = ["/Logout"];

#[tokio::test(flavor = "multi_thread")]
async fn sec_38_no_text_of_any_method_reaches_the_database_as_sql() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let botctl = Botctl::first_admin(daemon.address);
    let api = Api::login(daemon.address).await;
    let protocol = Protocol::new();
    let mut calls = 0;
    for rule in METHODS.iter().filter(|rule| !LEFT_OUT.iter().any(|end| rule.path.ends_with(end))) {
        let request = protocol.request(rule.path);
        for target in protocol.texts(request) {
            for text in CORPUS {
                calls += 1;
                let body = protocol.encode(request, &target, text, &format!("inject-{calls}"));
                if let Err(status) = call(&api, rule.path, body).await {
                    let fault = [Code::Internal, Code::Unknown, Code::DataLoss];
                    assert!(
                        !fault.contains(&status.code()),
                        "{} {target:?} {text:?}: {status:?}",
                        rule.path
                    );
                    let told = status.message();
                    for leak in ["SQL", "sqlite", "syntax error", "no such column", "near \""] {
                        assert!(!told.contains(leak), "{} {text:?}: {told}", rule.path);
                    }
                }
            }
        }
    }
    println!("{calls} calls with hostile text");
    assert!(calls > 500, "{calls}");
    // The database holds what it held, and can be proven.
    let ended = botctl.run(&["audit", "verify"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(botctl.login().code, 0, "the admin is still there");
    // Nothing that was recorded steers the terminal of whoever reads it, nor breaks the log's lines.
    let listed = botctl.run(&["audit", "list", "--limit", "500"]);
    let steering = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}".contains(c);
    assert!(!listed.out.contains(steering), "{:?}", listed.out);
    let (ended, _) = daemon.terminate();
    for line in ended.err.lines() {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(line);
        assert!(parsed.is_ok_and(|line| line["level"] != "ERROR"), "{line:?} in {}", ended.err);
    }
}
