//! Taking one order back, and the freeze that takes back protection too.

use crate::positions::{executions, held, live_orders, positions};
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::{Api, micros};
use tradingd_tests::daemon::data::{FIRST, MINUTE, Paused, klines, with_pause, write};
use tradingd_tests::daemon::{Daemon, Launch};

/// Data and a launch that waits in a pause while a limit entry rests.
async fn with_a_resting_entry(folder: &std::path::Path) -> (Launch, u64) {
    let limit = ["--set", "execution.entry_style=limit"];
    let plain = klines(2_000, 7);
    let scout = write(folder, "BTCUSDT", &plain);
    let daemon = Launch::on(&folder.join("scout")).replay(&[scout]).with(&limit);
    let daemon = daemon.with(&["--speed", "max"]).start();
    let api = Api::first_admin(daemon.address).await;
    api.until(|status| status.source_finished).await;
    let orders = api.all_orders().await;
    let entry = orders
        .iter()
        .find(|o| o.purpose() == OrderPurpose::Entry && o.r#type() == OrderType::Limit);
    let created = micros(entry.expect("a limit entry").created_at.as_ref()) / 1_000;
    // Made at the close of a row; the pause comes before the row after it.
    let rows = ((created - FIRST) / MINUTE) as usize;
    daemon.kill_9();
    let file = write(folder, "BTCUSDT", &with_pause(&plain, rows));
    let launch = Launch::on(&folder.join("data")).replay(&[file]).with(&limit);
    (launch.with(&["--speed", "1000000"]), rows as u64)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resting_entry_is_taken_back() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (launch, rows) = with_a_resting_entry(folder.path()).await;
    let daemon = launch.start();
    let api = Api::first_admin(daemon.address).await;
    api.until(|status| status.bars == rows).await;
    let mut resting = live_orders(&api, OrderPurpose::Entry).await;
    assert_eq!(resting.len(), 1, "{resting:?}");
    let entry = resting.remove(0);
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    let request = CancelOrderRequest {
        client_order_id: entry.client_order_id.clone(),
        request_id: "cancel-1".to_owned(),
        reason: "too late".to_owned(),
        ..Default::default()
    };
    let cancel = async || api.orders().cancel_order(request.clone()).await.expect("taken back");
    let first = cancel().await.into_inner();
    assert_eq!(first.order.clone().expect("the order").status(), OrderStatus::Cancelled);
    let second = cancel().await.into_inner();
    assert!(second.effect.expect("an effect").replayed, "once per request: {second:?}");
    assert_eq!(second.order, first.order);
    assert!(live_orders(&api, OrderPurpose::Entry).await.is_empty());
    let listed = executions(&api, OrderPurpose::Entry).await.executions;
    let came_to = listed.iter().find(|e| e.intent == entry.intent).expect("its result is listed");
    assert_eq!((came_to.style(), came_to.filled.as_str()), (ExecutionStyle::Limit, "0"));
    assert_eq!((came_to.note.as_str(), came_to.slippage_bps.as_str()), ("cancelled", ""));
    assert!(positions(&api).await.is_empty());
    let gone = botctl.run(&["orders", "cancel", &entry.client_order_id]);
    assert_eq!(gone.code, 5, "{gone:?}");
    assert_eq!(botctl.run(&["orders", "cancel", "NO ID"]).code, 2);
}

async fn frozen(api: &Api) -> bool {
    api.status().await.trading_state.expect("a state").frozen
}

/// Demands a frozen account: the position is there, and nothing at all could sell it.
async fn demand_bare(api: &Api) {
    assert!(frozen(api).await);
    let position = held(api).await;
    assert_eq!(position.protection(), ProtectionPlace::None, "{position:?}");
    assert!(live_orders(api, OrderPurpose::Protection).await.is_empty());
}

async fn in_the_pause(paused: &Paused) -> (Daemon, Api) {
    let daemon = paused.launch("data").start();
    let api = Api::login(daemon.address).await;
    api.until(|status| status.bars == paused.rows).await;
    (daemon, api)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_suspends_protection_over_kill_9_until_resume() {
    let paused = Paused::prepare().await;
    let (daemon, api) = paused.start(&paused.launch("data")).await;
    let before = held(&api).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    let stopped = botctl.json(&["stop", "--freeze", "--reason", "the venue shows wrong prices"]);
    assert_eq!(stopped["unprotected_symbols"], serde_json::json!(["BTCUSDT"]), "{stopped}");
    assert_eq!(stopped["protection"], serde_json::json!([]), "{stopped}");
    assert_eq!(stopped["state"]["frozen"], true);
    demand_bare(&api).await;
    assert!(botctl.done(&["status"]).out.contains("FROZEN"));
    assert!(botctl.done(&["emergency"]).out.contains("FROZEN"));

    daemon.kill_9();
    let (daemon, api) = in_the_pause(&paused).await;
    demand_bare(&api).await;

    let botctl = botctl.moved_to(daemon.address);
    let resumed = botctl.json(&["resume", "--reason", "prices are right again"]);
    assert_eq!(resumed["state"]["frozen"], false, "{resumed}");
    let after = held(&api).await;
    assert_eq!(after.protection(), ProtectionPlace::Venue, "{after:?}");
    assert_eq!((after.stop_price, after.quantity), (before.stop_price, before.quantity));
    assert!(!live_orders(&api, OrderPurpose::Protection).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_position_can_be_closed_by_hand() {
    let paused = Paused::prepare().await;
    let (daemon, api) = paused.start(&paused.launch("data")).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    let _ = botctl.done(&["stop", "--freeze"]);
    let closed = botctl.done(&["positions", "close", "BTCUSDT", "--reason", "out", "--yes"]);
    assert!(closed.out.contains("slippage"), "{closed:?}");
    assert!(positions(&api).await.is_empty());
    assert!(frozen(&api).await, "the halt stays");
}
