//! Stop, close-all, resume and the strategies' switches, as an operator in a hurry uses them.

use std::time::Instant;
use tonic::Code;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::{Api, SOON, micros, refusal};
use tradingd_tests::daemon::data::Paused;
use tradingd_tests::daemon::{Daemon, Launch};

/// A lively account on the built-in market.
async fn lively(launch: &Launch) -> (Daemon, Api, Botctl) {
    let daemon = launch.start();
    let botctl = Botctl::first_admin(daemon.address);
    let api = Api::login(daemon.address).await;
    (daemon, api, botctl)
}

fn state_of(status: &GetStatusResponse) -> (TradingState, u64) {
    let state = status.trading_state.clone().expect("a state");
    (state.state(), state.epoch)
}

/// Orders made after a moment that are neither protection nor part of a close-all.
async fn opened_after(api: &Api, moment: i64) -> Vec<Order> {
    let mut orders = api.all_orders().await;
    orders.retain(|order| {
        let fenced = matches!(order.purpose(), OrderPurpose::Entry | OrderPurpose::StrategyExit);
        fenced && micros(order.created_at.as_ref()) > moment
    });
    orders
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_holds_over_kill_9_until_a_person_resumes() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path()).tireless().with(&["--speed", "30000"]);
    let (daemon, api, botctl) = lively(&launch).await;
    api.until(|status| status.bars > 1_000).await;
    let resume = botctl.run(&["resume", "--reason", "nothing to resume"]);
    assert_eq!(resume.code, 1, "{resume:?}");

    // Standard input is closed and nobody answers a prompt.
    let begun = Instant::now();
    let stopped = botctl.done(&["stop"]);
    assert!(begun.elapsed() < SOON, "stop took {:?}", begun.elapsed());
    assert!(stopped.out.contains("halted"), "{stopped:?}");
    let status = api.status().await;
    assert_eq!(state_of(&status), (TradingState::Halted, 1));
    assert!(status.entry_blocks.contains(&"trading_state".to_owned()), "{status:?}");
    let moment = micros(status.data_time.as_ref());
    daemon.kill_9();

    let daemon = launch.start();
    let api = Api::login(daemon.address).await;
    let botctl = botctl.moved_to(daemon.address);
    let status = api.until(|later| later.bars > status.bars + 2_000).await;
    assert_eq!(state_of(&status), (TradingState::Halted, 1));
    let opened = opened_after(&api, moment).await;
    assert!(opened.is_empty(), "no entry and no strategy exit after a stop: {opened:?}");

    // A newer stop wins over a resume that names the older one.
    let _ = botctl.done(&["stop", "--reason", "once more"]);
    let stale = botctl.run(&["resume", "--reason", "all is well", "--epoch", "1"]);
    assert_eq!(stale.code, 6, "{stale:?}");
    assert!(stale.err.contains("NEWER_STOP"), "{stale:?}");
    assert_eq!(botctl.run(&["resume"]).code, 2, "a resume says why");
    assert_eq!(botctl.run(&["resume", "--reason", "  "]).code, 2, "a resume says why");
    let resumed = botctl.json(&["resume", "--reason", "all is well"]);
    assert_eq!(resumed["state"]["state"], "TRADING_STATE_ACTIVE", "{resumed}");
    assert!(resumed["previous_cause"].as_str().is_some_and(|c| c.contains("once more")));
    let moment = micros(api.status().await.data_time.as_ref());
    let bars = api.status().await.bars;
    api.until(|later| later.bars > bars + 3_000).await;
    assert!(!opened_after(&api, moment).await.is_empty(), "trading goes on after a resume");
}

