//! What statistics are made of: facts, counts, windows; and lists of a stretch of time.

use crate::fixture::*;
use domain::{
    ClosedTrade, EventKind, ExecutionStyle, OrderPurpose, OrderView, Symbol, Timestamp, TradeShare,
};
use sqlx::Row as _;
use std::collections::BTreeSet;
use storage::{Batch, OrderFilter, PageRequest, Store, TradeFilter};
use tempfile::TempDir;

const MIGRATION: &str = include_str!("../../../../migrations/sqlite/0011_analytics.sql");

/// 300 trades of two pairs with none to three owners each.
fn trades() -> Vec<ClosedTrade> {
    let one = |id: u64| {
        let pair = if id.is_multiple_of(3) { symbol("ETHUSDT") } else { btc() };
        let owners: &[&str] = match id % 4 {
            0 => &[],
            1 => &["rsi"],
            2 => &["rsi", "macd"],
            _ => &["macd", "bollinger", "macd"],
        };
        trade(id, pair, owners)
    };
    (1..=300).map(one).collect()
}

/// A store with those trades and 40 executions, of which every fourth did nothing.
async fn filled(dir: &TempDir) -> Store {
    let store = open(dir).await;
    let styles = [ExecutionStyle::Market, ExecutionStyle::Resting, ExecutionStyle::PostOnly];
    let result = |n: u64| {
        let slippage = (!n.is_multiple_of(4)).then_some("1.25");
        let kind = (OrderPurpose::Protection, styles[n as usize % 3]);
        event(n, EventKind::IntentFinished { result: execution(n, btc(), kind, slippage) })
    };
    let events = (1..=40).map(result).collect();
    store.commit(Batch { events, trades: trades(), ..Batch::default() }).await.expect("commits");
    store
}

async fn rows(store: &Store, table: &str, columns: usize) -> Vec<Vec<String>> {
    let sql = format!("SELECT * FROM {table} ORDER BY 1, 2");
    let mut raw = crate::faults::raw(store).await;
    let found = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut raw).await.expect("reads");
    let text = |row: &sqlx::sqlite::SqliteRow, n: usize| {
        row.try_get::<String, _>(n)
            .or_else(|_| row.try_get::<i64, _>(n).map(|number| number.to_string()))
            .expect("text or a number")
    };
    found.iter().map(|row| (0..columns).map(|n| text(row, n)).collect()).collect()
}

#[tokio::test]
async fn older_rows_get_the_facts_that_new_rows_get() {
    let dir = TempDir::new().expect("tempdir");
    let store = filled(&dir).await;
    let plain: String =
        MIGRATION.lines().filter(|l| !l.starts_with("--")).collect::<Vec<_>>().join("\n");
    let fill_in: Vec<&str> =
        plain.split(';').map(str::trim).filter(|sql| sql.starts_with("INSERT")).collect();
    let tables = ["trade_facts", "trade_counts", "execution_facts"];
    assert_eq!(fill_in.len(), tables.len());
    for (table, sql) in tables.into_iter().zip(fill_in) {
        let written = rows(&store, table, 3).await;
        assert!(written.len() >= 7, "{table}");
        let mut raw = crate::faults::raw(&store).await;
        let delete = format!("DELETE FROM {table}");
        sqlx::query(sqlx::AssertSqlSafe(delete)).execute(&mut raw).await.expect("deletes");
        sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut raw).await.expect("inserts");
        assert_eq!(rows(&store, table, 3).await, written, "{table}");
    }
}

