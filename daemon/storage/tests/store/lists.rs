//! Lists of orders, trades and decisions: filters, pages, and their stability under writes.

use crate::fixture::*;
use domain::{DecisionOutcome, Interval, OrderStatus, OrderView, Symbol};
use storage::{
    Batch, DecisionFilter, DecisionResult, Error, OrderFilter, PageRequest, Store, TradeFilter,
};
use tempfile::TempDir;

fn page(size: u32, token: Option<String>) -> PageRequest {
    PageRequest { size, token: token.unwrap_or_default() }
}

/// An order of its own that works (odd intents) or is filled (even ones).
fn order(intent: u64, symbol: Symbol) -> OrderView {
    let (_, mut view) = filled_order(1, intent, symbol, intent);
    if intent % 2 == 1 {
        view.status = OrderStatus::Working;
    }
    view
}

fn intents(orders: &[OrderView]) -> Vec<u64> {
    orders.iter().map(|o| o.intent).collect()
}

async fn with_orders(dir: &TempDir, count: u64) -> Store {
    let store = open(dir).await;
    let pair = |n: u64| if n.is_multiple_of(3) { symbol("ETHUSDT") } else { btc() };
    let orders = (1..=count).map(|n| order(n, pair(n))).collect();
    store.commit(Batch { orders, ..Batch::default() }).await.expect("commits");
    store
}

#[tokio::test]
async fn order_pages_stay_put_while_orders_come_and_change() {
    let dir = TempDir::new().expect("tempdir");
    let store = with_orders(&dir, 25).await;
    let filter = OrderFilter::default();
    let first = store.orders(&filter, &page(10, None)).await.expect("reads");
    assert_eq!(intents(&first.items), (16..=25).rev().collect::<Vec<_>>());
    assert_eq!(first.total, Some(25));
    let mut changed = order(12, btc());
    changed.sequence = 99;
    let orders = vec![order(26, btc()), changed.clone(), order(27, btc())];
    let batch = Batch { events: vec![plain_event(1)], orders, ..Batch::default() };
    store.commit(batch).await.expect("commits");
    let second = store.orders(&filter, &page(10, first.next)).await.expect("reads");
    assert_eq!(intents(&second.items), (6..=15).rev().collect::<Vec<_>>());
    assert_eq!(second.items[3], changed);
    assert_eq!((first.as_of_sequence, second.as_of_sequence), (0, 1));
    let third = store.orders(&filter, &page(10, second.next)).await.expect("reads");
    assert_eq!(intents(&third.items), [5, 4, 3, 2, 1]);
    assert_eq!(third.next, None);
    let whole = store.orders(&filter, &page(27, None)).await.expect("reads");
    assert_eq!((whole.items.len(), whole.next), (27, None));
}

#[tokio::test]
async fn orders_are_filtered() {
    let dir = TempDir::new().expect("tempdir");
    let store = with_orders(&dir, 12).await;
    let list = async |open_only, symbol| {
        let filter = OrderFilter { open_only, symbol, ..OrderFilter::default() };
        intents(&store.orders(&filter, &page(0, None)).await.expect("reads").items)
    };
    assert_eq!(list(true, None).await, [11, 9, 7, 5, 3, 1]);
    assert_eq!(list(false, Some(symbol("ETHUSDT"))).await, [12, 9, 6, 3]);
    assert_eq!(list(true, Some(symbol("ETHUSDT"))).await, [9, 3]);
    assert_eq!(list(true, Some(symbol("XRPUSDT"))).await, [0; 0]);
    let open = store.open_orders().await.expect("reads");
    assert_eq!(intents(&open), [1, 3, 5, 7, 9, 11]);
    assert_eq!(store.order(&order_id(4)).await.expect("reads"), Some(order(4, btc())));
    assert_eq!(store.order(&order_id(99)).await.expect("reads"), None);
}

#[tokio::test]
async fn tokens_of_another_list_filter_or_store_are_refused() {
    let (dir, other) = (TempDir::new().expect("tempdir"), TempDir::new().expect("tempdir"));
    let store = with_orders(&dir, 5).await;
    let all = OrderFilter::default();
    let token = store.orders(&all, &page(2, None)).await.expect("reads").next;
    assert!(token.is_some());
    let at = || page(2, token.clone());
    let open_only = OrderFilter { open_only: true, ..OrderFilter::default() };
    let refused = |error: Error| assert!(matches!(error, Error::BadPageToken), "{error}");
    refused(store.orders(&open_only, &at()).await.expect_err("other filter"));
    refused(store.trades(&TradeFilter::default(), &at()).await.expect_err("other list"));
    refused(store.decisions(&DecisionFilter::default(), &at()).await.expect_err("other list"));
    let other = with_orders(&other, 5).await;
    refused(other.orders(&all, &at()).await.expect_err("other store"));
    refused(store.orders(&all, &page(2, Some("1".to_owned()))).await.expect_err("nonsense"));
    store.orders(&all, &at()).await.expect("own token");
}

