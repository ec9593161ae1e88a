//! What botctl prints: tables for people, the protocol's JSON for scripts, and exit codes.

use serde_json::Value;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::data::Paused;

/// Demands that a JSON object has all these fields.
fn has(value: &Value, fields: &[&str]) {
    for field in fields {
        assert!(value.get(field).is_some(), "{field} is missing in {value}");
    }
}

/// The first element of a list under a key.
fn first<'a>(value: &'a Value, key: &str) -> &'a Value {
    let list = value[key].as_array().unwrap_or_else(|| panic!("{key} is a list in {value}"));
    list.first().unwrap_or_else(|| panic!("{key} has an element in {value}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn cli_output() {
    let paused = Paused::prepare().await;
    let (daemon, _api) = paused.start(&paused.launch("data")).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);

    let status = botctl.json(&["status"]);
    has(
        &status,
        &["version", "store_id", "mode", "trading_state", "source", "data_time", "sequence"],
    );
    has(&status, &["components", "bars", "decisions", "equity", "open_positions", "entry_blocks"]);
    assert_eq!(status["bars"], paused.rows);
    assert_eq!(status["open_positions"], 1);

    let position = botctl.json(&["positions"]);
    let position = first(&position, "positions");
    has(position, &["symbol", "quantity", "entry_price", "mark_price", "stop_price", "protection"]);
    has(position, &["unrealised_profit", "lots", "opened_at", "cost"]);
    let stop: f64 = position["stop_price"].as_str().and_then(|s| s.parse().ok()).expect("a price");
    assert!(stop > 0.0, "an open position is protected: {position}");

    let orders = botctl.json(&["orders"]);
    let order = first(&orders, "orders");
    has(
        order,
        &["client_order_id", "symbol", "side", "type", "purpose", "status", "filled_quantity"],
    );
    let id = order["client_order_id"].as_str().expect("an id");
    assert_eq!(botctl.json(&["orders", "get", id])["order"]["client_order_id"], id);
    let open = botctl.json(&["orders", "list", "--open"]);
    assert_eq!(first(&open, "orders")["purpose"], "ORDER_PURPOSE_PROTECTION");

    let trade = botctl.json(&["trades"]);
    has(first(&trade, "trades"), &["id", "symbol", "exit_reason", "profit", "fees", "shares"]);
    let strategies = botctl.json(&["strategies"]);
    let strategy = first(&strategies, "strategies");
    has(strategy, &["name", "enabled", "weight", "parameters", "statistics", "version"]);
    let decisions = botctl.json(&["decisions", "--limit", "5"]);
    assert_eq!(decisions["decisions"].as_array().map(Vec::len), Some(5));
    let decision = first(&decisions, "decisions");
    has(decision, &["at", "symbol", "close", "signals", "result", "reason", "risk"]);
    let explained = botctl.json(&["explain", "BTC/USDT"]);
    assert_eq!(explained["decision"]["open_time"], decision["open_time"]);
    let report = botctl.json(&["report"]);
    has(&report, &["bars", "event_log_sha256", "opening", "closing", "trades", "finished"]);
    let portfolio = botctl.json(&["portfolio"]);
    has(&portfolio, &["equity", "balances", "fees_paid"]);

    let limits = botctl.json(&["risk"]);
    has(first(&limits, "limits"), &["check", "setting", "limit", "used", "headroom", "effect"]);
    let figures = botctl.json(&["risk", "figures"]);
    has(&figures, &["symbols", "heat", "orders_last_minute", "rejections", "var_confidence"]);
    let symbol = first(&figures, "symbols");
    has(symbol, &["symbol", "value", "interval", "returns", "volatility_pct"]);
    assert_eq!(symbol["symbol"], "BTCUSDT");
    assert!(symbol.get("garch").is_some() || symbol["garch_failure"] != "", "{symbol}");

    // The tables hold the same facts.
    assert!(botctl.done(&["positions"]).out.contains("BTCUSDT"));
    assert!(botctl.done(&["orders"]).out.contains(id));
    assert!(botctl.done(&["explain", "BTCUSDT"]).out.contains("signals"));
    assert!(botctl.done(&["report"]).out.contains("event log SHA-256"));
    let table = botctl.done(&["risk"]).out;
    for check in ["max_drawdown", "max_correlation", "max_portfolio_heat", "strategy_allotment"] {
        assert!(table.contains(check), "{check}: {table}");
    }
    assert!(botctl.done(&["risk", "figures"]).out.contains("heat (share of equity)"));
}

#[test]
fn exit_codes_tell_scripts_what_happened() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let stranger = Botctl::at(daemon.address);
    assert_eq!(stranger.run(&["positions"]).code, 3);
    let botctl = Botctl::first_admin(daemon.address);
    for (code, args) in [
        (0, vec!["health"]),
        (0, vec!["version"]),
        (0, vec!["--help"]),
        (1, vec!["resume", "--reason", "nothing is halted"]),
        (2, vec!["nonsense"]),
        (2, vec!["orders", "--limit", "0"]),
        (2, vec!["resume"]),
        (2, vec!["close-all", "--yes"]),
        (2, vec!["candles", "BTCUSDT", "--interval", "7m"]),
        (5, vec!["orders", "get", "0af0618f-99-0e"]),
        (5, vec!["strategies", "disable", "no_such_strategy"]),
        (6, vec!["strategies", "disable", "rsi", "--expected-version", "77"]),
    ] {
        let ended = botctl.run(&args);
        assert_eq!(ended.code, code, "botctl {args:?}: {ended:?}");
        let (data, talk) = (!ended.out.is_empty(), !ended.err.is_empty());
        assert_eq!(
            (data, talk),
            (code == 0, code != 0),
            "data on stdout, talk on stderr: {ended:?}"
        );
    }
    let refused = botctl.run(&["resume", "--reason", "x", "-o", "json"]);
    let error: Value = serde_json::from_str(&refused.err).expect("errors are JSON, too");
    assert!(error.to_string().contains("NOT_HALTED"), "{error}");
    daemon.kill_9();
    assert_eq!(botctl.run(&["status", "--timeout", "2s"]).code, 4);
    assert_eq!(botctl.run(&["health", "--timeout", "2s"]).code, 4);
}
