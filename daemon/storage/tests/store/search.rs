//! A search that reads records ends in bounded work, says how far it looked, and goes on from there:
//! over all pages it finds what an unbounded one finds.

use crate::every_kind::{control, fill_store};
use crate::fixture::*;
use storage::{AuditFilter, Batch, PageRequest, Patience, Store};
use tempfile::TempDir;

async fn numbers(
    store: &Store,
    filter: &AuditFilter,
    size: u32,
    patience: Patience,
) -> (Vec<u64>, u32) {
    let (mut found, mut ended_early, mut token) = (Vec::new(), 0, String::new());
    loop {
        let page = PageRequest { size, token };
        let answer = store.audit_within(filter, &page, patience).await.expect("reads");
        assert!(answer.items.len() <= size as usize);
        assert!(answer.scanned_until.is_none() || answer.next.is_some(), "it can be gone on with");
        if let Some(until) = answer.scanned_until {
            assert!(answer.items.iter().all(|entry| entry.at >= until));
            ended_early += 1;
        }
        found.extend(answer.items.iter().map(|entry| entry.sequence));
        match answer.next {
            Some(next) => token = next,
            None => return (found, ended_early),
        }
    }
}

#[tokio::test]
async fn pages_that_end_early_lose_and_double_nothing() {
    let dir = TempDir::new().expect("tempdir");
    let store = fill_store(&dir).await;
    // Many records of one moment: a page may end between any two of them.
    let controls = (0..40).map(|n| storage::ControlRecord { at: minute(3), ..control("login", n) });
    let batch = Batch { controls: controls.collect(), ..Batch::default() };
    store.commit(batch).await.expect("commits");
    let text = |text: &str| AuditFilter { text: Some(text.to_owned()), ..AuditFilter::default() };
    let kinds = Some(vec!["login".to_owned(), "stop".to_owned(), "none".to_owned()]);
    let mut searches = 0;
    for filter in [
        text("WHY NOT"),
        text("\"n\":7"),
        text("nowhere"),
        AuditFilter { kinds: kinds.clone(), ..text("why") },
        AuditFilter { kinds, since: Some(minute(3)), until: Some(minute(12)), ..text("why") },
        AuditFilter { kinds: Some(Vec::new()), ..text("why") },
        AuditFilter { principal: Some("alice".to_owned()), ..text("not") },
        AuditFilter { source: Some("127.0.0.1".to_owned()), ..AuditFilter::default() },
        AuditFilter { symbol: Some(btc().to_string()), ..AuditFilter::default() },
    ] {
        let (all, early) = numbers(&store, &filter, 1_000, Patience::default()).await;
        assert_eq!(early, 0, "a thousand records are no work");
        for (step, steps, size) in
            [(1, 1, 1), (1, 3, 50), (2, 1, 7), (7, 2, 3), (50, 1, 2), (9, 1, 500)]
        {
            let (found, early) = numbers(&store, &filter, size, Patience { step, steps }).await;
            assert_eq!(found, all, "{filter:?} by {step} x {steps}, pages of {size}");
            searches += early;
        }
    }
    assert!(searches > 500, "{searches} pages ended early");
    let filter = text("nowhere");
    let patience = Patience { step: 5, steps: 2 };
    let page = store.audit_within(&filter, &PageRequest::default(), patience).await.expect("reads");
    assert_eq!((page.items.len(), page.total), (0, None));
    assert!(page.scanned_until.is_some() && page.next.is_some());
}
