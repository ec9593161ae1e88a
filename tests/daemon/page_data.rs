//! What the pages show, from a real run: every figure equals the ledger, the journal or the engine,
//! whichever way it is asked for, and is the same after a restart.

use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tonic::Code;
use tradingd_proto::prost_types::{Duration, Timestamp};
use tradingd_proto::v1::analytics_service_client::AnalyticsServiceClient;
use tradingd_proto::v1::settings_service_client::SettingsServiceClient;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::client::{Api, micros, refusal};
use tradingd_tests::daemon::data::{Paused, klines, write};
use tradingd_tests::daemon::{Daemon, Launch};

/// What a filter must let through.
type Fits = Box<dyn Fn(&Trade) -> bool>;
/// The same for orders.
type FitsOrder = fn(&Order) -> bool;

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

async fn trades(api: &Api, request: ListTradesRequest) -> (Vec<Trade>, ListTradesResponse) {
    let mut request = ListTradesRequest { page_size: 37, ..request };
    let mut found = Vec::new();
    loop {
        let answer = api.trades().list_trades(request.clone()).await.expect("trades").into_inner();
        found.extend(answer.trades.clone());
        if answer.next_page_token.is_empty() {
            return (found, answer);
        }
        request.page_token = answer.next_page_token.clone();
    }
}

