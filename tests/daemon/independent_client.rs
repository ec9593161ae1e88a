//! Programs that are not ours: Python's gRPC and `buf curl` learn the protocol by reflection.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use tradingd_proto::METHODS;
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::client::Api;

/// A file of the repository.
fn of_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The Python that has the packages of `tests/python/requirements.txt`.
pub fn python() -> PathBuf {
    let python = of_repository(".venv/bin/python");
    let how = "python3 -m venv .venv && .venv/bin/pip install -r tests/python/requirements.txt";
    assert!(python.is_file(), "there is no {}; run `make test`, or: {how}", python.display());
    python
}

/// Services that the protocol's table knows.
fn services() -> Vec<String> {
    let service = |path: &str| path.trim_start_matches('/').split('/').next().map(str::to_owned);
    let mut names: Vec<String> = METHODS.iter().filter_map(|m| service(m.path)).collect();
    names.sort();
    names.dedup();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn independent_client() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let api = Api::first_admin(daemon.address).await;
    let output = Command::new(python())
        .arg(of_repository("tests/python/client.py"))
        .args([daemon.address.to_string(), api.token.clone()])
        .output()
        .expect("python runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let found: Value = serde_json::from_str(&text)
        .unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    let listed: Vec<&str> =
        found["services"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    for service in services() {
        assert!(listed.contains(&service.as_str()), "reflection lists {service}: {listed:?}");
    }
    assert_eq!(found["health"], "SERVING");
    let status = api.status().await;
    assert_eq!(found["status"]["storeId"], status.store_id.as_str());
    assert_eq!(found["status"]["mode"], "TRADING_MODE_PAPER");
    assert_eq!(found["without_token"], "UNAUTHENTICATED");
    assert_eq!(found["wrong_token"], "UNAUTHENTICATED");
    assert_eq!(found["version_without_token"], "OK");
    assert_eq!(found["stream"]["snapshot"]["storeId"], status.store_id.as_str());
    assert_eq!(found["stream_without_token"]["error"], "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn buf_curl_reads_the_status() {
    let buf = of_repository("web/node_modules/.bin/buf");
    if !buf.exists() {
        println!("skipped: no {}; `make web` brings it", buf.display());
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let api = Api::first_admin(daemon.address).await;
    let url = format!("http://{}/tradingd.v1.SystemService/GetStatus", daemon.address);
    let curl = |header: &str| {
        let mut command = Command::new(&buf);
        command.args(["curl", "--protocol", "grpc", "--http2-prior-knowledge", "-H", header, &url]);
        command.output().expect("buf runs")
    };
    let answer = curl(&format!("authorization: Bearer {}", api.token));
    let text = String::from_utf8_lossy(&answer.stdout);
    let status: Value = serde_json::from_str(&text)
        .unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&answer.stderr)));
    assert_eq!(status["storeId"], api.status().await.store_id.as_str());
    let refused = curl("x-nothing: 1");
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("unauthenticated"), "{said}");
}
