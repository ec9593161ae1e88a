//! Alerts: one open row per cause, changes only forward, and records of some kinds.

use crate::fixture::*;
use storage::{
    Acknowledged, Alert, AlertFilter, AlertState, AlertWrite, Batch, ControlRecord, Error,
    PageRequest, Store,
};

async fn write(store: &Store, alerts: Vec<AlertWrite>) -> Result<(), Error> {
    store.commit(Batch { alerts, ..Batch::default() }).await.map(|_| ())
}

fn alert(id: u64, cause: &str) -> Alert {
    Alert {
        id,
        code: "data_stale".to_owned(),
        severity: 2,
        cause: cause.to_owned(),
        title: "market data is stale".to_owned(),
        text: "no row for 31 s".to_owned(),
        hint: "botctl health".to_owned(),
        symbol: String::new(),
        strategy: String::new(),
        state: AlertState::Open,
        first_at: minute(1),
        last_at: minute(1),
        count: 1,
        acknowledged: None,
        resolved_at: None,
        escalations: 0,
        waiting: true,
    }
}

fn raise(id: u64, cause: &str) -> AlertWrite {
    AlertWrite::Raise(Box::new(alert(id, cause)))
}

fn seen() -> Acknowledged {
    Acknowledged { by: "anna".to_owned(), at: minute(3), note: "hm".to_owned() }
}

#[tokio::test]
async fn an_alert_goes_from_open_over_acknowledged_to_resolved() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = open(&dir).await;
    write(&store, vec![raise(1, "a")]).await.expect("raised");
    assert_eq!(store.alert(1).await.expect("read"), Some(alert(1, "a")));
    let doubled = write(&store, vec![raise(2, "a")]).await;
    assert!(matches!(doubled, Err(Error::Broken(_))), "{doubled:?}");

    let repeat = AlertWrite::Repeat { id: 1, at: minute(2), count: 9, text: "now".to_owned() };
    let settle = AlertWrite::Settle { id: 1 };
    let escalate = AlertWrite::Escalate { id: 1, count: 2 };
    write(&store, vec![repeat, settle, escalate]).await.expect("changed");
    let acknowledge = AlertWrite::Acknowledge { id: 1, seen: seen(), resolves: false };
    write(&store, vec![acknowledge.clone()]).await.expect("acknowledged");
    let again = write(&store, vec![acknowledge]).await;
    assert!(matches!(again, Err(Error::AlertNotOpen(1))), "{again:?}");
    let wanted = Alert {
        text: "now".to_owned(),
        last_at: minute(2),
        count: 9,
        state: AlertState::Acknowledged,
        acknowledged: Some(seen()),
        escalations: 2,
        waiting: false,
        ..alert(1, "a")
    };
    assert_eq!(store.alert(1).await.expect("read"), Some(wanted.clone()));

    write(&store, vec![AlertWrite::Resolve { id: 1, at: minute(4) }]).await.expect("resolved");
    let late = AlertWrite::Repeat { id: 1, at: minute(5), count: 10, text: "late".to_owned() };
    write(&store, vec![late, AlertWrite::Resolve { id: 1, at: minute(6) }]).await.expect("nothing");
    let resolved = Alert { state: AlertState::Resolved, resolved_at: Some(minute(4)), ..wanted };
    assert_eq!(store.alert(1).await.expect("read"), Some(resolved), "the first end stays");
    write(&store, vec![raise(2, "a")]).await.expect("a new one of the same cause");
}

#[tokio::test]
async fn one_acknowledgement_may_also_end_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = open(&dir).await;
    let end = AlertWrite::Acknowledge { id: 1, seen: seen(), resolves: true };
    let missing = write(&store, vec![end.clone()]).await;
    assert!(matches!(missing, Err(Error::UnknownAlert(1))), "{missing:?}");
    write(&store, vec![raise(1, "a"), end]).await.expect("both");
    let found = store.alert(1).await.expect("read").expect("there");
    assert_eq!((found.state, found.resolved_at), (AlertState::Resolved, Some(minute(3))));
}

#[tokio::test]
async fn lists_are_filtered_and_paged_and_what_goes_on_is_found_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = open(&dir).await;
    let all = (1..=5).map(|id| raise(id, &id.to_string())).collect();
    write(&store, all).await.expect("raised");
    let resolve = |id| AlertWrite::Resolve { id, at: minute(id.cast_signed()) };
    let settle = |id| AlertWrite::Settle { id };
    let changes = vec![resolve(2), settle(2), resolve(4), settle(4), resolve(5)];
    write(&store, changes).await.expect("resolved");
    let ids = |alerts: &[Alert]| alerts.iter().map(|a| a.id).collect::<Vec<_>>();
    let open_ones = AlertFilter { states: vec![AlertState::Open], ..AlertFilter::default() };
    for (filter, wanted) in [
        (AlertFilter::default(), vec![5, 4, 3, 2, 1]),
        (open_ones.clone(), vec![3, 1]),
        (AlertFilter { min_severity: 3, ..AlertFilter::default() }, vec![]),
        (AlertFilter { since: Some(minute(2)), ..AlertFilter::default() }, vec![]),
    ] {
        let page = store.alerts(&filter, &PageRequest::default()).await.expect("a page");
        assert_eq!(ids(&page.items), wanted, "{filter:?}");
        assert_eq!(page.total, Some(wanted.len() as u64));
    }
    let first = PageRequest { size: 1, token: String::new() };
    let page = store.alerts(&open_ones, &first).await.expect("a page");
    let next = PageRequest { size: 1, token: page.next.expect("a second page") };
    let page = store.alerts(&open_ones, &next).await.expect("a page");
    assert_eq!((ids(&page.items), page.next), (vec![1], None));
    // Open ones, one that still has to be sent, and one that ended lately.
    let at_work = store.alerts_at_work(minute(4)).await.expect("read");
    assert_eq!(ids(&at_work), [1, 3, 4, 5]);
    assert_eq!(store.last_alert().await.expect("read"), 5);
}

#[tokio::test]
async fn the_journal_gives_records_of_some_kinds() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = open(&dir).await;
    assert_eq!(store.meta("alerts.handled").await.expect("read").as_deref(), Some("0"));
    let control = |kind: &str| ControlRecord::system(minute(1), kind, serde_json::json!({}));
    let controls = ["a", "b", "a", "c", "a"].map(control).to_vec();
    let events = vec![plain_event(1)];
    let batch = Batch { events, controls, ..Batch::default() };
    store.commit(batch).await.expect("stored");
    for (range, kinds, limit, wanted) in [
        ((0, 6), vec!["a"], 10, vec![2, 4, 6]),
        ((2, 5), vec!["a"], 10, vec![4]),
        ((0, 6), vec!["a", "close_all_started"], 2, vec![1, 2]),
        ((0, 6), vec!["x"], 10, vec![]),
    ] {
        let found = store.journal_of_kinds(range, &kinds, limit).await.expect("read");
        let numbers: Vec<u64> = found.iter().map(|r| r.sequence).collect();
        assert_eq!(numbers, wanted, "{range:?} {kinds:?}");
    }
}