/// The exported file as rows of JSON.
async fn exported(api: &Api, request: ExportTradesRequest) -> Vec<serde_json::Value> {
    let filter = request.filter.clone().unwrap_or_default();
    let filter = Some(ExportFilter { format: ExportFormat::Ndjson.into(), ..filter });
    let request = ExportTradesRequest { filter, ..request };
    let mut parts = api.trades().export_trades(request).await.expect("opens").into_inner();
    let mut file = Vec::new();
    while let Some(part) = parts.message().await.expect("a part") {
        file.extend(part.chunk.unwrap_or_default().data);
    }
    let text = String::from_utf8(file).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn compared(by: TradeSort, left: &Trade, right: &Trade) -> Ordering {
    let at = |t: &Option<Timestamp>| micros(t.as_ref());
    let held = |t: &Trade| at(&t.closed_at) - at(&t.opened_at);
    let own = match by {
        TradeSort::Unspecified => Ordering::Equal,
        TradeSort::ClosedAt => at(&left.closed_at).cmp(&at(&right.closed_at)),
        TradeSort::OpenedAt => at(&left.opened_at).cmp(&at(&right.opened_at)),
        TradeSort::Profit => number(&left.profit).cmp(&number(&right.profit)),
        TradeSort::ProfitPct => number(&left.profit_pct).cmp(&number(&right.profit_pct)),
        TradeSort::Quantity => number(&left.quantity).cmp(&number(&right.quantity)),
        TradeSort::Fees => number(&left.fees).cmp(&number(&right.fees)),
        TradeSort::Held => held(left).cmp(&held(right)),
        TradeSort::Symbol => left.symbol.cmp(&right.symbol),
    };
    own.then(left.id.cmp(&right.id))
}

#[tokio::test(flavor = "multi_thread")]
async fn trades_are_sorted_filtered_and_added_up_as_the_ledger_has_them() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = finished(folder.path()).await;
    let (all, _) = trades(&api, ListTradesRequest::default()).await;
    assert!(all.len() > 40, "{} trades", all.len());
    for number in 0..=8 {
        let by = TradeSort::try_from(number).expect("a sort");
        for ascending in [false, true] {
            let request = ListTradesRequest { sort: number, ascending, ..Default::default() };
            let (found, _) = trades(&api, request).await;
            let mut wanted = all.clone();
            wanted.sort_by(|l, r| compared(by, l, r));
            if !ascending {
                wanted.reverse();
            }
            let ids = |list: &[Trade]| list.iter().map(|t| t.id).collect::<Vec<_>>();
            assert_eq!(ids(&found), ids(&wanted), "{by:?} ascending {ascending}");
        }
    }
    let reason = all[0].exit_reason();
    let middle = number(&all[all.len() / 2].profit);
    let owner = all.iter().find_map(|t| t.shares.first()).expect("an owner").strategy.clone();
    let wanted: [(ListTradesRequest, Fits); 5] = [
        (ListTradesRequest::default(), Box::new(|_| true)),
        (
            ListTradesRequest { exit_reasons: vec![reason.into()], ..Default::default() },
            Box::new(move |t| t.exit_reason() == reason),
        ),
        (
            ListTradesRequest { outcome: TradeOutcome::Won.into(), ..Default::default() },
            Box::new(|t| number(&t.profit) > Decimal::ZERO),
        ),
        (
            ListTradesRequest { max_profit: middle.to_string(), ..Default::default() },
            Box::new(move |t| number(&t.profit) <= middle),
        ),
        (
            ListTradesRequest {
                strategy: owner.clone(),
                symbol: "ETHUSDT".to_owned(),
                outcome: TradeOutcome::Lost.into(),
                min_profit: "-1000".to_owned(),
                sort: TradeSort::Fees.into(),
                ..Default::default()
            },
            Box::new(move |t| {
                t.symbol == "ETHUSDT"
                    && t.shares.iter().any(|s| s.strategy == owner)
                    && number(&t.profit) <= Decimal::ZERO
                    && number(&t.profit) >= number("-1000")
            }),
        ),
    ];
    for (request, fits) in wanted {
        let (found, last) = trades(&api, request.clone()).await;
        let ids: BTreeSet<u64> = found.iter().map(|t| t.id).collect();
        let fitting: BTreeSet<u64> = all.iter().filter(|t| fits(t)).map(|t| t.id).collect();
        assert_eq!(ids, fitting, "{request:?}");
        assert!(!ids.is_empty(), "{request:?} finds nothing in this run");
        let words = request.exit_reasons.iter().map(|number| {
            let name = ExitReason::try_from(*number).expect("a reason").as_str_name();
            name.trim_start_matches("EXIT_REASON_").to_lowercase()
        });
        let export = ExportTradesRequest {
            filter: Some(ExportFilter { symbol: request.symbol.clone(), ..Default::default() }),
            strategy: request.strategy.clone(),
            exit_reasons: words.collect(),
            outcome: request.outcome,
            min_profit: request.min_profit.clone(),
            max_profit: request.max_profit.clone(),
        };
        let rows = exported(&api, export).await;
        assert_eq!(rows.len() as u64, last.total, "{request:?}");
        // Exact decimals are in the file.
        let sum = |field: &str| -> Decimal {
            rows.iter().map(|r| number(&r[field].to_string().replace('"', ""))).sum()
        };
        assert_eq!(number(&last.sum_profit), sum("profit"), "{request:?}");
        assert_eq!(number(&last.sum_fees), sum("fees"), "{request:?}");
        let won = found.iter().filter(|t| number(&t.profit) > Decimal::ZERO).count();
        assert_eq!(last.won, won as u64, "{request:?}");
    }
    for (request, field) in [
        (ListTradesRequest { sort: 9, ..Default::default() }, "sort"),
        (ListTradesRequest { outcome: 3, ..Default::default() }, "outcome"),
        (ListTradesRequest { exit_reasons: vec![11], ..Default::default() }, "exit_reasons"),
        (ListTradesRequest { min_profit: "a".to_owned(), ..Default::default() }, "min_profit"),
    ] {
        let refused = api.trades().list_trades(request).await.expect_err("is refused");
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().contains(field), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn distributions_and_profits_hold_every_trade() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = finished(folder.path()).await;
    let (all, _) = trades(&api, ListTradesRequest::default()).await;
    let mut client = AnalyticsServiceClient::new(api.channel());
    let answer = client.get_analytics(GetAnalyticsRequest::default()).await.expect("answers");
    let answer = answer.into_inner();
    for bucket in &answer.returns {
        let inside = all.iter().filter(|t| {
            let pct: f64 = t.profit_pct.parse().expect("a number");
            pct >= bucket.from_pct - 1e-9 && pct < bucket.to_pct - 1e-9
        });
        assert_eq!(inside.count() as u64, bucket.trades, "{bucket:?}");
    }
    let held = |t: &Trade| micros(t.closed_at.as_ref()) - micros(t.opened_at.as_ref());
    for bucket in &answer.holding {
        let (from, to) = (length(bucket.from), bucket.to.map(|to| length(Some(to))));
        let inside = |t: &&Trade| held(t) >= from && to.is_none_or(|to| held(t) < to);
        assert_eq!(all.iter().filter(inside).count() as u64, bucket.trades, "{bucket:?}");
    }
    let mut hours: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for trade in &all {
        let seconds = trade.opened_at.expect("opened").seconds;
        // 1970-01-01 was a Thursday.
        let weekday = (seconds.div_euclid(86_400) + 3).rem_euclid(7);
        let hour = seconds.rem_euclid(86_400) / 3_600;
        *hours.entry((weekday as u32, hour as u32)).or_default() += 1;
    }
    let found: BTreeMap<(u32, u32), u64> =
        answer.by_hour_of_week.iter().map(|c| ((c.weekday, c.hour), c.trades)).collect();
    assert_eq!(found, hours);
    let total = answer.returns.iter().map(|b| b.trades).sum::<u64>();
    assert_eq!((total, answer.holding.iter().map(|b| b.trades).sum()), (all.len() as u64, total));

    let costs = client.get_costs(GetCostsRequest::default()).await.expect("answers").into_inner();
    let mut fees: BTreeMap<String, Decimal> = BTreeMap::new();
    for fee in costs.days.iter().flat_map(|day| &day.fees) {
        *fees.entry(fee.asset.clone()).or_default() += number(&fee.amount);
    }
    let whole: BTreeMap<String, Decimal> =
        costs.fees.iter().map(|f| (f.asset.clone(), number(&f.amount))).collect();
    assert_eq!(fees, whole);
    let sum =
        |of: fn(&DailyCosts) -> &str| costs.days.iter().map(|d| number(of(d))).sum::<Decimal>();
    let total = costs.total.expect("a total");
    assert_eq!(sum(|d| &d.slippage), number(&total.slippage));
    assert_eq!(sum(|d| &d.shortfall), number(&total.shortfall));
    assert_eq!(costs.days.iter().map(|d| d.executions).sum::<u64>(), total.executions);
    assert_eq!(costs.days.first().map(|d| d.day.as_str()), Some("2024-01-01"));

    let request = ListStrategyProfitsRequest { limit: 5, ..Default::default() };
    let profits = api.strategies().list_strategy_profits(request).await.expect("answers");
    let mut shown = 0;
    for own in profits.into_inner().strategies {
        // The list is newest first.
        let mut wanted: Vec<(u64, Decimal)> = all
            .iter()
            .filter_map(|t| {
                let mine = t.shares.iter().filter(|s| s.strategy == own.strategy);
                let parts: Vec<Decimal> = mine.map(|s| number(&s.profit)).collect();
                (!parts.is_empty()).then(|| (t.id, parts.iter().sum()))
            })
            .take(5)
            .collect();
        wanted.reverse();
        let found: Vec<(u64, Decimal)> =
            own.points.iter().map(|p| (p.trade_id, number(&p.profit).normalize())).collect();
        let wanted: Vec<(u64, Decimal)> =
            wanted.into_iter().map(|(id, profit)| (id, profit.normalize())).collect();
        assert_eq!(found, wanted, "{}", own.strategy);
        shown += own.points.len();
    }
    assert!(shown > 0, "no strategy has a trade");
    let request = ListStrategyProfitsRequest { strategy: "nobody".to_owned(), limit: 0 };
    let nobody = api.strategies().list_strategy_profits(request).await;
    assert_eq!(refusal(nobody).1, "NOT_FOUND");
}

async fn decisions(api: &Api, request: ListDecisionsRequest) -> Vec<Decision> {
    let mut request = ListDecisionsRequest { page_size: 1_000, ..request };
    let mut found = Vec::new();
    loop {
        let answer = api.decisions().list_decisions(request.clone()).await.expect("answers");
        let answer = answer.into_inner();
        found.extend(answer.decisions);
        if answer.next_page_token.is_empty() {
            return found;
        }
        request.page_token = answer.next_page_token;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_counted_and_shown_in_short_as_they_were_taken() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = finished(folder.path()).await;
    let all = decisions(&api, ListDecisionsRequest::default()).await;
    let status = api.status().await;
    assert_eq!(all.len() as u64, status.decisions);
    let from = all[all.len() * 2 / 3].at;
    let to = all[all.len() / 3].at;
    let inside = |d: &&Decision| {
        let at = micros(d.at.as_ref());
        at >= micros(from.as_ref()) && at < micros(to.as_ref())
    };
    let spoke = |d: &Decision, who: &str| {
        let wants = |s: &StrategySignal| {
            [SignalAction::Buy, SignalAction::Sell].contains(&s.action()) && s.strategy == who
        };
        d.signals.iter().any(wants)
    };
    let strategies: BTreeSet<String> =
        all.iter().flat_map(|d| &d.signals).map(|s| s.strategy.clone()).collect();
    let reasons: BTreeSet<String> = all.iter().map(|d| d.reason.clone()).collect();
    assert!(reasons.len() > 3, "{reasons:?}");
    for who in strategies.iter().map(String::as_str).chain([""]) {
        let fits = |d: &&Decision| who.is_empty() || spoke(d, who);
        let wanted: Vec<&Decision> = all.iter().filter(inside).filter(fits).collect();
        let strategy = who.to_owned();
        let request =
            ListDecisionsRequest { from, to, strategy: strategy.clone(), ..Default::default() };
        let found = decisions(&api, request).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{who}");
        let mut counted: BTreeMap<(String, i32, String), u64> = BTreeMap::new();
        for d in &wanted {
            *counted.entry((d.symbol.clone(), d.result, d.reason.clone())).or_default() += 1;
        }
        let request = CountDecisionsRequest { from, to, strategy, ..Default::default() };
        let counts = api.decisions().count_decisions(request).await.expect("counts").into_inner();
        assert_eq!(counts.total, wanted.len() as u64, "{who}");
        let found: BTreeMap<_, _> = counts
            .counts
            .iter()
            .map(|c| ((c.symbol.clone(), c.result, c.reason.clone()), c.count))
            .collect();
        assert_eq!(found, counted, "{who}");
    }
    for reason in reasons {
        let reasons = vec![reason.clone()];
        let found = decisions(&api, ListDecisionsRequest { reasons, ..Default::default() }).await;
        assert_eq!(found.len(), all.iter().filter(|d| d.reason == reason).count(), "{reason}");
        assert!(found.iter().all(|d| d.reason == reason));
    }
    let request = ListDecisionsRequest { summary_only: true, ..Default::default() };
    let short = decisions(&api, request).await;
    assert_eq!(short.len(), all.len());
    for (short, whole) in short.iter().zip(&all) {
        let signal = |s: &StrategySignal| StrategySignal {
            strategy: s.strategy.clone(),
            action: s.action,
            enabled: s.enabled,
            ..Default::default()
        };
        let wanted = Decision {
            signals: whole.signals.iter().map(signal).collect(),
            buy_weight: 0.0,
            sell_weight: 0.0,
            sizing: None,
            risk: vec![],
            ..whole.clone()
        };
        assert_eq!(*short, wanted);
    }
    let request = ListDecisionsRequest { page_size: 1_001, ..Default::default() };
    let refused = api.decisions().list_decisions(request).await.expect_err("is refused");
    assert!(refused.message().contains("page_size"), "{refused:?}");
}

fn argument(name: &str, value: &str) -> IndicatorArgument {
    IndicatorArgument { name: name.to_owned(), value: value.parse().expect("a number") }
}

async fn settings(api: &Api) -> BTreeMap<String, String> {
    let mut client = SettingsServiceClient::new(api.channel());
    let answer = client.list_settings(ListSettingsRequest::default()).await.expect("answers");
    answer.into_inner().settings.into_iter().map(|s| (s.key, s.value)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn charts_show_what_the_engine_saw() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = finished(folder.path()).await;
    let settings = settings(&api).await;
    let symbols = api.market().list_symbols(ListSymbolsRequest {}).await.expect("answers");
    let symbols = symbols.into_inner().symbols;
    assert_eq!(symbols.len(), 2);
    let btc = symbols.iter().find(|s| s.symbol == "BTCUSDT").expect("is traded");
    assert_eq!((btc.base_asset.as_str(), btc.quote_asset.as_str()), ("BTC", "USDT"));
    assert!(
        btc.intervals.len() > 1 && btc.intervals.iter().any(|i| i.interval == btc.trend_interval)
    );
    // Page by page backwards, to the first candle that is there.
    let base = &btc.intervals[0];
    let mut before = None;
    let mut candles = Vec::new();
    loop {
        let request = ListCandlesRequest {
            symbol: "BTCUSDT".to_owned(),
            interval: base.interval.clone(),
            before,
            limit: 1_700,
        };
        let page = api.market().list_candles(request).await.expect("answers").into_inner();
        before = page.candles.first().and_then(|c| c.open_time);
        candles.splice(0..0, page.candles);
        if !page.has_earlier {
            break;
        }
    }
    assert_eq!(candles.len(), 4_400);
    assert_eq!(candles.first().and_then(|c| c.open_time), base.first_open_time);
    assert_eq!(candles.last().and_then(|c| c.open_time), base.last_open_time);

    // The engine's own readings at the last candle of the signals.
    let period = |key: &str| settings.get(key).unwrap_or_else(|| panic!("no {key}")).clone();
    let rsi = argument("period", &period("strategies.rsi.period"));
    let macd = ["fast", "slow", "signal"]
        .map(|name| argument(name, &period(&format!("strategies.macd.{name}_period"))));
    let choice = |name: &str, arguments: Vec<IndicatorArgument>| IndicatorChoice {
        name: name.to_owned(),
        arguments,
    };
    let request = GetIndicatorsRequest {
        symbol: "BTCUSDT".to_owned(),
        limit: 2_000,
        indicators: vec![
            choice("atr", vec![argument("period", &period("risk.atr_period"))]),
            choice("rsi", vec![rsi]),
            choice("macd", macd.to_vec()),
            choice("sma", vec![argument("period", "3")]),
        ],
        ..Default::default()
    };
    let answer = api.market().get_indicators(request).await.expect("answers").into_inner();
    assert_eq!(answer.series.len(), 6);
    let near = |found: f64, wanted: f64, what: &str| {
        assert!((found - wanted).abs() <= 1e-9 * (1.0 + wanted.abs()), "{what}: {found} {wanted}");
    };
    let series = |name: &str, output: &str| {
        let own = |s: &&IndicatorSeries| s.indicator == name && s.output == output;
        let found = answer.series.iter().find(own).expect("was asked for");
        assert_eq!(found.points.len(), answer.open_times.len());
        found.points.iter().map(|p| p.value).collect::<Vec<_>>()
    };
    let regimes = api.market().list_regimes(ListRegimesRequest {}).await.expect("answers");
    let regimes = regimes.into_inner().regimes;
    let engine = regimes.iter().find(|r| r.symbol == "BTCUSDT").expect("is traded");
    near(series("atr", "atr").last().copied().flatten().expect("warm"), engine.atr, "atr");
    // What strategies had before them when they decided, candle by candle.
    let figure = |d: &Decision, strategy: &str, name: &str| {
        let signal = d.signals.iter().find(|s| s.strategy == strategy)?;
        signal.figures.iter().find(|f| f.name == name).map(|f| f.value)
    };
    let request = ListDecisionsRequest { symbol: "BTCUSDT".to_owned(), ..Default::default() };
    let taken = decisions(&api, request).await;
    let by_open: BTreeMap<i64, &Decision> =
        taken.iter().map(|d| (micros(d.open_time.as_ref()), d)).collect();
    let mut compared = [0; 2];
    for (at, open) in answer.open_times.iter().enumerate() {
        let Some(decision) = by_open.get(&micros(Some(open))) else { continue };
        let pairs = [
            ("rsi", "rsi", series_at(&series("rsi", "rsi"), at)),
            ("macd", "histogram", series_at(&series("macd", "histogram"), at)),
        ];
        for (place, (strategy, name, value)) in pairs.into_iter().enumerate() {
            if let Some(wanted) = figure(decision, strategy, name) {
                near(value.expect("warm"), wanted, name);
                compared[place] += 1;
            }
        }
        if at % 97 != 0 {
            continue;
        }
        let close = |back: usize| -> f64 {
            let own = candles.iter().position(|c| c.open_time == Some(*open));
            own.and_then(|own| candles.get(own - back))
                .map_or(0.0, |c| c.close.parse().expect("a price"))
        };
        if base.interval == answer.interval {
            let mean = (close(0) + close(1) + close(2)) / 3.0;
            near(series_at(&series("sma", "sma"), at).expect("warm"), mean, "sma");
        }
    }
    assert!(compared.iter().all(|n| *n > 100), "{compared:?} candles had figures to compare with");
    let catalogue = api.market().list_indicators(ListIndicatorsRequest {}).await.expect("answers");
    for info in catalogue.into_inner().indicators {
        let request = GetIndicatorsRequest {
            symbol: "ETHUSDT".to_owned(),
            limit: 3,
            indicators: vec![choice(&info.name, vec![])],
            ..Default::default()
        };
        let answer = api.market().get_indicators(request).await.expect("answers").into_inner();
        let outputs: Vec<&str> = answer.series.iter().map(|s| s.output.as_str()).collect();
        assert_eq!(outputs, info.outputs, "{}", info.name);
        assert!(answer.series.iter().all(|s| s.points.iter().all(|p| p.value.is_some())));
    }
}

fn series_at(series: &[Option<f64>], at: usize) -> Option<f64> {
    series.get(at).copied().flatten()
}

async fn order(api: &Api, id: &str) -> GetOrderResponse {
    let request = GetOrderRequest { client_order_id: id.to_owned() };
    let answer = api.orders().get_order(request).await.expect("answers").into_inner();
    GetOrderResponse { as_of_sequence: 0, ..answer }
}

async fn marks(api: &Api, symbol: &str) -> ListMarksResponse {
    let request =
        ListMarksRequest { symbol: symbol.to_owned(), limit: 5_000, ..Default::default() };
    let answer = api.market().list_marks(request).await.expect("answers").into_inner();
    ListMarksResponse { as_of_sequence: 0, ..answer }
}

#[tokio::test(flavor = "multi_thread")]
async fn timelines_and_marks_are_the_journals_also_after_kill_9() {
    let paused = Paused::prepare().await;
    let launch = paused.launch("data");
    let (daemon, api) = paused.start(&launch).await;
    let listed = api.all_orders().await;
    let mut timelines = BTreeMap::new();
    for own in &listed {
        let answer = order(&api, &own.client_order_id).await;
        check_timeline(&answer);
        timelines.insert(own.client_order_id.clone(), answer);
    }
    assert!(timelines.values().any(|t| t.owners.len() + t.fills.len() > 1));
    let positions = api.positions().list_positions(ListPositionsRequest::default()).await;
    let positions = positions.expect("answers").into_inner().positions;
    let position = positions.first().expect("one is open");
    let protecting: BTreeSet<&String> = listed
        .iter()
        .filter(|o| o.purpose() == OrderPurpose::Protection && o.status() == OrderStatus::Working)
        .map(|o| &o.client_order_id)
        .collect();
    assert_eq!(position.protection_order_ids.iter().collect::<BTreeSet<_>>(), protecting);

    let shown = marks(&api, "BTCUSDT").await;
    let last = shown.levels.last().expect("a level");
    assert_eq!(
        (&last.stop_price, &last.target_price),
        (&position.stop_price, &position.target_price)
    );
    assert_eq!((last.stop_kind, last.place), (position.stop_kind, position.protection));
    let fills: usize = timelines.values().map(|t| t.fills.len()).sum();
    assert_eq!(shown.fills.len(), fills);
    let (all, _) = trades(&api, ListTradesRequest::default()).await;
    assert_eq!(shown.trades.len(), all.len());
    // A stop that trails only rises, until the position is closed.
    let mut stop = Decimal::ZERO;
    for level in &shown.levels {
        let next =
            if level.stop_price.is_empty() { Decimal::ZERO } else { number(&level.stop_price) };
        if level.place != ProtectionPlace::Unspecified as i32 && stop > Decimal::ZERO {
            assert!(next >= stop || level.stop_kind() == StopKind::Initial, "{level:?}");
        }
        stop = next;
    }
    // From the middle on: what was in force then comes first.
    let middle = &shown.levels[shown.levels.len() / 2];
    let from = middle.at.map(|at| Timestamp { nanos: at.nanos + 1_000, ..at });
    let request = ListMarksRequest { symbol: "BTCUSDT".to_owned(), from, ..Default::default() };
    let part = api.market().list_marks(request).await.expect("answers").into_inner();
    let newest = shown.levels.iter().rfind(|l| l.at == middle.at).expect("is there");
    assert_eq!(part.levels.first(), Some(newest));

    let filters: [(ListOrdersRequest, FitsOrder); 3] = [
        (ListOrdersRequest { side: OrderSide::Sell.into(), ..Default::default() }, |o| {
            o.side() == OrderSide::Sell
        }),
        (
            ListOrdersRequest { purpose: OrderPurpose::Protection.into(), ..Default::default() },
            |o| o.purpose() == OrderPurpose::Protection,
        ),
        (
            ListOrdersRequest { statuses: vec![OrderStatus::Filled.into()], ..Default::default() },
            |o| o.status() == OrderStatus::Filled,
        ),
    ];
    for (request, fits) in filters {
        let request = ListOrdersRequest { page_size: 500, ..request };
        let found = api.orders().list_orders(request.clone()).await.expect("answers").into_inner();
        let ids: Vec<&String> = found.orders.iter().map(|o| &o.client_order_id).collect();
        let wanted = listed.iter().filter(|o| fits(o)).map(|o| &o.client_order_id);
        let (mut ids, mut wanted) = (ids, wanted.collect::<Vec<_>>());
        ids.sort();
        wanted.sort();
        assert_eq!(ids, wanted, "{request:?}");
    }
    let strategy =
        timelines.values().flat_map(|t| &t.owners).next().expect("owned").strategy.clone();
    let owned = timelines.iter().filter(|(_, t)| t.owners.iter().any(|o| o.strategy == strategy));
    let owned: BTreeSet<String> = owned.map(|(id, _)| id.clone()).collect();
    let request = ListOrdersRequest { strategy, page_size: 500, ..Default::default() };
    let found = api.orders().list_orders(request).await.expect("answers").into_inner().orders;
    assert_eq!(found.into_iter().map(|o| o.client_order_id).collect::<BTreeSet<_>>(), owned);

    daemon.kill_9();
    let daemon = launch.start();
    let api = Api::login(daemon.address).await;
    api.until(|status| status.bars == paused.rows).await;
    for (id, before) in &timelines {
        assert_eq!(order(&api, id).await, *before);
    }
    assert_eq!(marks(&api, "BTCUSDT").await, shown);
}

/// Begins with the decision and the sending, in the order of the journal, and its fills are the
/// order's.
fn check_timeline(answer: &GetOrderResponse) {
    let order = answer.order.clone().unwrap_or_default();
    let kinds: Vec<OrderStepKind> = answer.timeline.iter().map(OrderStep::kind).collect();
    assert_eq!(kinds[..2], [OrderStepKind::Decided, OrderStepKind::Sent], "{order:?}");
    let sequences: Vec<u64> = answer.timeline.iter().map(|s| s.sequence).collect();
    assert!(sequences.is_sorted() && sequences[0] > 0, "{sequences:?}");
    let filled: Decimal = answer
        .timeline
        .iter()
        .filter(|s| s.kind() == OrderStepKind::Filled)
        .map(|s| number(&s.quantity))
        .sum();
    assert_eq!(filled, number(&order.filled_quantity), "{order:?}");
    let first = micros(answer.timeline[0].at.as_ref());
    for step in &answer.timeline {
        assert_eq!(length(step.since_first), micros(step.at.as_ref()) - first);
    }
    let ends = |kind: OrderStepKind| kinds.contains(&kind);
    match order.status() {
        OrderStatus::Filled => assert!(filled > Decimal::ZERO),
        OrderStatus::Cancelled => assert!(ends(OrderStepKind::Cancelled), "{kinds:?}"),
        OrderStatus::Expired => assert!(ends(OrderStepKind::Expired), "{kinds:?}"),
        OrderStatus::Rejected => assert!(ends(OrderStepKind::Rejected), "{kinds:?}"),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_has_a_history_and_a_resume_its_checks() {
    let paused = Paused::prepare().await;
    let (_daemon, api) = paused.start(&paused.launch("data")).await;
    let state = async || {
        let answer = api.emergency().get_emergency_state(GetEmergencyStateRequest {}).await;
        answer.expect("answers").into_inner()
    };
    assert_eq!(state().await.resume_checks, []);
    let (reason, request_id) = ("drill".to_owned(), "stop-1".to_owned());
    let stop = StopRequest { reason, request_id, ..Default::default() };
    let stopped = api.emergency().stop(stop).await.expect("stops").into_inner();
    let checks = state().await.resume_checks;
    let names: Vec<&str> = checks.iter().map(|c| c.check.as_str()).collect();
    for name in ["no_close_all", "no_unknown_orders", "store_writes", "data_fresh"] {
        assert!(names.contains(&name), "{name}: {checks:?}");
    }
    assert!(checks.iter().filter(|c| c.required).all(|c| c.passed), "{checks:?}");
    assert!(checks.iter().all(|c| !c.text.is_empty()));
    let (reason, request_id) = ("drill is over".to_owned(), "resume-1".to_owned());
    let resume = ResumeRequest { reason, request_id, ..Default::default() };
    api.emergency().resume(resume).await.expect("resumes");
    let request = ListStateChangesRequest::default();
    let history = api.emergency().list_state_changes(request).await.expect("answers").into_inner();
    let changes = history.changes;
    assert_eq!(changes.len(), 2, "{changes:?}");
    let states: Vec<(TradingState, TradingState)> =
        changes.iter().map(|c| (c.from(), c.to())).collect();
    let (active, halted) = (TradingState::Active, TradingState::Halted);
    assert_eq!(states, [(halted, active), (active, halted)]);
    let who = api.auth().who_am_i(WhoAmIRequest {}).await.expect("logged in").into_inner();
    for change in &changes {
        assert_eq!((change.principal.as_str(), change.role.as_str()), (who.user.as_str(), "admin"));
        assert!(!change.source.is_empty() && change.sequence > 0 && change.recorded_at.is_some());
    }
    assert!(changes[1].cause.contains("drill") && changes[0].cause.contains("over"));
    assert_eq!(changes[0].lasted, None, "it is the state of now");
    assert!(changes[1].lasted.is_some());
    assert_eq!(changes[1].epoch, stopped.state.expect("a state").epoch);
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_parameters_and_the_day_are_what_they_say() {
    let paused = Paused::prepare().await;
    let (_daemon, api) = paused.start(&paused.launch("data")).await;
    let ask = async || {
        let answer = api.system().get_resources(GetResourcesRequest {}).await;
        answer.expect("answers").into_inner()
    };
    let none = ask().await;
    let cycle = none.cycle.expect("a timing");
    assert_eq!(cycle.count, api.status().await.bars, "one row of one pair is one cycle");
    let spans = [cycle.p50, cycle.p95, cycle.p99, cycle.max].map(length);
    assert!(spans.is_sorted() && spans[0] > 0, "{spans:?}");
    let ordered = none.tick_to_order.expect("a timing");
    assert!(ordered.count > 0 && ordered.count < cycle.count, "{ordered:?}");
    assert!(none.commit.expect("a timing").count > 0);
    let disk = none.disk.expect("a disk");
    assert!(disk.database_bytes > 100_000 && disk.free_bytes <= disk.total_bytes, "{disk:?}");
    assert!(none.memory_bytes.expect("Linux tells it") > 1 << 20);
    let work = none.queues.iter().find(|q| q.name == "work").expect("a queue");
    assert!(work.capacity > 0 && work.waiting <= work.capacity, "{work:?}");
    assert_eq!(none.components.len(), 3);
    // A stream that was left is noticed when it is next written to.
    while ask().await.stream_subscribers > 0 {}
    let mut stream = api.subscribe().await;
    let _ = stream.snapshot().await;
    assert_eq!(ask().await.stream_subscribers, 1);

    let settings = settings(&api).await;
    let strategies = api.strategies().list_strategies(ListStrategiesRequest {}).await;
    let mut parameters = 0;
    for parameter in
        strategies.expect("answers").into_inner().strategies.iter().flat_map(|s| &s.parameters)
    {
        assert_eq!(settings.get(&parameter.setting), Some(&parameter.value), "{parameter:?}");
        assert!(!parameter.range.is_empty(), "{parameter:?}");
        parameters += 1;
    }
    assert!(parameters > 10);

    let portfolio = api.portfolio().get_portfolio(GetPortfolioRequest {}).await;
    let portfolio = portfolio.expect("answers").into_inner();
    let start = number(&portfolio.day_start_equity);
    let wanted = number(&portfolio.day_profit) * Decimal::ONE_HUNDRED / start;
    let off = (number(&portfolio.day_return_pct) - wanted).abs();
    assert!(off < number("0.0001"), "{portfolio:?}");
}
