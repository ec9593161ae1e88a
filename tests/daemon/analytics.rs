//! Statistics of a real run: every field filled, equal to an independent computation, the same sums
//! whichever way the interval is cut, and refusals that name the field.

use crate::independent_client::python;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use tonic::Code;
use tradingd_proto::prost_types::Timestamp;
use tradingd_proto::v1::analytics_service_client::AnalyticsServiceClient;
use tradingd_proto::v1::market_service_client::MarketServiceClient;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::botctl::Botctl;
use tradingd_tests::daemon::client::Api;
use tradingd_tests::daemon::data::{Paused, klines, with_pause, write};
use tradingd_tests::daemon::{Daemon, Launch};

/// Two days of minutes, a gap of years, and more than a day again, handled to the end: long enough
/// for yearly figures, short enough to be fetched point by point.
async fn finished(folder: &Path) -> (Daemon, Api, Botctl) {
    let rows = with_pause(&klines(4_900, 11), 3_100);
    let file = write(folder, "BTCUSDT", &rows);
    let launch = Launch::on(&folder.join("data")).replay(&[file]).tireless();
    let daemon = launch.with(&["--speed", "max"]).start();
    let api = Api::first_admin(daemon.address).await;
    api.until(|status| status.source_finished).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    (daemon, api, botctl)
}

/// Paths below a JSON value that hold nothing.
fn blanks(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                blanks(value, &format!("{path}.{name}"), found);
            }
        }
        Value::Array(items) if items.is_empty() => found.push(path.to_owned()),
        Value::Array(items) => items.iter().for_each(|item| blanks(item, path, found)),
        Value::Null => found.push(path.to_owned()),
        Value::String(text) if text.is_empty() || text.ends_with("_UNSPECIFIED") => {
            found.push(path.to_owned());
        }
        Value::Number(number) if number.as_f64() == Some(0.0) => found.push(path.to_owned()),
        Value::Number(_) | Value::String(_) | Value::Bool(_) => {}
    }
}

/// What may be blank in a run that has everything: a fall that lasts to the end, the first point of a
/// curve, groups that never won, reasons that stand in another field.
fn may_be_blank(path: &str) -> bool {
    let (head, field) = path.rsplit_once('.').unwrap_or_default();
    let grouped = head.starts_with(".by_");
    path == ".deepest_drawdown.recovered_at"
        || (head == ".curve" && field.ends_with("drawdown_pct"))
        || (grouped && ["wins", "win_rate_pct"].contains(&field))
        || (grouped && head != ".by_exit_reason" && field == "exit_reason")
        || path == ".by_exit_reason.key"
        || head == ".returns"
        || head == ".holding"
        || (head == ".by_hour_of_week" && ["weekday", "hour"].contains(&field))
}

fn text_of(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().expect("a number"),
        other => other.as_f64().expect("a number"),
    }
}

fn near(name: &str, found: f64, wanted: f64) {
    let scale = wanted.abs().max(1e-3);
    assert!((found - wanted).abs() <= 1e-7 * scale, "{name}: found {found}, Python has {wanted}");
}

/// The figures by Python, from what other calls give.
fn by_python(botctl: &Botctl) -> Value {
    let points = botctl.json(&["equity", "--points", "5000"]);
    assert_eq!(points["total"], points["points"].as_array().map(Vec::len).expect("a list"));
    let mut trades =
        botctl.json(&["trades", "--all"])["trades"].as_array().expect("a list").clone();
    trades.reverse();
    let opening = botctl.json(&["portfolio"])["opening_equity"].clone();
    let input = json!({"opening": opening, "points": points["points"], "trades": trades});
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/analytics.py");
    let mut child = Command::new(python())
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(input.to_string().as_bytes()).expect("python reads");
    drop(pipe);
    let output = child.wait_with_output().expect("python ends");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn analytics_of_a_run_are_whole_and_agree_with_python() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, _api, botctl) = finished(folder.path()).await;
    let answer = botctl.json(&["analytics", "--from", "2024-01-01T00:00:00Z"]);
    let mut blank = Vec::new();
    blanks(&answer, "", &mut blank);
    blank.retain(|path| !may_be_blank(path));
    // Nothing was moved in or out.
    assert_eq!(answer["statistics"]["net_external"], "0");
    assert_eq!(blank, [""; 0], "every field is filled in a run that has everything: {answer}");

    let wanted = by_python(&botctl);
    for (name, wanted) in wanted["statistics"].as_object().expect("an object") {
        near(name, text_of(&answer["statistics"][name]), text_of(wanted));
    }
    let months = answer["months"].as_array().expect("a list");
    assert_eq!(months.len(), wanted["months"].as_object().expect("an object").len());
    for month in months {
        let name = month["month"].as_str().expect("a month");
        near(name, text_of(&month["return_pct"]), text_of(&wanted["months"][name]));
    }
    assert_eq!(answer["curve"][0]["from"], answer["first_data"]);
    let curve = answer["curve"].as_array().expect("a list");
    assert_eq!(curve[curve.len() - 1]["at"], answer["last_data"]);
    assert!(curve.len() <= 500, "{}", curve.len());
    let costs = botctl.json(&["costs"]);
    assert_eq!(costs["total"]["slippage"], answer["statistics"]["slippage"]);

    let page = botctl.done(&["analytics", "--range", "all"]).out;
    for part in
        ["Sharpe (daily)", "equity (USDT)", "drawdown (%)", "return by month", "by strategy"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    for by in ["strategy", "symbol", "hour", "weekday", "month", "reason"] {
        let table = botctl.done(&["analytics", "--by", by]).out;
        assert!(table.lines().count() >= 2 && table.contains("won (%)"), "{by}: {table}");
    }
    assert!(botctl.done(&["costs"]).out.contains("all but resting"));
}

