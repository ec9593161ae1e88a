//! The list of trades in any order, under any filter, page by page, against a plain sort of all trades.

use crate::fixture::*;
use domain::{ClosedTrade, Decimal, ExitReason, Quantity};
use std::cmp::Ordering;
use storage::{Batch, Error, PageRequest, Store, TradeFilter, TradeOrder, TradeSort, TradeSums};
use tempfile::TempDir;

const SORTS: [TradeSort; 9] = [
    TradeSort::Number,
    TradeSort::ClosedAt,
    TradeSort::OpenedAt,
    TradeSort::Profit,
    TradeSort::ProfitPct,
    TradeSort::Quantity,
    TradeSort::Fees,
    TradeSort::Held,
    TradeSort::Symbol,
];

/// Trades whose figures come in no order and often twice; some differ only far behind the point.
fn trades(count: u64) -> Vec<ClosedTrade> {
    let reasons = [ExitReason::StopLoss, ExitReason::TakeProfit, ExitReason::Operator];
    let one = |id: u64| {
        let owners: &[&str] = match id % 4 {
            0 => &[],
            1 => &["rsi"],
            2 => &["rsi", "macd", "macd"],
            _ => &["macd"],
        };
        let pair = if id.is_multiple_of(3) { symbol("ETHUSDT") } else { btc() };
        let mixed = (id * 7_919) % 101;
        let signed = Decimal::from(mixed) - dec("50");
        let tail = Decimal::new((id % 5).cast_signed(), 20);
        ClosedTrade {
            exit_reason: reasons[id as usize % 3],
            opened_at: minute((id.cast_signed() * 31) % 17),
            closed_at: minute(20 + (id.cast_signed() * 13) % 29),
            quantity: Quantity::new(Decimal::new(mixed.cast_signed() + 1, 4)).expect("above 0"),
            fees: Decimal::new((id * 17 % 23).cast_signed(), 3),
            profit: signed + tail,
            profit_pct: signed / dec("8"),
            ..trade(id, pair, owners)
        }
    };
    (1..=count).map(one).collect()
}

fn compared(by: TradeSort, left: &ClosedTrade, right: &ClosedTrade) -> Ordering {
    let held = |t: &ClosedTrade| t.closed_at.micros() - t.opened_at.micros();
    let own = match by {
        TradeSort::Number => Ordering::Equal,
        TradeSort::ClosedAt => left.closed_at.cmp(&right.closed_at),
        TradeSort::OpenedAt => left.opened_at.cmp(&right.opened_at),
        TradeSort::Profit => left.profit.cmp(&right.profit),
        TradeSort::ProfitPct => left.profit_pct.cmp(&right.profit_pct),
        TradeSort::Quantity => left.quantity.cmp(&right.quantity),
        TradeSort::Fees => left.fees.cmp(&right.fees),
        TradeSort::Held => held(left).cmp(&held(right)),
        TradeSort::Symbol => left.symbol.as_str().cmp(right.symbol.as_str()),
    };
    own.then(left.id.cmp(&right.id))
}

fn filters() -> Vec<TradeFilter> {
    let plain = TradeFilter::default;
    let eth = Some(symbol("ETHUSDT"));
    let losses = vec![ExitReason::StopLoss, ExitReason::Operator];
    vec![
        plain(),
        TradeFilter { symbol: eth, ..plain() },
        TradeFilter { strategy: Some(name("rsi")), ..plain() },
        TradeFilter { strategy: Some(name("macd")), symbol: eth, ..plain() },
        TradeFilter { strategy: Some(name("nobody")), ..plain() },
        TradeFilter { reasons: losses.clone(), ..plain() },
        TradeFilter { won: Some(true), ..plain() },
        TradeFilter { won: Some(false), reasons: losses.clone(), symbol: eth, ..plain() },
        TradeFilter { min_profit: Some(dec("-0.5")), max_profit: Some(dec("30")), ..plain() },
        TradeFilter { max_profit: Some(dec("0")), strategy: Some(name("rsi")), ..plain() },
        TradeFilter { from: Some(minute(25)), to: Some(minute(40)), ..plain() },
        TradeFilter {
            from: Some(minute(30)),
            strategy: Some(name("macd")),
            reasons: losses,
            won: Some(true),
            min_profit: Some(dec("1")),
            ..plain()
        },
    ]
}

