//! Verbs of what pages show.

use crate::daemon::Daemon;
use crate::run::User;

#[test]
fn pages_verbs_ask_for_what_was_said_and_show_it() {
    let daemon = Daemon::start();
    let user = User::with_token(&daemon.url(), "access-0");
    let profits = user.run(&["strategies", "profits", "macd", "--limit", "7"]);
    assert_eq!((profits.code, profits.err.as_str()), (0, ""), "{profits:?}");
    let line = profits.out.lines().nth(1).unwrap_or_default();
    // The limit comes back as the trade's number.
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words, ["macd", "7", "-", "-", "+1.50", "+2.50"], "{profits:?}");

    let history = user.run(&["emergency", "history", "-o", "json"]);
    assert_eq!(history.code, 0, "{history:?}");
    let json: serde_json::Value = serde_json::from_str(&history.out).expect("JSON");
    assert_eq!(json["changes"][0]["principal"], "anna");
    let table = user.run(&["emergency", "history"]);
    assert!(table.out.contains("halted") && table.err.contains("--limit"), "{table:?}");

    let resources = user.run(&["resources", "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&resources.out).expect("JSON");
    assert_eq!(json["stream_subscribers"], 3, "{resources:?}");

    for wrong in [
        &["trades", "--sort", "colour"][..],
        &["trades", "--reason", "boredom"],
        &["orders", "--status", "lost"],
        &["strategies", "profits", "--limit", "0"],
        &["indicators", "get", "BTCUSDT"],
        &["indicators", "get", "BTCUSDT", "rsi:14"],
    ] {
        let ended = user.run(wrong);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{wrong:?}: {ended:?}");
    }
}