fn at(seconds: i64, nanos: i32) -> Option<Timestamp> {
    Some(Timestamp { seconds, nanos })
}

/// Decimal text as a number of 10^-18.
fn units(text: &str) -> i128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{part:0<18}");
    digits.parse().expect("a decimal of 18 places at most")
}

#[tokio::test(flavor = "multi_thread")]
async fn analytics_of_parts_add_up_to_the_whole() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api, _botctl) = finished(folder.path()).await;
    let mut client = AnalyticsServiceClient::new(api.channel());
    let mut ask = async |from: Option<Timestamp>, to: Option<Timestamp>| {
        let request = GetAnalyticsRequest { from, to, ..GetAnalyticsRequest::default() };
        client.get_analytics(request).await.expect("answered").into_inner()
    };
    let whole = ask(None, None).await;
    let figures = |answer: &GetAnalyticsResponse| answer.statistics.clone().expect("figures");
    let total = figures(&whole);
    assert!(total.trades > 20, "{total:?}");
    for group in [
        &whole.by_symbol,
        &whole.by_hour,
        &whole.by_weekday,
        &whole.by_exit_reason,
        &whole.by_month,
    ] {
        assert_eq!(group.iter().map(|g| g.trades).sum::<u64>(), total.trades);
        assert_eq!(group.iter().map(|g| g.wins).sum::<u64>(), total.wins);
    }
    for group in [
        &whole.by_strategy,
        &whole.by_symbol,
        &whole.by_hour,
        &whole.by_weekday,
        &whole.by_exit_reason,
        &whole.by_month,
    ] {
        assert_eq!(
            group.iter().map(|g| units(&g.profit)).sum::<i128>(),
            units(&total.trade_profit)
        );
        assert_eq!(group.iter().map(|g| units(&g.fees)).sum::<i128>(), units(&total.fees));
    }
    let first = whole.first_data.expect("data").seconds;
    for minutes in [1, 777, 2_222, 3_099, 2_000_000] {
        let cut = at(first + minutes * 60, 1_000);
        let parts = [figures(&ask(None, cut).await), figures(&ask(cut, None).await)];
        let sum = |field: fn(&AnalyticsStatistics) -> i128| parts.iter().map(field).sum::<i128>();
        assert_eq!(sum(|s| s.trades.into()), i128::from(total.trades), "{minutes}");
        assert_eq!(sum(|s| units(&s.trade_profit)), units(&total.trade_profit));
        assert_eq!(sum(|s| units(&s.fees)), units(&total.fees));
        assert_eq!(sum(|s| units(&s.turnover)), units(&total.turnover));
        assert_eq!(sum(|s| units(&s.slippage)), units(&total.slippage));
        assert_eq!(sum(|s| units(&s.shortfall)), units(&total.shortfall));
        let growth = |s: &AnalyticsStatistics| 1.0 + s.total_return_pct.unwrap_or(0.0) / 100.0;
        let chained: f64 = parts.iter().map(growth).product();
        assert!((chained - growth(&total)).abs() < 1e-9, "{minutes}: {chained}");
    }
    // Ranges end with the newest data, years before this is run.
    let request = GetAnalyticsRequest {
        range: AnalyticsRange::AnalyticsRange24h.into(),
        ..Default::default()
    };
    let day = client.get_analytics(request).await.expect("answered").into_inner();
    assert_eq!(day.last_data, whole.last_data);
    let (from, to) = (day.from.expect("a start"), day.to.expect("an end"));
    assert_eq!(to.seconds - from.seconds, 86_400);
    assert!(figures(&day).trades < total.trades);
}

