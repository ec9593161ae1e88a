//! Timelines of orders, and the marks of a chart.

use super::trades::trades;
use super::{length, number};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use tradingd_proto::prost_types::Timestamp;
use tradingd_proto::v1::*;
use tradingd_tests::daemon::client::{Api, micros};
use tradingd_tests::daemon::data::Paused;

/// What a filter must let through.
type FitsOrder = fn(&Order) -> bool;

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
