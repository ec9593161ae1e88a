//! Versions of settings: in order, whole, and readable as of any of them.

use domain::Timestamp;
use storage::{Batch, SettingChange, SettingsVersion, SettingsWrite, Store};

fn version(number: u64, changes: &[(&str, &str, &str)]) -> Batch {
    let change = |(key, before, after): &(&str, &str, &str)| SettingChange {
        key: (*key).to_owned(),
        before: (*before).to_owned(),
        after: (*after).to_owned(),
        origin: "store".to_owned(),
    };
    let version = SettingsVersion {
        version: number,
        at: Timestamp::from_micros(number as i64),
        cause: "update".to_owned(),
        principal: "ann".to_owned(),
        role: "admin".to_owned(),
        source: "127.0.0.1".to_owned(),
        request_id: "1".to_owned(),
        reason: "why".to_owned(),
        changes: changes.iter().map(change).collect(),
    };
    let settings = SettingsWrite { version: Some(version), outside: None };
    Batch { settings, ..Batch::default() }
}

async fn at(store: &Store, version: u64) -> Vec<(String, String, u64)> {
    let found = store.settings_at(version).await.expect("read");
    found.into_iter().map(|s| (s.change.key, s.change.after, s.version)).collect()
}

#[tokio::test]
async fn a_version_has_its_changes_over_those_before() {
    let dir = tempfile::tempdir().expect("dir");
    let store = Store::open(dir.path()).await.expect("open");
    assert_eq!(store.settings_version().await.expect("read"), 0);
    store.commit(version(1, &[("a", "1", "2"), ("b", "1", "2")])).await.expect("stored");
    store.commit(version(2, &[("b", "2", "3")])).await.expect("stored");
    for wrong in [2, 4, 0] {
        let refused = store.commit(version(wrong, &[("a", "2", "9")])).await;
        assert!(refused.is_err(), "{wrong} does not follow 2");
    }
    assert_eq!(store.settings_version().await.expect("read"), 2);
    let row = |key: &str, value: &str, version| (key.to_owned(), value.to_owned(), version);
    assert_eq!(at(&store, 1).await, [row("a", "2", 1), row("b", "2", 1)]);
    assert_eq!(at(&store, 2).await, [row("a", "2", 1), row("b", "3", 2)]);
    assert_eq!(at(&store, 9).await, at(&store, 2).await);
    let numbers = async |before, key: &str, limit| -> Vec<u64> {
        let found = store.settings_versions(before, key, limit).await.expect("read");
        found.into_iter().map(|v| v.version).collect()
    };
    assert_eq!(numbers(0, "", 10).await, [2, 1]);
    assert_eq!(numbers(2, "", 10).await, [1]);
    assert_eq!(numbers(0, "a", 10).await, [1]);
    assert_eq!(numbers(0, "", 1).await, [2]);
}

#[tokio::test]
async fn what_the_outside_said_is_replaced_as_a_whole() {
    let dir = tempfile::tempdir().expect("dir");
    let store = Store::open(dir.path()).await.expect("open");
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    for said in [vec![pair("a", "1"), pair("b", "2")], vec![pair("b", "3")], Vec::new()] {
        let settings = SettingsWrite { version: None, outside: Some(said.clone()) };
        store.commit(Batch { settings, ..Batch::default() }).await.expect("stored");
        assert_eq!(store.settings_outside().await.expect("read"), said);
    }
}
