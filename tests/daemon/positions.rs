//! What operators do to single positions and orders: close, protect, cancel, freeze.

use rust_decimal::Decimal;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use tradingd_proto::v1::close_position_request::Size;
use tradingd_proto::v1::level_change::Change;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::{Api, micros, reason, refusal};
use tradingd_tests::daemon::data::{FIRST, MINUTE, Paused, klines, with_pause, write};
use tradingd_tests::daemon::{Daemon, Launch};

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|e| panic!("{text:?}: {e}"))
}

async fn positions(api: &Api) -> Vec<Position> {
    let answer = api.positions().list_positions(ListPositionsRequest::default()).await;
    answer.expect("positions").into_inner().positions
}

/// The open position of a daemon that waits in the pause.
async fn held(api: &Api) -> Position {
    let mut all = positions(api).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

async fn live_orders(api: &Api, purpose: OrderPurpose) -> Vec<Order> {
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
    }
}

async fn executions(api: &Api, purpose: OrderPurpose) -> ListExecutionsResponse {
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
    for (size, field, rule) in [
        (Size::Quantity((whole + whole).to_string()), "quantity", "must be above 0 to"),
        (Size::Quantity("0".to_owned()), "quantity", "must be a decimal above 0"),
        (Size::Quantity("0.000000001".to_owned()), "quantity", "must be above 0 to"),
        (Size::Quantity("0.00001".to_owned()), "quantity", "0.00001 is worth"),
        (Size::PartPct("100.5".to_owned()), "part_pct", "must be a decimal above 0 to 100"),
        (Size::PartPct("0.0000001".to_owned()), "quantity", "must be above 0 to"),
    ] {
        let request = close("bad", Some(size));
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
    let cancelled =
        botctl.json(&["orders", "cancel", &entry.client_order_id, "--reason", "too late"]);
    assert_eq!(cancelled["order"]["status"], "ORDER_STATUS_CANCELLED", "{cancelled}");
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
