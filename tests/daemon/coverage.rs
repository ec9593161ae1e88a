//! Nothing is declared that is not served, callable from botctl and on the reference pages; and every
//! list comes in every form.

use std::path::Path;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;
use tradingd_proto::v1::{Danger, Permission};
use tradingd_proto::{METHODS, MethodRule};
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::data::Paused;

/// Calls a method with an empty request and forgets the answer's content.
async fn call(api: &Api, path: &'static str) -> Result<(), Status> {
    let mut client = tonic::client::Grpc::new(api.channel());
    client.ready().await.map_err(|e| Status::unknown(e.to_string()))?;
    let codec: ProstCodec<(), ()> = ProstCodec::default();
    let path = PathAndQuery::from_static(path);
    client.server_streaming(Request::new(()), path, codec).await.map(|_| ())
}

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn word(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_lowercase()
}

/// The row that a method must have on the protocol's page, up to its verb.
fn row(rule: &MethodRule) -> [String; 2] {
    let name = rule.path.rsplit('/').next().unwrap_or_default();
    let permission = Permission::try_from(rule.permission).expect("a known permission");
    let danger = Danger::try_from(rule.danger).expect("a known danger");
    let fresh = if rule.step_up { "yes" } else { "" };
    let permission = word(permission.as_str_name(), "PERMISSION_");
    let danger = word(danger.as_str_name(), "DANGER_");
    [
        format!("| `{name}` | `"),
        format!("` | {permission} | {danger} | {fresh} | `botctl {}` | ", rule.botctl),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_is_served_callable_and_on_the_pages() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let admin = Api::first_admin(daemon.address).await;
    let botctl = Botctl::at(daemon.address);
    let (protocol, verbs) = (page("protocol.md"), page("botctl.md"));
    // A logout ends the session: last.
    let (last, first): (Vec<&MethodRule>, Vec<_>) =
        METHODS.iter().partition(|rule| rule.path.ends_with("/Logout"));
    assert_eq!(last.len(), 1);
    for rule in first.into_iter().chain(last) {
        if let Err(status) = call(&admin, rule.path).await {
            assert_ne!(status.code(), Code::Unimplemented, "{}: {status:?}", rule.path);
            // The daemon's answer to an unknown path is a refusal as well.
            assert!(!format!("{status:?}").contains("METHOD_UNKNOWN"), "{}", rule.path);
        }
        let mut words: Vec<&str> = rule.botctl.split(' ').collect();
        words.push("--help");
        let help = botctl.done(&words);
        assert!(help.out.contains("Examples:"), "botctl {}: {help:?}", rule.botctl);
        let parts = row(rule);
        let found =
            protocol.lines().any(|line| line.starts_with(&parts[0]) && line.contains(&parts[1]));
        assert!(found, "{}: no row with {parts:?}; run docs/check.sh --write", rule.path);
        let heading = format!("\n## {}\n", rule.botctl);
        assert!(verbs.contains(&heading), "botctl {} is not on its page", rule.botctl);
    }
    // Nothing of the above was carried out.
    let again = Api::login(daemon.address).await;
    assert_eq!(again.status().await.trading_state.map(|state| state.epoch), Some(0));
}

/// The cells of one line of CSV.
fn cells(line: &str) -> usize {
    let mut quoted = false;
    let commas = line.chars().filter(|c| {
        quoted ^= *c == '"';
        *c == ',' && !quoted
    });
    commas.count() + 1
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_comes_in_every_form() {
    let paused = Paused::prepare().await;
    let (daemon, _api) = paused.start(&paused.launch("data")).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    for verb in [
        "positions",
        "orders",
        "trades --limit 5",
        "executions",
        "decisions",
        "strategies",
        "settings",
        "risk",
        "risk figures",
        "regimes",
        "equity",
        "portfolio movements",
        "portfolio strategies",
        "candles BTCUSDT --limit 5",
        "status",
        "portfolio",
        "report",
        "whoami",
        "emergency",
        "emergency history",
        "symbols",
        "indicators",
        "indicators get BTCUSDT rsi macd",
        "marks BTCUSDT",
        "decisions count",
        "strategies profits",
        "resources",
        "version",
        "exit-codes",
        "doctor",
    ] {
        let run = |form: &str| {
            let words: Vec<&str> = verb.split(' ').chain(["-o", form]).collect();
            let ended = botctl.run(&words);
            // A doctor may warn of this machine.
            assert!(ended.code == 0 || verb == "doctor", "{verb} -o {form}: {ended:?}");
            ended
        };
        let csv = run("csv");
        assert_eq!(csv.err, "", "{verb}");
        let mut lines = csv.out.split_terminator("\r\n");
        let columns = cells(lines.next().unwrap_or_else(|| panic!("{verb}: no header")));
        for line in lines.clone().filter(|line| !line.contains('"')) {
            assert_eq!(cells(line), columns, "{verb}: {line}");
        }
        let lines_of_json = run("ndjson").out;
        for line in lines_of_json.lines() {
            let value: serde_json::Value =
                serde_json::from_str(line).unwrap_or_else(|e| panic!("{verb}: {e}: {line}"));
            assert!(value.is_object(), "{verb}: {line}");
        }
        if !csv.out.contains('"') {
            assert_eq!(lines.count(), lines_of_json.lines().count(), "{verb}: as many rows");
        }
        assert!(!run("wide").out.contains('\u{1b}'), "{verb}: no colour in a pipe");
        let json: serde_json::Value =
            serde_json::from_str(&run("json").out).unwrap_or_else(|e| panic!("{verb}: {e}"));
        assert!(json.is_object() || json.is_array(), "{verb}");
    }
}