#[tokio::test]
async fn facts_say_what_was_stored() {
    let dir = TempDir::new().expect("tempdir");
    let store = filled(&dir).await;
    let mut window = store.window(minute(0), minute(1_000)).await.expect("opens");
    let mut found = Vec::new();
    window.trades(|fact| found.push(fact)).await.expect("reads");
    assert_eq!(found.len(), 300);
    for (fact, given) in found.iter().zip(trades()) {
        assert_eq!(
            (fact.id, fact.symbol, fact.reason),
            (given.id, given.symbol, given.exit_reason)
        );
        assert_eq!((fact.opened_at, fact.closed_at), (given.opened_at, given.closed_at));
        assert_eq!(fact.entry_price, given.entry_price.get());
        assert_eq!(fact.exit_price, given.exit_price.get());
        assert_eq!((fact.quantity, fact.fees), (given.quantity.get(), given.fees));
        assert_eq!(fact.profit, given.profit);
        let shares = fact.shares.iter().map(|s| (s.strategy, s.quantity, s.profit));
        let wanted =
            given.shares.iter().map(|s: &TradeShare| (s.strategy, s.quantity.get(), s.profit));
        assert!(shares.eq(wanted), "{}", fact.id);
    }
    let mut done = Vec::new();
    window.executions(|fact| done.push(fact)).await.expect("reads");
    assert_eq!(done.len(), 40);
    assert_eq!(
        (done[0].average_price, done[0].slippage_bps),
        (Some(dec("60000.00")), Some(dec("1.25")))
    );
    assert_eq!((done[3].average_price, done[3].slippage_bps), (None, None));
    assert_eq!((done[1].style, done[1].shortfall), (ExecutionStyle::PostOnly, dec("0.3")));
}

/// Chunks meet without a gap, also where many rows have one moment.
#[tokio::test]
async fn windows_begin_inclusive_end_exclusive_and_lose_nothing_between_chunks() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let many = 10_000;
    let crowded = |id: u64| ClosedTrade {
        closed_at: minute(if id < 9_000 { 5 } else { id.cast_signed() }),
        ..trade(id, btc(), &["rsi"])
    };
    let equity = (0..many).map(|n| (minute(n), dec("100.5"))).collect();
    let trades = (1..=many.cast_unsigned()).map(crowded).collect();
    store.commit(Batch { equity, trades, ..Batch::default() }).await.expect("commits");
    let count = async |from: i64, to: i64| {
        let mut window = store.window(minute(from), minute(to)).await.expect("opens");
        let (mut ids, mut points) = (BTreeSet::new(), Vec::new());
        window.trades(|fact| assert!(ids.insert(fact.id))).await.expect("reads");
        window.equity(|at, _| points.push(at)).await.expect("reads");
        assert!(points.is_sorted());
        let span = window.equity_span().await.expect("reads");
        assert_eq!(span.map_or(0, |(.., count)| count), points.len() as u64);
        (ids.len(), points.len())
    };
    assert_eq!(count(0, 20_000).await, (10_000, 10_000));
    assert_eq!(count(5, 6).await, (8_999, 1));
    assert_eq!(count(6, 9_000).await, (0, 8_994));
    assert_eq!(count(9_000, 9_001).await, (1, 1));
    assert_eq!(count(20_000, 30_000).await, (0, 0));
}

#[tokio::test]
async fn fills_peaks_capital_and_open_positions() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let (events, view) = filled_order(1, 1, btc(), 7);
    let equity = [(1, "9.5"), (2, "100.5"), (3, "99"), (4, "100.4")];
    let equity = equity.map(|(n, value)| (minute(n), dec(value))).to_vec();
    let capital = vec![(minute(1), dec("10")), (minute(3), dec("12.50"))];
    let batch = Batch { events, orders: vec![view], equity, capital, ..Batch::default() };
    store.commit(batch).await.expect("commits");
    store.commit(Batch { trades: trades(), ..Batch::default() }).await.expect("commits");
    assert_eq!(store.last_capital().await.expect("reads"), Some((minute(3), dec("12.50"))));
    let mut window = store.window(minute(2), minute(50)).await.expect("opens");
    assert_eq!(window.capital().await.expect("reads").len(), 2);
    assert_eq!(
        window.equity_before(minute(2)).await.expect("reads"),
        Some((minute(1), dec("9.5")))
    );
    assert_eq!(window.equity_before(minute(1)).await.expect("reads"), None);
    let high = window.highest_equity(minute(0), minute(5)).await.expect("reads");
    assert_eq!(high, Some((minute(2), dec("100.5"))), "by number, not by text");
    assert_eq!(window.highest_equity(minute(5), minute(9)).await.expect("reads"), None);
    let mut fills = Vec::new();
    window.fills(|fact| fills.push(fact)).await.expect("reads");
    assert_eq!(fills.len(), 1);
    assert_eq!(
        (fills[0].at, fills[0].fee, fills[0].quantity),
        (minute(4), dec("1.25"), dec("0.50"))
    );
    // All test trades were opened at minute 0.
    assert_eq!(window.open_at_end(btc()).await.expect("reads"), Some(minute(0)));
    assert_eq!(window.open_at_end(symbol("XRPUSDT")).await.expect("reads"), None);
    let mut late = store.window(minute(2), minute(5_000)).await.expect("opens");
    assert_eq!(late.open_at_end(btc()).await.expect("reads"), None);
}