#[tokio::test]
async fn trades_are_paged_filtered_and_counted() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let of = |id: u64| {
        let pair = if id.is_multiple_of(2) { btc() } else { symbol("ETHUSDT") };
        // The same strategy twice in one trade counts once.
        let owners: &[&str] = if id.is_multiple_of(5) {
            &["breakout", "momentum", "momentum"]
        } else {
            &["momentum"]
        };
        trade(id, pair, owners)
    };
    let trades = (1..=20).map(of).collect();
    store.commit(Batch { trades, ..Batch::default() }).await.expect("commits");
    let list = async |strategy: Option<&str>, symbol, size| {
        let filter = TradeFilter { symbol, strategy: strategy.map(name), ..TradeFilter::default() };
        let mut ids = Vec::new();
        let mut request = page(size, None);
        loop {
            let got = store.trades(&filter, &request).await.expect("reads");
            assert!(got.items.iter().all(|t| *t == of(t.id)));
            ids.extend(got.items.iter().map(|t| t.id));
            match got.next {
                Some(token) => request.token = token,
                None => {
                    assert_eq!(got.total, Some(ids.len() as u64));
                    return ids;
                }
            }
        }
    };
    assert_eq!(list(None, None, 7).await, (1..=20).rev().collect::<Vec<_>>());
    assert_eq!(list(Some("breakout"), None, 3).await, [20, 15, 10, 5]);
    assert_eq!(list(Some("breakout"), Some(btc()), 1).await, [20, 10]);
    assert_eq!(list(Some("momentum"), Some(btc()), 4).await.len(), 10);
    assert_eq!(list(None, Some(symbol("ETHUSDT")), 100).await.len(), 10);
    assert_eq!(list(Some("nobody"), None, 100).await, [0; 0]);
    assert_eq!(store.trade(5).await.expect("reads"), Some(of(5)));
    assert_eq!(store.trade(21).await.expect("reads"), None);
}

#[tokio::test]
async fn decisions_are_paged_filtered_and_lead_to_their_orders() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let eth = symbol("ETHUSDT");
    let mut batch = filled_batch(1, 6, 1);
    for n in 1..=10 {
        batch.decisions.push(match n {
            6 => decision(n, btc(), DecisionOutcome::Entered(6)),
            _ => hold(n, btc()),
        });
        batch.decisions.push(decision(n, eth, DecisionOutcome::Denied(name("max_drawdown"))));
    }
    store.commit(batch).await.expect("commits");
    let list = async |filter: DecisionFilter, size| {
        let mut found = Vec::new();
        let mut request = page(size, None);
        loop {
            let got = store.decisions(&filter, &request).await.expect("reads");
            found.extend(got.items.iter().map(|d| (d.symbol, d.open_time)));
            match got.next {
                Some(token) => request.token = token,
                None => return found,
            }
        }
    };
    let all: Vec<_> = (1..=10).rev().flat_map(|n| [(eth, minute(n)), (btc(), minute(n))]).collect();
    for size in [1, 2, 3, 20, 100] {
        assert_eq!(list(DecisionFilter::default(), size).await, all, "pages of {size}");
    }
    let entered = DecisionFilter { result: Some(DecisionResult::Entered), ..Default::default() };
    assert_eq!(list(entered, 5).await, [(btc(), minute(6))]);
    let holds = DecisionFilter { result: Some(DecisionResult::Hold), ..Default::default() };
    assert_eq!(list(holds, 4).await.len(), 9);
    let early = DecisionFilter { symbol: Some(eth), until: Some(minute(3)), ..Default::default() };
    assert_eq!(list(early, 1).await, [(eth, minute(2)), (eth, minute(1))]);
    let newest = store.decision(btc(), None).await.expect("reads").expect("is there");
    assert_eq!(newest.open_time, minute(10));
    let sixth = store.decision(btc(), Some(minute(6))).await.expect("reads").expect("is there");
    assert_eq!(sixth.outcome, DecisionOutcome::Entered(6));
    assert_eq!(store.decision(btc(), Some(minute(11))).await.expect("reads"), None);
    let minute_candle = Interval::MINUTE;
    let orders = store.orders_of_decision(btc(), minute_candle, minute(6)).await.expect("reads");
    assert_eq!(intents(&orders), [6]);
    let none = store.orders_of_decision(btc(), minute_candle, minute(7)).await.expect("reads");
    assert_eq!(none, []);
}
