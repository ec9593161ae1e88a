//! What operators do to single positions: move their levels, sell a part or all.

use rust_decimal::Decimal;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use tradingd_proto::v1::close_position_request::Size;
use tradingd_proto::v1::level_change::Change;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::{Api, reason, refusal};
use tradingd_tests::daemon::data::Paused;

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|e| panic!("{text:?}: {e}"))
}

/// All open positions.
pub async fn positions(api: &Api) -> Vec<Position> {
    let answer = api.positions().list_positions(ListPositionsRequest::default()).await;
    answer.expect("positions").into_inner().positions
}

/// The open position of a daemon that waits in the pause.
pub async fn held(api: &Api) -> Position {
    let mut all = positions(api).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Orders of a purpose that can still fill.
pub async fn live_orders(api: &Api, purpose: OrderPurpose) -> Vec<Order> {
    let mut orders = api.all_orders().await;
    let live = [OrderStatus::Working, OrderStatus::PartiallyFilled, OrderStatus::Attempted];
    orders.retain(|o| o.purpose() == purpose && live.contains(&o.status()));
    orders
}

fn at(price: Decimal) -> Option<LevelChange> {
    Some(LevelChange { change: Some(Change::Price(price.to_string())) })
}

/// A price at so many percent of another, in cents.
fn share(price: Decimal, percent: i64) -> Decimal {
    (price * Decimal::new(percent, 2)).round_dp(2)
}

/// The field that a refusal names and the rule it gives.
fn violation(status: &Status) -> (String, String) {
    let bad = status.get_details_bad_request().unwrap_or_else(|| panic!("no field in {status:?}"));
    let first = bad.field_violations.into_iter().next().expect("a field");
    (first.field, first.description)
}

fn protect(request_id: &str) -> SetProtectionRequest {
    let (symbol, request_id) = ("BTC/USDT".to_owned(), request_id.to_owned());
    SetProtectionRequest { symbol, request_id, ..SetProtectionRequest::default() }
}

/// The changes of protection after a sequence.
async fn changes_after(api: &Api, sequence: u64) -> Vec<ProtectionChanged> {
    let status = api.status().await;
    let mut stream = api.resume(sequence, &status.store_id).await;
    let records = stream.records((status.sequence - sequence) as usize).await;
    let change = |record: SubscribeResponse| match record.payload {
        Some(Payload::ProtectionChanged(change)) => Some(change),
        _ => None,
    };
    records.into_iter().filter_map(change).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_move_at_the_venue_and_once_per_request() {
    let paused = Paused::prepare().await;
    let (_daemon, api) = paused.start(&paused.launch("data")).await;
    let before = held(&api).await;
    let mark = number(&before.mark_price);
    let (stop, target) = (share(mark, 99), share(mark, 103));
    let sequence = api.status().await.sequence;
    let request = SetProtectionRequest {
        stop: at(stop),
        first_target: Some(LevelChange { change: Some(Change::Clear(true)) }),
        target: at(target),
        reason: "before the release".to_owned(),
        ..protect("protect-1")
    };
    let answer = api.positions().set_protection(request.clone()).await.expect("moved").into_inner();
    let now = answer.position.clone().expect("a position");
    assert_eq!((number(&now.stop_price), number(&now.target_price)), (stop, target));
    assert_eq!((now.first_target_price.as_str(), now.stop_kind()), ("", StopKind::Operator));
    let effect = answer.effect.expect("an effect");
    assert!(!effect.replayed && effect.sequence > sequence, "{effect:?}");

    // The orders at the venue are the new ones and cover the whole position.
    let resting = live_orders(&api, OrderPurpose::Protection).await;
    let mut triggers: Vec<Decimal> = resting.iter().map(|o| number(&o.trigger_price)).collect();
    triggers.sort_unstable();
    assert_eq!(triggers, [stop, target], "{resting:?}");
    assert!(resting.iter().all(|o| o.quantity == now.quantity), "{resting:?}");
    assert_eq!(held(&api).await.protection(), ProtectionPlace::Venue);
    let changes = changes_after(&api, sequence).await;
    let last = changes.last().expect("an event");
    assert_eq!((number(&last.stop_price), last.stop_kind()), (stop, StopKind::Operator));

    let again = api.positions().set_protection(request.clone()).await.expect("told").into_inner();
    assert!(again.effect.expect("an effect").replayed);
    assert_eq!(again.position, answer.position);
    assert_eq!(changes_after(&api, sequence).await, changes, "nothing was done again");
    let other = SetProtectionRequest { target: at(share(mark, 104)), ..request };
    let (code, why) = refusal(api.positions().set_protection(other).await);
    assert_eq!((code, why.as_str()), (Code::AlreadyExists, "REQUEST_ID_REUSED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_levels_are_refused_with_the_bound_and_change_nothing() {
    let paused = Paused::prepare().await;
    let (_daemon, api) = paused.start(&paused.launch("data")).await;
    let before = held(&api).await;
    let mark = number(&before.mark_price);
    let price = |text: &str| Some(LevelChange { change: Some(Change::Price(text.to_owned())) });
    let above = share(mark, 101);
    let below = share(mark, 99);
    let off_tick = format!("{}1", below.trunc_with_scale(2));
    let bad = |n: usize| protect(&format!("bad-{n}"));
    let table = [
        (
            SetProtectionRequest { stop: at(above), ..bad(0) },
            "stop",
            format!("must be below {mark}"),
        ),
        (
            SetProtectionRequest { stop: at(mark), ..bad(1) },
            "stop",
            format!("must be below {mark}"),
        ),
        (
            SetProtectionRequest { target: at(below), ..bad(2) },
            "target",
            format!("must be above {mark}"),
        ),
        (
            SetProtectionRequest {
                first_target: at(share(mark, 105)),
                target: at(share(mark, 103)),
                ..bad(3)
            },
            "first_target",
            format!("must be below {}", share(mark, 103).normalize()),
        ),
        (
            // A good level beside a bad one is not taken either.
            SetProtectionRequest { stop: at(below), first_target: at(below), ..bad(4) },
            "first_target",
            format!("must be above {mark}"),
        ),
        (
            SetProtectionRequest { stop: price(&off_tick), ..bad(5) },
            "stop",
            "must be a multiple of 0.01".to_owned(),
        ),
        (
            SetProtectionRequest { stop: price("0"), ..bad(6) },
            "stop.price",
            "must be a decimal above 0".to_owned(),
        ),
        (
            SetProtectionRequest { target: price("1e5"), ..bad(7) },
            "target.price",
            "must be a decimal".to_owned(),
        ),
        (
            SetProtectionRequest {
                stop: Some(LevelChange { change: Some(Change::Clear(false)) }),
                ..bad(8)
            },
            "stop.clear",
            "must be true".to_owned(),
        ),
        (bad(9), "stop", "must change".to_owned()),
        (
            SetProtectionRequest { symbol: String::new(), stop: at(below), ..bad(10) },
            "symbol",
            "must be a pair".to_owned(),
        ),
    ];
    for (request, field, rule) in table {
        let status = api.positions().set_protection(request.clone()).await.expect_err("refused");
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::InvalidArgument, "FIELD_INVALID")
        );
        let (named, told) = violation(&status);
        assert_eq!(named, field, "{request:?}: {told}");
        assert!(told.starts_with(&rule), "{request:?}: {told:?} begins with {rule:?}");
    }
    let nowhere = SetProtectionRequest { symbol: "XRPUSDT".to_owned(), stop: at(below), ..bad(11) };
    assert_eq!(refusal(api.positions().set_protection(nowhere).await).0, Code::NotFound);
    let after = held(&api).await;
    let levels =
        |p: &Position| [p.stop_price.clone(), p.first_target_price.clone(), p.target_price.clone()];
    assert_eq!(levels(&after), levels(&before));

    // Protection is moved, not cancelled.
    let order = live_orders(&api, OrderPurpose::Protection).await.remove(0);
    let cancel = CancelOrderRequest {
        client_order_id: order.client_order_id,
        request_id: "cancel-1".to_owned(),
        reason: String::new(),
        ..Default::default()
    };
    let (code, why) = refusal(api.orders().cancel_order(cancel).await);
    assert_eq!((code, why.as_str()), (Code::FailedPrecondition, "ORDER_PROTECTS"));
}

fn close(request_id: &str, size: Option<Size>) -> ClosePositionRequest {
    ClosePositionRequest {
        symbol: "BTCUSDT".to_owned(),
        size,
        reason: "the drill".to_owned(),
        request_id: request_id.to_owned(),
        ..Default::default()
    }
}

/// The newest executions of a purpose, with sums.
pub async fn executions(api: &Api, purpose: OrderPurpose) -> ListExecutionsResponse {
    let request =
        ListExecutionsRequest { purpose: purpose.into(), ..ListExecutionsRequest::default() };
    api.orders().list_executions(request).await.expect("executions").into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_position_is_sold_and_then_the_rest() {
    let paused = Paused::prepare().await;
    let (daemon, api) = paused.start(&paused.launch("data")).await;
    let before = held(&api).await;
    let whole = number(&before.quantity);
    // A refusal is remembered under its id, so that each wish needs one of its own.
    for (at, (size, field, rule)) in [
        (Size::Quantity((whole + whole).to_string()), "quantity", "must be above 0 to"),
        (Size::Quantity("0".to_owned()), "quantity", "must be a decimal above 0"),
        (Size::Quantity("0.000000001".to_owned()), "quantity", "must be above 0 to"),
        (Size::Quantity("0.00001".to_owned()), "quantity", "0.00001 is worth"),
        (Size::PartPct("100.5".to_owned()), "part_pct", "must be a decimal above 0 to 100"),
        (Size::PartPct("0.0000001".to_owned()), "quantity", "must be above 0 to"),
    ]
    .into_iter()
    .enumerate()
    {
        let request = close(&format!("bad-{at}"), Some(size));
        let status = api.positions().close_position(request.clone()).await.expect_err("refused");
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::InvalidArgument, "FIELD_INVALID")
        );
        let (named, told) = violation(&status);
        assert_eq!(named, field, "{request:?}: {told}");
        assert!(told.starts_with(rule), "{request:?}: {told:?} begins with {rule:?}");
    }
    let silent = ClosePositionRequest { reason: " ".to_owned(), ..close("bad", None) };
    assert_eq!(refusal(api.positions().close_position(silent).await).0, Code::InvalidArgument);

    let request = close("close-1", Some(Size::PartPct("50".to_owned())));
    let answer = api.positions().close_position(request.clone()).await.expect("sold").into_inner();
    let execution = answer.execution.clone().expect("it is done within the call");
    let sold = number(&execution.filled);
    assert!(sold > Decimal::ZERO && sold <= whole / Decimal::TWO, "{execution:?}");
    assert_eq!(
        (execution.filled.as_str(), execution.note.as_str()),
        (answer.quantity.as_str(), "")
    );
    assert_eq!(execution.purpose(), OrderPurpose::OperatorExit);
    assert!(execution.slippage_bps.parse::<Decimal>().is_ok(), "{execution:?}");
    let after = held(&api).await;
    assert_eq!(number(&after.quantity), whole - sold);
    // Each lot gives its share.
    let kept = |p: &Position| -> Vec<Decimal> {
        p.lots.iter().map(|lot| number(&lot.quantity) / number(&p.quantity)).collect()
    };
    for (was, is) in kept(&before).into_iter().zip(kept(&after)) {
        assert!((was - is).abs() < Decimal::new(2, 2), "{before:?} {after:?}");
    }
    let resting = live_orders(&api, OrderPurpose::Protection).await;
    let stop = resting.iter().find(|o| o.r#type() == OrderType::Stop).expect("a stop rests");
    assert!(number(&stop.quantity) <= whole - sold, "what is left is protected: {stop:?}");

    let again = api.positions().close_position(request).await.expect("told").into_inner();
    assert!(again.effect.expect("an effect").replayed);
    assert_eq!(again.execution, Some(execution.clone()), "told again, not sold again");
    assert_eq!(held(&api).await.quantity, after.quantity);
    let listed = executions(&api, OrderPurpose::OperatorExit).await;
    assert_eq!(listed.executions, [execution]);
    let totals = listed.totals.expect("sums");
    assert_eq!((totals.count, totals.done), (1, 1));
    assert_eq!(totals.mean_slippage_bps, listed.executions[0].slippage_bps);

    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    let verb = ["positions", "close", "BTC/USDT", "--reason", "the rest", "--yes"];
    let rest = botctl.json(&verb);
    assert_eq!(number(rest["execution"]["filled"].as_str().expect("text")), whole - sold);
    assert!(positions(&api).await.is_empty());
    assert!(live_orders(&api, OrderPurpose::Protection).await.is_empty());
    let trade = botctl.json(&["trades", "--limit", "1"]);
    assert_eq!(trade["trades"][0]["exit_reason"], "EXIT_REASON_OPERATOR");
    let status = api.status().await;
    let state = status.trading_state.expect("a state").state();
    assert_eq!(state, TradingState::Active, "closing one position stops nothing");
    assert_eq!(botctl.run(&verb).code, 5, "nothing is held any more");
    let table = botctl.done(&["executions", "--for", "operator-exit"]).out;
    assert!(table.contains("2 in all, 2 with fills"), "{table}");

    // What it came to is remembered over a kill.
    let listed = executions(&api, OrderPurpose::OperatorExit).await;
    daemon.kill_9();
    let daemon = paused.launch("data").start();
    let api = Api::login(daemon.address).await;
    let later = executions(&api, OrderPurpose::OperatorExit).await;
    assert_eq!((later.executions, later.totals), (listed.executions, listed.totals));
}
