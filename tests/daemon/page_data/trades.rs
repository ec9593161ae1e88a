//! Trades: sorted, filtered, added up, spread out.

use super::{finished, length, number};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use tonic::Code;
use tradingd_proto::prost_types::Timestamp;
use tradingd_proto::v1::analytics_service_client::AnalyticsServiceClient;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::client::{Api, micros, refusal};

/// What a filter must let through.
type Fits = Box<dyn Fn(&Trade) -> bool>;

pub(super) async fn trades(
    api: &Api,
    request: ListTradesRequest,
) -> (Vec<Trade>, ListTradesResponse) {
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
async fn one_trade_is_found_by_its_number_as_the_list_has_it() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = finished(folder.path()).await;
    let get = async |id: u64| api.trades().get_trade(GetTradeRequest { id }).await;
    let (all, _) = trades(&api, ListTradesRequest::default()).await;
    assert!(all.len() > 10, "{}", all.len());
    for wanted in &all {
        let found = get(wanted.id).await.expect("there").into_inner();
        assert_eq!(found.trade.as_ref(), Some(wanted));
    }
    let newest = all.iter().map(|trade| trade.id).max().expect("some");
    for id in [newest + 1, u64::MAX, 1 << 63] {
        let status = get(id).await.expect_err("there is none");
        assert_eq!(status.message(), format!("there is no closed trade {id}"));
        assert_eq!(refusal::<()>(Err(status)), (Code::NotFound, "NOT_FOUND".to_owned()));
    }
    let status = get(0).await.expect_err("no number of a trade");
    assert_eq!(status.message(), "id must be the number of a trade, above 0, got 0");
    assert_eq!(refusal::<()>(Err(status)).0, Code::InvalidArgument);
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
