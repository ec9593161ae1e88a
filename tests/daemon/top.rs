//! `botctl top` on a real pseudo terminal at a real daemon.

use crate::independent_client::python;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::{Launch, binary};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_looks_says_no_and_leaves() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let api = Api::first_admin(daemon.address).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/top.py");
    for (columns, rows) in [("80", "24"), ("200", "50")] {
        let output = Command::new(python())
            .arg(&script)
            .arg(binary("botctl"))
            .args([columns, rows])
            .env_clear()
            .env("TERM", "xterm-256color")
            .env("BOTCTL_ADDR", daemon.address.to_string())
            .env("BOTCTL_TOKEN", &api.token)
            .output()
            .expect("python runs");
        let out = String::from_utf8_lossy(&output.stdout);
        let seen: Value = serde_json::from_str(&out)
            .unwrap_or_else(|e| panic!("{e}: {out}{}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!(seen, serde_json::json!({"code": 0, "raw": true, "restored": true}));
    }
    let status = api.status().await;
    assert_eq!(status.trading_state.map(|state| state.epoch), Some(0), "nobody said yes");
    let known = Botctl::at(daemon.address);
    assert_eq!(known.login().code, 0, "the admin is there");
    let look = known.json(&["top"]);
    assert_eq!(look["status"]["mode"], "TRADING_MODE_PAPER", "{look}");
    assert!(look["strategies"].as_array().is_some_and(|all| !all.is_empty()), "{look}");
    let piped = Botctl::at(daemon.address).run(&["top"]);
    assert_eq!(piped.code, 2, "{piped:?}");
    assert!(piped.err.contains("needs a terminal"), "{piped:?}");
}
