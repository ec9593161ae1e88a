//! Batches: all or nothing, numbered without gaps, hashed, countable once.

use crate::fixture::*;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use storage::{
    Batch, CheckDepth, ControlRecord, Error, JournalBody, LogHash, Snapshot, SourcePosition, Store,
    StoredReply,
};
use tempfile::TempDir;

fn control(kind: &str) -> ControlRecord {
    ControlRecord {
        principal: "alice".to_owned(),
        role: "admin".to_owned(),
        source: "127.0.0.1".to_owned(),
        request_id: "r-1".to_owned(),
        ..ControlRecord::system(minute(5), kind, json!({ "b": 1, "a": "x" }))
    }
}

fn reply(request_id: &str, at: i64) -> StoredReply {
    StoredReply {
        principal: "alice".to_owned(),
        request_id: request_id.to_owned(),
        method: "/tradingd.v1.ControlService/Stop".to_owned(),
        body_hash: vec![1; 32],
        reply: vec![0, 255, 7],
        sequence: 3,
        at: minute(at),
    }
}

#[tokio::test]
async fn journal_numbers_both_kinds_and_hashes_engine_events_only() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    assert_eq!((store.last_sequence(), store.log_hash()), (0, LogHash::START));
    let events = vec![plain_event(1), plain_event(2)];
    let mut by_hand = [0_u8; 32];
    for event in &events {
        let bytes = serde_json::to_vec(event).expect("json");
        by_hand = Sha256::new().chain_update(by_hand).chain_update(bytes).finalize().into();
    }
    let batch = Batch {
        wall_at: minute(9),
        events: events.clone(),
        controls: vec![control("login")],
        ..Batch::default()
    };
    let done = store.commit(batch).await.expect("commits");
    assert_eq!(done.last_sequence, 3);
    assert_eq!(done.log_hash.as_bytes(), &by_hand);
    let only_control = Batch { controls: vec![control("logout")], ..Batch::default() };
    let second = store.commit(only_control).await.expect("commits");
    assert_eq!((second.last_sequence, second.log_hash), (4, done.log_hash));
    let third = Batch { events: vec![plain_event(3)], ..Batch::default() };
    let third = store.commit(third).await.expect("commits");
    let all = [done.records, second.records, third.records].concat();
    assert_eq!(all.iter().map(|r| r.sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(store.journal_after(0, 100).await.expect("reads"), all);
    assert_eq!(store.journal_after(2, 2).await.expect("reads"), all[2..4]);
    assert_eq!(all[0].at, minute(9));
    assert_eq!(all[2].body, JournalBody::Control(control("login")));
    let engine = store.engine_events_after(1, 100).await.expect("reads");
    assert_eq!(engine, [plain_event(2), plain_event(3)]);
    let report = store.check(CheckDepth::Full).await.expect("sound");
    assert_eq!((report.records, report.engine_events), (5, 3));
    assert_eq!(report.log_hash, store.log_hash());
}

#[tokio::test]
async fn everything_is_there_after_a_drop_without_close() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let id = store.store_id().to_owned();
    assert_eq!(id.len(), 32);
    let mut batch = filled_batch(1, 7, 70);
    batch.position = Some(SourcePosition { source_id: "files-a".to_owned(), rows: 10 });
    batch.meta = vec![("settings.version".to_owned(), "4".to_owned())];
    batch.request = vec![reply("r1", 0)];
    let done = store.commit(batch).await.expect("commits");
    let order = store.order(&order_id(7)).await.expect("reads");
    drop(store);
    let store = open(&dir).await;
    assert_eq!(store.store_id(), id);
    assert_eq!((store.last_sequence(), store.last_engine_sequence()), (4, 4));
    assert_eq!(store.log_hash(), done.log_hash);
    assert!(order.is_some());
    assert_eq!(store.order(&order_id(7)).await.expect("reads"), order);
    assert_eq!(store.position().await.expect("reads").map(|p| p.rows), Some(10));
    let meta = store.meta_with_prefix("settings.").await.expect("reads");
    assert_eq!(meta, [("settings.version".to_owned(), "4".to_owned())]);
    assert_eq!(store.meta("settings.version").await.expect("reads").as_deref(), Some("4"));
    let found = store.stored_reply("alice", "r1").await.expect("reads");
    assert_eq!(found, Some(reply("r1", 0)));
    assert_eq!(store.stored_reply("bob", "r1").await.expect("reads"), None);
    store.commit(filled_batch(5, 8, 71)).await.expect("goes on");
    store.check(CheckDepth::Full).await.expect("sound");
    store.close().await;
}

