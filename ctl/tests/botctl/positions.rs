//! Closing and protecting one position, cancelling one order, what intents came to.

use crate::daemon::{Daemon, Next};
use crate::run::User;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};
use tradingd_proto::v1::close_position_request::Size;
use tradingd_proto::v1::level_change::Change;
use tradingd_proto::v1::{Execution, ExecutionStyle, LevelChange, OrderPurpose};

fn user(daemon: &Daemon) -> User {
    User::with_token(&daemon.url(), "access-0")
}

fn sold(filled: &str, note: &str) -> Execution {
    Execution {
        intent: 9,
        symbol: "BTCUSDT".to_owned(),
        wanted: "0.5".to_owned(),
        filled: filled.to_owned(),
        average_price: "60000".to_owned(),
        slippage_bps: "1.5".to_owned(),
        note: note.to_owned(),
        ..Default::default()
    }
}

#[test]
fn a_close_asks_unless_told_not_to() {
    let daemon = Daemon::start();
    let ended = user(&daemon).run(&["positions", "close", "BTC/USDT", "--reason", "news"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("next: pass --yes"), "{ended:?}");
    assert!(daemon.state.lock().request_ids.is_empty(), "nothing was sold without a yes");
}

#[test]
fn a_close_says_how_much_and_tells_what_came_of_it() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    let close = ["positions", "close", "BTC/USDT", "--reason", "news", "--yes"];
    for (more, size) in [
        (&[][..], None),
        (&["--quantity", "0.25"][..], Some(Size::Quantity("0.25".to_owned()))),
        (&["--part", "50%"][..], Some(Size::PartPct("50".to_owned()))),
    ] {
        daemon.state.lock().close_ends = [Some(sold("0.5", ""))].into();
        let ended = user.run(&[&close[..], more].concat());
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(ended.out.contains("average   60,000\n"), "{ended:?}");
        assert!(ended.out.contains("slippage  1.50 bps"), "{ended:?}");
        let asked = daemon.state.lock().closes.pop().expect("one call");
        assert_eq!((asked.size, asked.reason.as_str()), (size, "news"));
        assert_eq!(asked.symbol, "BTC/USDT");
    }
}

#[test]
fn a_close_at_work_is_asked_after_with_the_same_id() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    let close = ["positions", "close", "BTC/USDT", "--reason", "news", "--yes"];
    daemon.state.lock().close_ends = [None, None, Some(sold("0.3", "no_liquidity"))].into();
    let ended = user.run(&close);
    assert_eq!(ended.code, 7, "{ended:?}");
    assert!(ended.err.contains("0.3 of 0.5 BTCUSDT was sold (no_liquidity)"), "{ended:?}");
    let ids = daemon.state.lock().request_ids.clone();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0]), "sold once: {ids:?}");

    let ended = user.run(&[&close[..], &["--wait", "300ms", "-o", "json"]].concat());
    assert_eq!(ended.code, 7, "{ended:?}");
    assert_eq!(ended.json()["execution"], serde_json::Value::Null);
    assert_eq!(ended.error()["code"], "PARTIAL");
    assert!(ended.err.contains("still at work after 300ms"), "{ended:?}");
}

#[test]
fn levels_are_kept_moved_or_cleared() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    let at = |price: &str| Some(LevelChange { change: Some(Change::Price(price.to_owned())) });
    let gone = Some(LevelChange { change: Some(Change::Clear(true)) });
    let protect = |args: &[&str]| user.run(&[&["positions", "protect", "BTC/USDT"], args].concat());
    let ended = protect(&["--stop", "61000", "--target", "none", "--reason", "release"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.contains("stop          61,000"), "{ended:?}");
    let asked = daemon.state.lock().protections.pop().expect("one call");
    assert_eq!((asked.stop, asked.first_target, asked.target), (at("61000"), None, gone.clone()));
    assert_eq!((asked.reason.as_str(), asked.request_id.len()), ("release", 32));

    let ended = protect(&["--stop", "none"]);
    assert_eq!(ended.code, 2, "clearing the stop asks: {ended:?}");
    assert!(ended.err.contains("next: pass --yes"), "{ended:?}");
    assert!(daemon.state.lock().protections.is_empty());
    assert_eq!(protect(&["--stop", "none", "--first-target", "65000.5", "--yes"]).code, 0);
    let asked = daemon.state.lock().protections.pop().expect("one call");
    assert_eq!((asked.stop, asked.first_target), (gone, at("65000.5")));
    for bad in [&[][..], &["--stop", "cheap"], &["--target", "0"], &["--first-target", "1e5"]] {
        let ended = protect(bad);
        assert_eq!(ended.code, 2, "{bad:?}: {ended:?}");
    }
    assert!(daemon.state.lock().protections.is_empty());
}

#[test]
fn what_the_daemon_says_of_a_level_reaches_the_user() {
    let daemon = Daemon::start();
    let mut details = ErrorDetails::new();
    details.set_error_info("FIELD_INVALID", "tradingd", std::collections::HashMap::new());
    details.add_bad_request_violation("stop", "must be below 60000, got 61000");
    let message = "stop must be below 60000, got 61000";
    let status = Status::with_error_details(Code::InvalidArgument, message, details);
    daemon.next(Next::Fail(status));
    let ended = user(&daemon).run(&["positions", "protect", "BTC/USDT", "--stop", "61000"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("stop: must be below 60000, got 61000"), "{ended:?}");
}

#[test]
fn an_order_is_cancelled_by_its_id() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    let ended = user.run(&["orders", "cancel", "3f2a-17-1", "--reason", "too late"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.out, "order 3f2a-17-1 is cancelled; nothing of it was filled\n");
    let asked = daemon.state.lock().cancels.pop().expect("one call");
    assert_eq!((asked.client_order_id.as_str(), asked.reason.as_str()), ("3f2a-17-1", "too late"));
    daemon.next(Next::Fail(Status::failed_precondition("it protects a position")));
    assert_eq!(user.run(&["orders", "cancel", "3f2a-17-1"]).code, 1);
    daemon.next(Next::Fail(Status::not_found("there is no live order")));
    assert_eq!(user.run(&["orders", "cancel", "x"]).code, 5);
    assert_eq!(user.run(&["orders", "--open", "cancel", "x"]).code, 2);
}

#[test]
fn executions_are_filtered_paged_and_summed() {
    let daemon = Daemon::start();
    let user = user(&daemon);
    let ended = user.run(&["executions", "--limit", "2"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.contains("700 in all, 690 with fills"), "{ended:?}");
    assert_eq!(ended.err, "there are more; see --limit\n");
    let filters = ["--symbol", "BTC/USDT", "--for", "operator-exit", "--style", "post-only"];
    let all = [&["executions", "-o", "json", "--limit", "900"], &filters[..]].concat();
    let json = user.run(&all).json();
    assert_eq!(json["executions"].as_array().map(Vec::len), Some(700));
    assert_eq!(json["totals"]["count"], 700);
    let asked = daemon.state.lock().execution_lists.pop().expect("a call");
    assert_eq!(
        (asked.purpose(), asked.style()),
        (OrderPurpose::OperatorExit, ExecutionStyle::PostOnly)
    );
    assert_eq!((asked.symbol.as_str(), asked.page_token.as_str()), ("BTC/USDT", "500"));
}