async fn pages(
    store: &Store,
    filter: &TradeFilter,
    order: TradeOrder,
    size: u32,
) -> (Vec<u64>, TradeSums) {
    let mut ids = Vec::new();
    let mut request = PageRequest { size, token: String::new() };
    loop {
        let got = store.trade_list(filter, order, &request).await.expect("reads");
        ids.extend(got.page.items.iter().map(|t| t.id));
        match got.page.next {
            Some(token) => request.token = token,
            None => return (ids, got.sums),
        }
    }
}

async fn agrees(store: &Store, all: &[ClosedTrade]) {
    for filter in filters() {
        let mut wanted: Vec<&ClosedTrade> = all.iter().filter(|t| filter.holds(t)).collect();
        let sum = |of: fn(&ClosedTrade) -> Decimal| wanted.iter().map(|t| of(t)).sum::<Decimal>();
        let sums = TradeSums {
            trades: wanted.len() as u64,
            won: wanted.iter().filter(|t| t.profit > Decimal::ZERO).count() as u64,
            profit: sum(|t| t.profit),
            fees: sum(|t| t.fees),
        };
        for by in SORTS {
            let timed = filter.from.is_some() || filter.to.is_some();
            let ranked = if by == TradeSort::Number && timed { TradeSort::ClosedAt } else { by };
            wanted.sort_by(|l, r| compared(ranked, l, r));
            for ascending in [true, false] {
                let mut ids: Vec<u64> = wanted.iter().map(|t| t.id).collect();
                if !ascending {
                    ids.reverse();
                }
                let order = TradeOrder { by, ascending };
                for size in [7, 1_000] {
                    let got = pages(store, &filter, order, size).await;
                    assert_eq!(got, (ids.clone(), sums), "{filter:?} {order:?} by {size}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_order_and_filter_agrees_with_a_plain_sort() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let all = trades(150);
    // In two batches, so that running totals are added to.
    let (first, rest) = all.split_at(60);
    for part in [first, rest] {
        let batch = Batch { trades: part.to_vec(), ..Batch::default() };
        store.commit(batch).await.expect("commits");
    }
    agrees(&store, &all).await;
}

#[tokio::test]
async fn stores_of_older_builds_are_caught_up_with() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let all = trades(60);
    store.commit(Batch { trades: all.clone(), ..Batch::default() }).await.expect("commits");
    let mut raw = crate::faults::raw(&store).await;
    for table in ["trade_order", "trade_totals"] {
        let sql = sqlx::AssertSqlSafe(format!("DELETE FROM {table}"));
        sqlx::query(sql).execute(&mut raw).await.expect("deletes");
    }
    drop(raw);
    store.close().await;
    agrees(&open(&dir).await, &all).await;
}

#[tokio::test]
async fn a_trade_that_comes_later_moves_no_page_and_a_token_keeps_its_order() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let mut all = trades(40);
    let late = all.split_off(30);
    store.commit(Batch { trades: all.clone(), ..Batch::default() }).await.expect("commits");
    let order = TradeOrder { by: TradeSort::Profit, ascending: false };
    let filter = TradeFilter::default();
    let ask = |token| PageRequest { size: 10, token };
    let first = store.trade_list(&filter, order, &ask(String::new())).await.expect("reads").page;
    let token = first.next.expect("there is more");
    store.commit(Batch { trades: late.clone(), ..Batch::default() }).await.expect("commits");
    let second = store.trade_list(&filter, order, &ask(token.clone())).await.expect("reads").page;
    let last = first.items.last().expect("ten");
    let mut behind: Vec<&ClosedTrade> =
        all.iter().chain(&late).filter(|t| compared(order.by, t, last) == Ordering::Less).collect();
    behind.sort_by(|l, r| compared(order.by, r, l));
    let wanted: Vec<u64> = behind.iter().take(10).map(|t| t.id).collect();
    assert_eq!(second.items.iter().map(|t| t.id).collect::<Vec<_>>(), wanted);
    let other = TradeOrder { ascending: true, ..order };
    let refused = store.trade_list(&filter, other, &ask(token)).await.expect_err("another order");
    assert!(matches!(refused, Error::BadPageToken), "{refused}");
}