fn ids(trades: &[ClosedTrade]) -> Vec<u64> {
    trades.iter().map(|t| t.id).collect()
}

/// The list under each filter, page by page, against a plain filter over all trades.
#[tokio::test]
async fn trades_under_every_filter_with_their_totals() {
    let dir = TempDir::new().expect("tempdir");
    let store = filled(&dir).await;
    let symbols = [None, Some(btc()), Some(symbol("ETHUSDT")), Some(symbol("XRPUSDT"))];
    let strategies = [None, Some(name("rsi")), Some(name("macd")), Some(name("nobody"))];
    let times = [
        (None, None),
        (Some(10), None),
        (None, Some(200)),
        (Some(10), Some(200)),
        (Some(7), Some(7)),
    ];
    let mut cells = 0;
    for (symbol, strategy) in symbols.iter().flat_map(|s| strategies.iter().map(move |t| (*s, *t)))
    {
        for (from, to) in times.map(|(from, to)| (from.map(minute), to.map(minute))) {
            let filter = TradeFilter { symbol, strategy, from, to, ..TradeFilter::default() };
            let fits = |t: &ClosedTrade| {
                symbol.is_none_or(|s: Symbol| t.symbol == s)
                    && strategy.is_none_or(|name| t.shares.iter().any(|s| s.strategy == name))
                    && from.is_none_or(|from: Timestamp| t.closed_at >= from)
                    && to.is_none_or(|to: Timestamp| t.closed_at < to)
            };
            let mut wanted = ids(&trades().into_iter().filter(fits).collect::<Vec<_>>());
            wanted.reverse();
            let (mut found, mut token) = (Vec::new(), String::new());
            loop {
                let page = PageRequest { size: 37, token: token.clone() };
                let page = store.trades(&filter, &page).await.expect("reads");
                assert_eq!(page.total, Some(wanted.len() as u64), "{filter:?}");
                found.extend(ids(&page.items));
                match page.next {
                    Some(next) => token = next,
                    None => break,
                }
            }
            assert_eq!(found, wanted, "{filter:?}");
            cells += 1;
        }
    }
    assert_eq!(cells, 80);
}

#[tokio::test]
async fn orders_of_a_stretch_of_time_come_in_pages() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let order = |n: u64| -> OrderView {
        let (_, mut view) = filled_order(1, n, btc(), n);
        // Three orders a minute.
        view.created_at = minute((n / 3).cast_signed());
        view
    };
    let orders = (1..=60).map(order).collect();
    store.commit(Batch { orders, ..Batch::default() }).await.expect("commits");
    let filter =
        OrderFilter { from: Some(minute(5)), to: Some(minute(12)), ..OrderFilter::default() };
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let page = PageRequest { size: 4, token: token.clone() };
        let page = store.orders(&filter, &page).await.expect("reads");
        found.extend(page.items.iter().map(|o| o.intent));
        match page.next {
            Some(next) => token = next,
            None => break,
        }
    }
    assert_eq!(found, (15..36).rev().collect::<Vec<_>>());
}