#[tokio::test(flavor = "multi_thread")]
async fn deposits_are_no_profit_in_analytics() {
    let paused = Paused::prepare().await;
    let (daemon, api) = paused.start(&paused.launch("data")).await;
    let deposit = RecordMovementRequest {
        kind: MovementKind::Deposit.into(),
        asset: "USDT".to_owned(),
        amount: "5000".to_owned(),
        reason: "second month".to_owned(),
        request_id: "deposit-1".to_owned(),
        ..Default::default()
    };
    api.portfolio().record_movement(deposit).await.expect("taken");
    assert_eq!(daemon.terminate().0.code, 0);
    let daemon = paused.launch_at("data", "max").start();
    let api = Api::login(daemon.address).await;
    api.until(|status| status.source_finished).await;
    let botctl = Botctl::at(daemon.address);
    assert_eq!(botctl.login().code, 0);
    let answer = botctl.json(&["analytics"]);
    let figures = &answer["statistics"];
    assert_eq!(figures["net_external"], "5000");
    let amount = |name: &str| units(figures[name].as_str().expect("decimal text"));
    let profit = amount("end_equity") - amount("start_equity") - amount("net_external");
    let months = answer["months"].as_array().expect("a list");
    let by_month = months.iter().map(|m| units(m["profit"].as_str().expect("decimal text")));
    assert_eq!(by_month.sum::<i128>(), profit);
    // Half as much again was put in; had it counted, it would be a return of 50 %.
    assert!(text_of(&figures["total_return_pct"]).abs() < 20.0, "{figures}");
    assert!(text_of(&figures["max_drawdown_pct"]) < 20.0, "{figures}");
}

/// The field that an answer says is wrong.
fn refused<T: std::fmt::Debug>(answer: Result<T, tonic::Status>) -> String {
    use tonic_types::StatusExt as _;
    let status = answer.expect_err("this must be refused");
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    status.get_details_bad_request().expect("details").field_violations[0].field.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn moments_that_are_none_are_refused_by_every_list() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let api = Api::first_admin(daemon.address).await;
    let mut analytics = AnalyticsServiceClient::new(api.channel());
    let mut market = MarketServiceClient::new(api.channel());
    let symbol = "BTCUSDT".to_owned();
    for bad in [at(i64::MAX, 0), at(-62_135_596_801, 0), at(0, -1), at(0, 1_000_000_000)] {
        let from = bad;
        assert_eq!(
            refused(
                api.portfolio()
                    .list_equity_points(ListEquityPointsRequest { from, ..Default::default() })
                    .await
            ),
            "from"
        );
        assert_eq!(
            refused(
                api.trades().list_trades(ListTradesRequest { to: bad, ..Default::default() }).await
            ),
            "to"
        );
        assert_eq!(
            refused(
                api.orders().list_orders(ListOrdersRequest { from, ..Default::default() }).await
            ),
            "from"
        );
        assert_eq!(
            refused(
                api.decisions()
                    .list_decisions(ListDecisionsRequest { before: bad, ..Default::default() })
                    .await
            ),
            "before"
        );
        let get = GetDecisionRequest { symbol: symbol.clone(), open_time: bad };
        assert_eq!(refused(api.decisions().get_decision(get).await), "open_time");
        let candles =
            ListCandlesRequest { symbol: symbol.clone(), before: bad, ..Default::default() };
        assert_eq!(refused(market.list_candles(candles).await), "before");
        assert_eq!(
            refused(
                analytics
                    .get_analytics(GetAnalyticsRequest { to: bad, ..Default::default() })
                    .await
            ),
            "to"
        );
        assert_eq!(
            refused(analytics.get_costs(GetCostsRequest { from, ..Default::default() }).await),
            "from"
        );
    }
    let (from, to) = (at(7, 0), at(6, 0));
    assert_eq!(
        refused(
            api.portfolio()
                .list_equity_points(ListEquityPointsRequest { from, to, ..Default::default() })
                .await
        ),
        "from"
    );
    assert_eq!(
        refused(
            api.trades().list_trades(ListTradesRequest { from, to, ..Default::default() }).await
        ),
        "from"
    );
    assert_eq!(
        refused(
            api.orders().list_orders(ListOrdersRequest { from, to, ..Default::default() }).await
        ),
        "from"
    );
    for (request, field) in [
        (GetAnalyticsRequest { from, to, ..Default::default() }, "from"),
        (GetAnalyticsRequest { range: 6, ..Default::default() }, "range"),
        (GetAnalyticsRequest { range: -1, ..Default::default() }, "range"),
        (GetAnalyticsRequest { range: 1, to, ..Default::default() }, "range"),
        (GetAnalyticsRequest { max_points: 1, ..Default::default() }, "max_points"),
        (GetAnalyticsRequest { max_points: 5_001, ..Default::default() }, "max_points"),
        (
            GetAnalyticsRequest { max_marked_trades: 2_001, ..Default::default() },
            "max_marked_trades",
        ),
    ] {
        assert_eq!(refused(analytics.get_analytics(request).await), field, "{request:?}");
    }
}