/// Commits a batch that must fail, and proves that nothing of it is there.
async fn refused(store: &Store, batch: Batch) -> Error {
    let before = (store.last_sequence(), store.log_hash());
    let totals = store.totals().await.expect("reads");
    let error = store.commit(batch).await.expect_err("must be refused");
    assert_eq!((store.last_sequence(), store.log_hash()), before, "{error}");
    assert_eq!(store.totals().await.expect("reads"), totals, "{error}");
    assert_eq!(store.meta("mark").await.expect("reads"), None, "{error}");
    error
}

#[tokio::test]
async fn one_bad_part_undoes_the_whole_batch() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let mut first = filled_batch(1, 1, 10);
    first.candles = vec![(btc(), domain::Interval::MINUTE, candle(1))];
    first.decisions = vec![hold(1, btc())];
    first.trades = vec![trade(1, btc(), &["momentum"])];
    first.request = vec![reply("r1", 0)];
    first.position = Some(SourcePosition { source_id: "files-a".to_owned(), rows: 10 });
    store.commit(first).await.expect("commits");
    let good = || {
        let mut batch = filled_batch(5, 2, 11);
        batch.meta = vec![("mark".to_owned(), "set".to_owned())];
        batch.controls = vec![control("x")];
        batch.equity = vec![(minute(1), dec("1"))];
        batch
    };
    let mut bad = good();
    bad.events[1].sequence = 9;
    let error = refused(&store, bad).await;
    assert!(matches!(error, Error::SequenceGap { expected: 6, given: 9 }), "{error}");
    let mut same_fill = filled_batch(5, 2, 10);
    same_fill.meta = good().meta;
    let error = refused(&store, same_fill).await;
    assert!(error.to_string().contains("fills.symbol, fills.trade_id"), "{error}");
    let error = refused(&store, Batch { orders: vec![], ..good() }).await;
    assert!(matches!(&error, Error::Broken(text) if text.contains("FOREIGN KEY")), "{error}");
    let mut other = candle(1);
    other.volume = quantity("1");
    let candles = vec![(btc(), domain::Interval::MINUTE, other)];
    let error = refused(&store, Batch { candles, ..good() }).await;
    assert!(error.to_string().contains("candle differs"), "{error}");
    let mut other = hold(1, btc());
    other.buy_weight += 0.1;
    let error = refused(&store, Batch { decisions: vec![other], ..good() }).await;
    assert!(error.to_string().contains("decision differs"), "{error}");
    let trades = vec![trade(1, btc(), &["momentum"])];
    assert!(matches!(refused(&store, Batch { trades, ..good() }).await, Error::Broken(_)));
    let error = refused(&store, Batch { request: vec![reply("r1", 1)], ..good() }).await;
    assert!(matches!(error, Error::DuplicateRequest { .. }), "{error}");
    let position = Some(SourcePosition { source_id: "files-b".to_owned(), rows: 11 });
    let error = refused(&store, Batch { position, ..good() }).await;
    assert_eq!(error.to_string(), "data directory holds source files-a, not files-b");
    let position = Some(SourcePosition { source_id: "files-a".to_owned(), rows: 9 });
    let error = refused(&store, Batch { position, ..good() }).await;
    assert!(error.to_string().contains("source rows must be 10 or more, got 9"), "{error}");
    let meta = vec![("store.id".to_owned(), "mine".to_owned())];
    assert!(matches!(refused(&store, Batch { meta, ..good() }).await, Error::Broken(_)));
    store.commit(good()).await.expect("the store still works");
    store.check(CheckDepth::Full).await.expect("sound");
}

