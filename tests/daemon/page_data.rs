//! What the pages show, from a real run: every figure equals the ledger, the journal or the engine,
//! whichever way it is asked for, and is the same after a restart.

mod charts;
mod decisions;
mod orders;
mod state;
mod trades;

use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::path::Path;
use tradingd_proto::prost_types::Duration;
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::data::{klines, write};
use tradingd_tests::daemon::{Daemon, Launch};

/// Three days of two pairs, handled to the end.
async fn finished(folder: &Path) -> (Daemon, Api) {
    let files = [("BTCUSDT", 11), ("ETHUSDT", 12)]
        .map(|(symbol, seed)| write(folder, symbol, &klines(4_400, seed)));
    let launch = Launch::on(&folder.join("data")).replay(&files).tireless();
    let daemon = launch.with(&["--speed", "max"]).start();
    let api = Api::first_admin(daemon.address).await;
    api.until(|status| status.source_finished).await;
    (daemon, api)
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|e| panic!("{text:?}: {e}"))
}

fn length(span: Option<Duration>) -> i64 {
    let span = span.expect("a duration");
    span.seconds * 1_000_000 + i64::from(span.nanos) / 1_000
}

async fn settings(api: &Api) -> BTreeMap<String, String> {
    let mut client = SettingsServiceClient::new(api.channel());
    let answer = client.list_settings(ListSettingsRequest::default()).await.expect("answers");
    answer.into_inner().settings.into_iter().map(|s| (s.key, s.value)).collect()
}
