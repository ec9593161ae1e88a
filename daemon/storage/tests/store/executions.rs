//! What intents came to: pages, filters, totals that grow with the rows.

use crate::fixture::*;
use domain::{Decimal, EventKind, ExecutionStyle, IntentResult, OrderPurpose, Symbol};
use storage::{Batch, CheckDepth, Error, ExecutionFilter, ExecutionTotals, PageRequest, Store};
use tempfile::TempDir;

const ENTRY: (OrderPurpose, ExecutionStyle) = (OrderPurpose::Entry, ExecutionStyle::Limit);
const EXIT: (OrderPurpose, ExecutionStyle) = (OrderPurpose::OperatorExit, ExecutionStyle::Market);
const STOP: (OrderPurpose, ExecutionStyle) = (OrderPurpose::Protection, ExecutionStyle::Resting);

/// Results in several kinds, one in three with nothing done.
fn results() -> Vec<IntentResult> {
    let one = |n: u64| {
        let kind = [ENTRY, EXIT, STOP][(n % 3) as usize];
        let pair = if n.is_multiple_of(2) { btc() } else { symbol("ETHUSDT") };
        let slippage = format!("{}.25", n as i64 - 6);
        execution(n, pair, kind, (!n.is_multiple_of(3)).then_some(slippage.as_str()))
    };
    (1..=12).map(one).collect()
}

/// The results stored in commits of so many, all in a store of its own.
async fn stored(dir: &TempDir, each: usize) -> Store {
    let store = open(dir).await;
    let results = results();
    for (n, chunk) in results.chunks(each).enumerate() {
        let first = (n * each + 1) as u64;
        let finished = |result: &IntentResult| EventKind::IntentFinished { result: result.clone() };
        let events = chunk.iter().map(finished).zip(first..).map(|(kind, n)| event(n, kind));
        let batch = Batch { events: events.collect(), ..Batch::default() };
        store.commit(batch).await.expect("commits");
    }
    store
}

/// The totals as added up by hand.
fn totals(results: &[IntentResult]) -> ExecutionTotals {
    ExecutionTotals {
        count: results.len() as u64,
        done: results.iter().filter(|r| r.slippage_bps.is_some()).count() as u64,
        slippage_sum: results.iter().filter_map(|r| r.slippage_bps).sum(),
        worst_slippage_bps: results.iter().filter_map(|r| r.slippage_bps).max(),
        shortfall: results.iter().map(|r| r.shortfall).sum(),
        fees: results.iter().map(|r| r.fees).sum(),
    }
}

#[tokio::test]
async fn executions_are_paged_filtered_and_added_up() {
    for each in [1, 5, 12] {
        let dir = TempDir::new().expect("tempdir");
        let store = stored(&dir, each).await;
        let eth = symbol("ETHUSDT");
        let of = |symbol: Option<Symbol>, kind: Option<(OrderPurpose, ExecutionStyle)>| {
            let (purpose, style) = (kind.map(|k| k.0), kind.map(|k| k.1));
            ExecutionFilter { symbol, purpose, style }
        };
        for filter in [
            of(None, None),
            of(Some(btc()), None),
            of(None, Some(EXIT)),
            of(Some(eth), Some(ENTRY)),
            of(Some(symbol("XRPUSDT")), None),
            ExecutionFilter { purpose: Some(STOP.0), ..Default::default() },
            ExecutionFilter { style: Some(ExecutionStyle::Limit), ..Default::default() },
        ] {
            let matches = |r: &&IntentResult| {
                filter.symbol.is_none_or(|s| s == r.symbol)
                    && filter.purpose.is_none_or(|p| p == r.purpose)
                    && filter.style.is_none_or(|s| s == r.style)
            };
            let mut expected: Vec<_> = results().iter().filter(matches).cloned().collect();
            let sums = totals(&expected);
            expected.reverse();
            let mut found = Vec::new();
            let mut request = PageRequest { size: 5, token: String::new() };
            loop {
                let (page, got) = store.executions(&filter, &request).await.expect("reads");
                assert_eq!((got, page.total), (sums, Some(sums.count)), "{filter:?}");
                found.extend(page.items.into_iter().map(|item| item.result));
                match page.next {
                    Some(token) => request.token = token,
                    None => break,
                }
            }
            assert_eq!(found, expected, "{filter:?}, commits of {each}");
        }
        store.check(CheckDepth::Full).await.expect("rows and totals agree");
    }
}

#[tokio::test]
async fn the_mean_counts_what_was_done_only() {
    let dir = TempDir::new().expect("tempdir");
    let store = stored(&dir, 12).await;
    let all = ExecutionFilter::default();
    let (_, totals) = store.executions(&all, &PageRequest::default()).await.expect("reads");
    // 1, 2, 4, 5, 7, 8, 10, 11 were done, at -5.25 … : the mean of -5 -4 -2 -1 1 2 4 5 is 0,
    // and each negative figure is a quarter lower, each positive one a quarter higher.
    assert_eq!((totals.count, totals.done), (12, 8));
    assert_eq!(totals.mean_slippage_bps(), Some(Decimal::ZERO));
    assert_eq!(totals.worst_slippage_bps, Some(dec("5.25")));
    assert_eq!((totals.shortfall, totals.fees), (dec("3.6"), dec("1.20")));
    assert_eq!(ExecutionTotals::default().mean_slippage_bps(), None);
}

#[tokio::test]
async fn one_execution_is_found_by_its_intent_and_tokens_keep_to_their_list() {
    let dir = TempDir::new().expect("tempdir");
    let store = stored(&dir, 4).await;
    let found = store.execution(7).await.expect("reads").expect("it is there");
    assert_eq!((found.result, found.at), (results()[6].clone(), minute(7)));
    assert_eq!(store.execution(99).await.expect("reads"), None);
    assert_eq!(store.execution(u64::MAX).await.expect("reads"), None);
    let one = PageRequest { size: 1, token: String::new() };
    let (page, _) = store.executions(&ExecutionFilter::default(), &one).await.expect("reads");
    let other = ExecutionFilter { symbol: Some(btc()), ..Default::default() };
    let token = PageRequest { size: 1, token: page.next.expect("there are more") };
    let error = store.executions(&other, &token).await.expect_err("another filter");
    assert!(matches!(error, Error::BadPageToken), "{error}");
}