#[tokio::test]
async fn identical_candles_and_decisions_are_no_news() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let batch = || Batch {
        candles: (0..40).map(|n| (btc(), domain::Interval::MINUTE, candle(n))).collect(),
        decisions: (0..40).map(|n| hold(n, btc())).collect(),
        ..Batch::default()
    };
    store.commit(batch()).await.expect("commits");
    let mut again = batch();
    again.decisions.push(hold(40, btc()));
    // Equal numbers written with other zeros are the same candle.
    again.candles[0].2.volume = quantity("12.5");
    store.commit(again).await.expect("commits");
    assert_eq!(store.totals().await.expect("reads").decisions, 41);
    store.check(CheckDepth::Full).await.expect("sound");
}

#[tokio::test]
async fn totals_follow_the_batches() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let mut batch = filled_batch(1, 1, 1);
    let (events, view) = filled_order(5, 2, symbol("ETHBTC"), 1);
    batch.events.extend(events);
    batch.orders.push(view);
    if let domain::EventKind::OrderFilled { fill: f, .. } = &mut batch.events[7].kind {
        *f = fill(1, "0.0000001", "BTC");
    }
    batch.trades = vec![trade(1, btc(), &["momentum"])];
    store.commit(batch).await.expect("commits");
    // The same order again, with another fill: no new order.
    let (_, view) = filled_order(1, 1, btc(), 1);
    let kind = domain::EventKind::OrderFilled {
        id: order_id(1),
        symbol: btc(),
        side: domain::OrderSide::Buy,
        fill: fill(u64::MAX, "0.75", "USDT"),
        fee_value: None,
    };
    let events = vec![event(9, kind)];
    store.commit(Batch { events, orders: vec![view], ..Batch::default() }).await.expect("commits");
    let totals = store.totals().await.expect("reads");
    assert_eq!((totals.orders, totals.fills, totals.trades), (2, 3, 1));
    assert_eq!(totals.as_of_sequence, 9);
    let fees: Vec<String> = totals.fees.iter().map(|(a, n)| format!("{n} {a}")).collect();
    assert_eq!(fees, ["0.0000001 BTC", "2.00 USDT"]);
    let fills = store.fills_of(&order_id(1)).await.expect("reads");
    assert_eq!(fills.iter().map(|f| f.fill.trade_id).collect::<Vec<_>>(), [1, u64::MAX]);
    assert_eq!(fills[1].fill, fill(u64::MAX, "0.75", "USDT"));
    drop(store);
    let store = open(&dir).await;
    assert_eq!(store.totals().await.expect("reads"), totals);
    store.check(CheckDepth::Journal).await.expect("sound");
}

#[tokio::test]
async fn the_newest_two_snapshots_are_kept_and_damaged_ones_left_out() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let snapshot = |n: u64| Snapshot {
        engine_sequence: n,
        source_rows: n * 10,
        build: "b1".to_owned(),
        bytes: vec![n as u8; 100_000],
    };
    for n in 1..=4 {
        let batch = Batch { snapshot: Some(snapshot(n)), ..Batch::default() };
        store.commit(batch).await.expect("commits");
    }
    assert_eq!(store.snapshots().await.expect("reads"), [snapshot(4), snapshot(3)]);
    let mut raw = crate::faults::raw(&store).await;
    sqlx::query("UPDATE snapshots SET bytes = zeroblob(100000) WHERE engine_sequence = 4")
        .execute(&mut raw)
        .await
        .expect("damages");
    assert_eq!(store.snapshots().await.expect("reads"), [snapshot(3)]);
}

#[tokio::test]
async fn old_replies_are_pruned() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let request = vec![reply("old", 0), reply("new", 2)];
    store.commit(Batch { request, ..Batch::default() }).await.expect("commits");
    let month_later = minute(30 * 1_440 + 1);
    assert_eq!(store.prune(month_later).await.expect("prunes"), 1);
    assert_eq!(store.stored_reply("alice", "old").await.expect("reads"), None);
    assert!(store.stored_reply("alice", "new").await.expect("reads").is_some());
}
