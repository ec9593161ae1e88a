//! What an operator has besides trading: the self-test, plans of access, counters, doctor and completion,
//! at a real daemon.

use serde_json::{Value, json};
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::{Daemon, Launch};

fn begin(folder: &std::path::Path) -> (Daemon, Botctl) {
    let daemon = Launch::on(folder).with(&["--seed", "3"]).start();
    let botctl = Botctl::first_admin(daemon.address);
    (daemon, botctl)
}

/// The result of each check of `doctor` and `selftest`.
fn results(checks: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = checks.as_array().expect("a list");
    list.iter().map(|check| (text(&check["check"]), text(&check["result"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_self_test_passes_changes_nothing_and_finds_what_is_broken() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (daemon, botctl) = begin(folder.path());
    let version =
        |botctl: &Botctl| botctl.json(&["settings", "list", "alerts."])["version"].clone();
    let before = version(&botctl);
    let ended = botctl.run(&["selftest", "-o", "json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let checks: Value = serde_json::from_str(&ended.out).expect("JSON");
    let names = [
        "status",
        "stop plan",
        "close-all plan",
        "settings plan",
        "event stream",
        "audit",
        "unchanged",
    ];
    let wanted: Vec<_> = names.map(|name| (name.to_owned(), "pass".to_owned())).to_vec();
    assert_eq!(results(&checks), wanted, "{checks}");
    let table = botctl.done(&["selftest"]).out;
    assert!(table.contains("trading would go from active to halted"), "{table}");
    assert!(table.contains("7 passed, 0 warnings, 0 failed"), "{table}");
    let state = botctl.json(&["status"])["trading_state"].clone();
    assert!(state["state"] == "TRADING_STATE_ACTIVE" && state["epoch"] == json!(0), "{state}");
    assert_eq!(version(&botctl), before);

    // Halted already is no failure; a viewer's login can't plan a stop, which is one.
    let _ = botctl.done(&["stop", "--reason", "drill"]);
    let table = botctl.done(&["selftest"]).out;
    assert!(table.contains("trading is halted already"), "{table}");
    let api = Api::login(daemon.address).await;
    let viewer = api.with_user("vic", Role::Viewer).await;
    let vic = Botctl::at(daemon.address).variable("BOTCTL_TOKEN", &viewer.token);
    let ended = vic.run(&["selftest", "-o", "json"]);
    assert_eq!(ended.code, 11, "{ended:?}");
    let found = results(&serde_json::from_str(&ended.out).expect("JSON"));
    for (name, result) in [("status", "pass"), ("stop plan", "fail"), ("audit", "skip")] {
        assert!(found.contains(&(name.to_owned(), result.to_owned())), "{name}: {found:?}");
    }
    let nobody = Botctl::at(daemon.address).run(&["selftest"]);
    assert_eq!(nobody.code, 3, "{nobody:?}");
}

#[test]
fn access_is_planned_before_it_is_changed() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, botctl) = begin(folder.path());
    let users = || {
        let listed = botctl.json(&["users"]);
        let list = listed["users"].as_array().expect("a list");
        list.iter().map(|u| u["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let add = ["users", "add", "anna", "--role", "operator", "--password-stdin"];
    let password = "another long passphrase\n";
    let dry = botctl.run_with(&[&add[..], &["--dry-run"]].concat(), password);
    assert!(dry.code == 0 && dry.out.contains("anna"), "{dry:?}");
    assert!(!dry.out.contains("exposure"), "no word of money: {dry:?}");
    assert_eq!(users(), ["admin"]);
    assert_eq!(botctl.run_with(&add, password).code, 0);
    assert_eq!(users(), ["admin", "anna"]);

    for verb in [
        &["users", "role", "anna", "viewer"][..],
        &["users", "disable", "anna"],
        &["users", "remove", "anna"],
        &["sessions", "revoke", "--all", "--user", "admin"],
        &["tokens", "create", "night", "--method", "@read"],
        &["keys", "rotate"],
    ] {
        let dry = botctl.run(&[verb, &["--dry-run", "-o", "json"]].concat());
        assert_eq!(dry.code, 0, "{verb:?}: {dry:?}");
        let plan: Value = serde_json::from_str(&dry.out).expect("JSON");
        assert!(plan["changes"].as_array().is_some_and(|c| !c.is_empty()), "{verb:?}: {plan}");
        assert!(!dry.out.contains("tdt_"), "{verb:?}");
    }
    let anna = &botctl.json(&["users"])["users"][1];
    assert!(anna["role"] == "ROLE_OPERATOR" && anna["disabled"] == json!(false), "{anna}");
    assert_eq!(botctl.json(&["tokens"])["tokens"], json!([]), "none was made");
    assert_eq!(botctl.run(&["status"]).code, 0, "the session goes on");

    // A plan is carried out as it was shown, or not at all.
    let plan = |verb: &[&str]| {
        let plan = botctl.json(&[verb, &["--dry-run"]].concat());
        plan["plan_id"].as_str().expect("an id").to_owned()
    };
    let old = plan(&["users", "role", "anna", "viewer"]);
    let _ = botctl.done(&["users", "role", "anna", "admin"]);
    let stale = botctl.run(&["users", "role", "anna", "viewer", "--plan", &old]);
    assert_eq!(stale.code, 6, "{stale:?}");
    let id = plan(&["users", "remove", "anna"]);
    let _ = botctl.done(&["users", "remove", "anna", "--plan", &id]);
    assert_eq!(users(), ["admin"]);
}

#[test]
fn plans_of_settings_show_limits_and_counters_are_told() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, botctl) = begin(folder.path());
    let dry = ["settings", "set", "risk.max_drawdown_pct=9", "--dry-run"];
    let shown = botctl.done(&dry).out;
    assert!(shown.contains("limits:") && shown.contains("15 -> 9"), "{shown}");
    let plan = botctl.json(&dry)["plan"].clone();
    let limit = &plan["limits"][0];
    assert!(limit["limit_before"] == "15" && limit["limit"] == "9", "{plan}");

    let report = botctl.json(&["report"]);
    let counters = report["counters"].as_array().expect("a list");
    let value = |name: &str| {
        let found = counters.iter().find(|c| c["name"] == name);
        found.unwrap_or_else(|| panic!("no {name}: {report}"))["value"].clone()
    };
    for name in ["doubled_fills", "unknown_reports", "late_orders", "bad_signals", "rows_set_aside"]
    {
        assert_eq!(value(name), json!(0), "{name}");
    }
    let table = botctl.done(&["report"]).out;
    assert!(table.contains("executions that were told more than once"), "{table}");
}

#[test]
fn doctor_looks_at_the_audit_and_at_the_real_connection() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, botctl) = begin(folder.path());
    let ended = botctl.run(&["doctor", "-o", "json"]);
    let checks: Value = serde_json::from_str(&ended.out).expect("JSON");
    let found = results(&checks);
    let result = |name: &str| found.iter().find(|(n, _)| n == name).map(|(_, r)| r.clone());
    assert_eq!(result("transport").as_deref(), Some("pass"), "{checks}");
    // A daemon of some seconds may still wait for its first anchor.
    assert!(matches!(result("audit").as_deref(), Some("pass" | "warn")), "{checks}");
}

#[test]
fn shells_are_offered_users_and_tokens() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, botctl) = begin(folder.path());
    let made = botctl.json(&["tokens", "create", "night", "--method", "@read"]);
    let id = made["token"]["token_id"].as_str().expect("an id").to_owned();
    let home = folder.path().join("home").display().to_string();
    let shell = botctl
        .variable("COMPLETE", "bash")
        .variable("_CLAP_COMPLETE_INDEX", "3")
        .variable("_CLAP_IFS", "\n")
        .variable("XDG_CACHE_HOME", &home);
    for (line, wanted) in [
        (["botctl", "users", "disable", ""], "admin"),
        (["botctl", "tokens", "revoke", ""], id.as_str()),
    ] {
        let ended = shell.run(&[&["--"][..], &line].concat());
        assert!(ended.out.lines().any(|offered| offered == wanted), "{line:?}: {ended:?}");
    }
}