#[tokio::test(flavor = "multi_thread")]
async fn close_all_sells_what_is_held_and_says_so() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path()).tireless().with(&["--speed", "6000"]);
    let (_daemon, api, botctl) = lively(&launch).await;
    let asks = botctl.run(&["close-all", "--reason", "the drill"]);
    assert_eq!(asks.code, 2, "without a terminal it needs --yes: {asks:?}");
    // A position may be gone before the command arrives; then there is another one soon.
    let closed = loop {
        api.until(|status| status.open_positions > 0).await;
        let closed = botctl.json(&["close-all", "--reason", "the drill", "--yes"]);
        if !closed["report"]["positions"].as_array().expect("a list").is_empty() {
            break closed;
        }
        let _ = botctl.done(&["resume", "--reason", "nothing was held"]);
    };
    let report = &closed["report"];
    assert_eq!((&report["flat"], &report["running"]), (&true.into(), &false.into()), "{report}");
    for position in report["positions"].as_array().expect("a list") {
        assert_eq!(position["held"], position["sold"], "{position}");
        assert_eq!(position["remaining"], "0", "{position}");
        assert_ne!(position["average_price"], "", "{position}");
    }
    let status = api.status().await;
    assert_eq!(state_of(&status).0, TradingState::Halted);
    assert_eq!((status.open_positions, status.open_orders), (0, 0), "{status:?}");
    let state = botctl.json(&["emergency"]);
    assert_eq!(state["last_close_all"], *report);
    let trades = botctl.json(&["trades", "--limit", "1"]);
    assert_eq!(trades["trades"][0]["exit_reason"], "EXIT_REASON_CLOSE_ALL");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strategy_with_open_positions_is_switched_off_by_force_only() {
    let paused = Paused::prepare().await;
    let (daemon, api) = paused.start(&paused.launch("data")).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    let list = api.strategies().list_strategies(ListStrategiesRequest {}).await;
    let list = list.expect("strategies").into_inner().strategies;
    let owner = list.iter().find(|s| !s.open_symbols.is_empty()).expect("somebody owns it");
    let refused = botctl.run(&["strategies", "disable", &owner.name]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.err.contains("POSITIONS_OPEN"), "{refused:?}");
    let switch = ["strategies", "disable", &owner.name, "--force", "--reason", "the drill"];
    let off = botctl.json(&switch);
    assert_eq!(off["strategy"]["enabled"], false, "{off}");
    assert_eq!(off["strategy"]["version"], owner.version + 1);
    let stale = owner.version.to_string();
    let stale = ["strategies", "enable", &owner.name, "--expected-version", &stale];
    assert_eq!(botctl.run(&stale).code, 6);
    let status = api.status().await;
    assert_eq!(status.strategies_enabled + 1, status.strategies_total);
    assert_eq!(status.open_positions, 1, "switching off sells nothing");

    // The switch is durable.
    daemon.kill_9();
    let daemon = paused.launch("data").start();
    let api = Api::login(daemon.address).await;
    let status = api.status().await;
    assert_eq!(status.strategies_enabled + 1, status.strategies_total);
    let _ = botctl.moved_to(daemon.address).done(&["strategies", "enable", &owner.name]);
    assert_eq!(api.status().await.strategies_enabled, status.strategies_total);
}

/// The `stop` records after a sequence.
async fn stops_after(api: &Api, sequence: u64) -> usize {
    let status = api.status().await;
    let mut stream = api.resume(sequence, &status.store_id).await;
    let records = stream.records((status.sequence - sequence) as usize).await;
    let is_stop = |record: &&SubscribeResponse| matches!(&record.payload, Some(Payload::Control(control)) if control.r#type == "stop");
    records.iter().filter(is_stop).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_answered_and_not_done_again() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let launch = Launch::on(folder.path());
    let (daemon, api, _) = lively(&launch).await;
    let before = api.status().await.sequence;
    let request = StopRequest {
        reason: "only once".to_owned(),
        request_id: "stop-1".to_owned(),
        freeze: false,
        ..Default::default()
    };
    let answer = async |api: &Api, request: &StopRequest| {
        let answer = api.emergency().stop(request.clone()).await.expect("stopped").into_inner();
        let effect = answer.effect.expect("an effect");
        (
            effect.replayed,
            StopResponse { effect: Some(Effect { replayed: false, ..effect }), ..answer },
        )
    };
    let first = answer(&api, &request).await;
    assert!(!first.0 && first.1.effect.expect("an effect").sequence > before, "{first:?}");
    for _ in 0..3 {
        assert_eq!(answer(&api, &request).await, (true, first.1.clone()));
    }
    assert_eq!(stops_after(&api, before).await, 1);
    let other = StopRequest { reason: "something else".to_owned(), ..request.clone() };
    let (code, why) = refusal(api.emergency().stop(other).await);
    assert_eq!((code, why.as_str()), (Code::AlreadyExists, "REQUEST_ID_REUSED"));
    let nameless = StopRequest { request_id: String::new(), ..request.clone() };
    assert_eq!(refusal(api.emergency().stop(nameless).await).0, Code::InvalidArgument);

    daemon.kill_9();
    let daemon = launch.start();
    let api = Api::login(daemon.address).await;
    assert_eq!(answer(&api, &request).await, (true, first.1));
    assert_eq!(stops_after(&api, before).await, 1);
}
