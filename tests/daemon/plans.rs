//! Plans: shown without doing anything, carried out exactly, refused when the world has changed.

use crate::positions::{held, positions};
use tonic::Code;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::{Api, reason, refusal};
use tradingd_tests::daemon::data::Paused;

fn close_all(id: &str, dry_run: bool, plan_id: &str) -> CloseAllRequest {
    CloseAllRequest {
        reason: "planned".to_owned(),
        request_id: id.to_owned(),
        dry_run,
        plan_id: plan_id.to_owned(),
    }
}

async fn plan(api: &Api) -> Plan {
    let request = close_all("", true, "");
    let answer = api.emergency().close_all(request).await.expect("a plan").into_inner();
    assert!(answer.report.is_none() && answer.effect.is_none() && answer.state.is_none());
    answer.plan.expect("a plan")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_changes_nothing_and_is_carried_out_to_the_letter() {
    let paused = Paused::prepare().await;
    let (_daemon, api) = paused.start(&paused.launch("data")).await;
    let before = api.status().await;
    let position = held(&api).await;
    let plan = plan(&api).await;
    let again = api.status().await;
    assert_eq!((again.sequence, again.trading_state), (before.sequence, before.trading_state));
    assert_eq!(plan.as_of_sequence, before.sequence);
    assert_eq!(plan.orders.len(), 1, "{plan:?}");
    let order = &plan.orders[0];
    assert_eq!((order.symbol.as_str(), order.side()), ("BTCUSDT", OrderSide::Sell));
    assert_eq!(
        (&order.quantity, &order.reference_price),
        (&position.quantity, &position.mark_price)
    );
    assert_eq!(plan.exposure_after, "0");
    assert!(!plan.cancelled_order_ids.is_empty(), "protection goes first: {plan:?}");
    assert!(plan.changes.iter().any(|c| c.what == "trading" && c.after == "halted"), "{plan:?}");
    assert!(plan.expires_at.is_some());

    let request = close_all("go", false, &plan.plan_id);
    let done = api.emergency().close_all(request.clone()).await.expect("it fits").into_inner();
    let sold = &done.report.as_ref().expect("a report").positions[0];
    assert_eq!((&sold.sold, sold.remaining.as_str()), (&order.quantity, "0"));
    assert_eq!(sold.average_price, order.expected_price, "the price that was planned");
    let orders = api.all_orders().await;
    let made = orders.iter().filter(|o| o.purpose() == OrderPurpose::CloseAll);
    let made: Vec<_> = made.map(|o| (o.symbol.clone(), o.fee.clone())).collect();
    assert_eq!(made.len(), 1, "{made:?}");
    let fee = |text: &str| text.parse::<f64>().expect("a number");
    assert!((fee(&made[0].1) - fee(&order.fee)).abs() < 0.01, "{made:?} {order:?}");
    // The same wish again gets the same answer, though its plan is spent.
    let repeat = api.emergency().close_all(request).await.expect("a replay").into_inner();
    assert!(repeat.effect.expect("an effect").replayed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_does_not_fit_is_refused_and_nothing_is_done() {
    let paused = Paused::prepare().await;
    let (_daemon, api) = paused.start(&paused.launch("data")).await;
    let stale = (Code::Aborted, "PLAN_STALE".to_owned());
    let unknown = close_all("a", false, "no-such-plan");
    assert_eq!(refusal(api.emergency().close_all(unknown.clone()).await), stale);
    // One wish, one answer: the refusal is told again and recorded once.
    let sequence = api.status().await.sequence;
    assert_eq!(refusal(api.emergency().close_all(unknown).await), stale);
    assert_eq!(api.status().await.sequence, sequence);

    let first = plan(&api).await;
    let other = CloseAllRequest {
        reason: "another reason".to_owned(),
        ..close_all("b", false, &first.plan_id)
    };
    let mismatch = (Code::FailedPrecondition, "PLAN_MISMATCH".to_owned());
    assert_eq!(refusal(api.emergency().close_all(other).await), mismatch);

    let second = plan(&api).await;
    let half = ClosePositionRequest {
        symbol: "BTCUSDT".to_owned(),
        size: Some(close_position_request::Size::PartPct("50".to_owned())),
        reason: "half".to_owned(),
        request_id: "half".to_owned(),
        ..Default::default()
    };
    api.positions().close_position(half).await.expect("half is sold");
    let late = close_all("c", false, &second.plan_id);
    let refused = api.emergency().close_all(late).await.expect_err("a fill came between");
    assert_eq!(reason(&refused), "PLAN_STALE");
    assert!(refused.message().starts_with("positions have changed"), "{refused:?}");

    let third = plan(&api).await;
    let stop = StopRequest {
        request_id: "stop".to_owned(),
        // A stop stops whatever plan it names.
        plan_id: "long-gone".to_owned(),
        ..Default::default()
    };
    api.emergency().stop(stop).await.expect("a stop is never held up");
    let late = close_all("d", false, &third.plan_id);
    let refused = api.emergency().close_all(late).await.expect_err("a stop came between");
    assert!(refused.message().starts_with("trading was halted since"), "{refused:?}");
    assert_eq!(positions(&api).await.len(), 1, "nothing was sold");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_verb_shows_its_plan_and_carries_it_out() {
    let paused = Paused::prepare().await;
    let (daemon, api) = paused.start(&paused.launch("data")).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    let sequence = api.status().await.sequence;
    let verbs: [&[&str]; 7] = [
        &["stop", "--reason", "r"],
        &["close-all", "--reason", "r"],
        &["positions", "close", "BTCUSDT", "--part", "50", "--reason", "r"],
        &["positions", "protect", "BTCUSDT", "--stop", "none"],
        &["strategies", "disable", "rsi", "--force"],
        &["portfolio", "deposit", "USDT", "5", "--reason", "r"],
        &["portfolio", "withdraw", "USDT", "5", "--reason", "r"],
    ];
    let dry = |verb: &[&str]| botctl.json(&[verb, &["--dry-run"]].concat());
    for verb in verbs {
        let shown = botctl.done(&[verb, &["--dry-run"]].concat());
        assert!(shown.out.contains("exposure") && shown.out.contains("plan"), "{shown:?}");
        let plan = dry(verb);
        assert!(
            !plan["changes"].as_array().expect("a list").is_empty()
                || !plan["orders"].as_array().expect("a list").is_empty(),
            "{verb:?}: {plan}"
        );
    }
    assert_eq!(api.status().await.sequence, sequence, "nothing was done");
    // Nothing is halted: a plan is refused like the real thing.
    assert_eq!(botctl.run(&["resume", "--reason", "r", "--dry-run"]).code, 1);
    assert_eq!(botctl.run(&["orders", "cancel", "a1b2c3d4-1-1", "--dry-run"]).code, 5);

    let plan = dry(verbs[2]);
    let id = plan["plan_id"].as_str().expect("an id");
    assert_eq!(botctl.run(&[verbs[4], &["--plan", id]].concat()).code, 1, "another verb's plan");
    let plan = dry(verbs[2]);
    let id = plan["plan_id"].as_str().expect("an id");
    let sold = botctl.done(&[verbs[2], &["--plan", id, "--yes"]].concat());
    assert!(sold.out.contains("slippage"), "{sold:?}");
    assert_eq!(botctl.run(&[verbs[2], &["--plan", id, "--yes"]].concat()).code, 6, "spent");
    let _ = botctl.done(&["stop"]);
    let _ = botctl.done(&["wait", "--until", "halted"]);
    let plan = dry(&["resume", "--reason", "r"]);
    let id = plan["plan_id"].as_str().expect("an id");
    let _ = botctl.done(&["resume", "--reason", "r", "--plan", id]);
    let _ = botctl.done(&["wait", "--until", "active"]);
    assert_eq!(botctl.run(&["wait", "--until", "flat", "--timeout", "1s"]).code, 4);
    let _ = botctl.done(&["close-all", "--reason", "r", "--yes"]);
    let _ = botctl.done(&["wait", "--until", "flat"]);
    let sequence = api.status().await.sequence.to_string();
    let _ = botctl.done(&["wait", "--until", "sequence", &sequence]);
    let last = api.all_orders().await.pop().expect("an order");
    let _ = botctl.done(&["wait", "--until", "order", &last.client_order_id]);
    assert_eq!(botctl.run(&["wait", "--until", "order", "a1b2c3d4-1-1"]).code, 5);
}
