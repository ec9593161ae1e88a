//! Locks, edits, newer schemas, damage and full disks.

use crate::fixture::*;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::os::unix::fs::PermissionsExt as _;
use storage::{
    Batch, CheckDepth, DATABASE_FILE, Error, Options, RESERVE_FILE, SCHEMA_VERSION, Store,
};
use tempfile::TempDir;

/// A connection past the store, as a person with the `sqlite3` tool has one.
pub async fn raw(store: &Store) -> SqliteConnection {
    raw_at(&store.database_path()).await
}

pub async fn raw_at(path: &std::path::Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path);
    SqliteConnection::connect_with(&options).await.expect("connects")
}

#[tokio::test]
async fn a_data_directory_has_one_owner_and_private_files() {
    let dir = TempDir::new().expect("tempdir");
    let path = dir.path().join("new").join("data");
    let store = Store::open(&path).await.expect("makes the directory");
    store.commit(filled_batch(1, 1, 1)).await.expect("commits");
    let error = Store::open(&path).await.expect_err("is locked");
    let pid = std::process::id();
    assert!(matches!(&error, Error::Locked { .. }), "{error}");
    assert!(error.to_string().ends_with(&format!("another process (pid {pid})")), "{error}");
    let mode = |file: &str| {
        let meta = path.join(file).metadata().expect("file is there");
        meta.permissions().mode() & 0o777
    };
    for file in [DATABASE_FILE, "tradingd.db-wal", "tradingd.db-shm", "tradingd.lock"] {
        assert_eq!(mode(file), 0o600, "{file}");
    }
    assert_eq!(mode("."), 0o700);
    drop(store);
    Store::open(&path).await.expect("is free again");
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_named() {
    let dir = TempDir::new().expect("tempdir");
    let file = dir.path().join("file");
    std::fs::write(&file, "x").expect("writes");
    let error = Store::open(&file.join("data")).await.expect_err("no directory");
    assert!(matches!(&error, Error::Directory { .. }), "{error}");
    assert!(error.to_string().contains("file/data"), "{error}");
}

#[tokio::test]
async fn history_cannot_be_edited() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let mut batch = filled_batch(1, 1, 1);
    batch.candles = vec![(btc(), domain::Interval::MINUTE, candle(1))];
    batch.decisions = vec![hold(1, btc())];
    store.commit(batch).await.expect("commits");
    let mut raw = raw(&store).await;
    for (sql, wanted) in [
        ("UPDATE journal SET payload = '{}'", "journal is append-only"),
        ("UPDATE journal SET at = 0 WHERE sequence = 1", "journal is append-only"),
        ("DELETE FROM journal WHERE sequence = 4", "journal is append-only"),
        (
            "INSERT INTO journal (sequence, engine_sequence, at, kind, principal, payload) VALUES (9, 5, 0, 'x', NULL, '{}')",
            "must follow the last one",
        ),
        (
            "INSERT INTO journal (sequence, engine_sequence, at, kind, principal, payload) VALUES (5, 9, 0, 'x', NULL, '{}')",
            "must follow the last one",
        ),
        (
            "REPLACE INTO journal (sequence, engine_sequence, at, kind, principal, payload) VALUES (4, 4, 0, 'x', NULL, '{}')",
            "must follow the last one",
        ),
        (
            "INSERT INTO journal (sequence, engine_sequence, at, kind, principal, payload) VALUES (5, 5, 0, 'x', 'p', '{}')",
            "CHECK constraint",
        ),
        ("UPDATE fills SET fee = '0'", "fills are append-only"),
        ("DELETE FROM fills", "fills are append-only"),
        ("UPDATE candles SET open = '1'", "candle differs"),
        ("UPDATE decisions SET result = 'entered'", "decision differs"),
    ] {
        let error = sqlx::query(sql).execute(&mut raw).await.expect_err(sql);
        assert!(error.to_string().contains(wanted), "{sql}: {error}");
    }
    store.check(CheckDepth::Full).await.expect("sound");
}

/// Opens past the triggers, runs the edit, and returns what the check says.
async fn check_after(edit: &'static str) -> String {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    store.commit(filled_batch(1, 1, 1)).await.expect("commits");
    let login = storage::ControlRecord::system(minute(1), "login", serde_json::json!({}));
    let controls = vec![storage::ControlRecord { principal: "alice".to_owned(), ..login }];
    store.commit(Batch { controls, ..filled_batch(5, 2, 2) }).await.expect("commits");
    store.check(CheckDepth::Full).await.expect("sound before");
    let mut raw = raw(&store).await;
    for trigger in ["journal_keeps_values", "journal_keeps_rows", "fills_keep_rows"] {
        let sql = sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"));
        sqlx::query(sql).execute(&mut raw).await.expect("drops");
    }
    sqlx::query("PRAGMA foreign_keys = OFF").execute(&mut raw).await.expect("sets");
    sqlx::query(edit).execute(&mut raw).await.expect("edits");
    match store.check(CheckDepth::Journal).await {
        Err(Error::Corrupt(text)) => text,
        other => panic!("{edit}: {other:?}"),
    }
}

#[tokio::test]
async fn the_check_finds_what_was_edited_past_the_triggers() {
    for (edit, wanted) in [
        (
            "UPDATE journal SET payload = replace(payload, '1.25', '1.24') WHERE sequence = 4",
            "record 4 is not what was stored",
        ),
        (
            "UPDATE journal SET principal = 'bob' WHERE principal = 'alice'",
            "record 9 is not what was stored",
        ),
        ("UPDATE head SET audit_hash = zeroblob(32)", "audit hash"),
        ("UPDATE head SET chain_hash = zeroblob(32)", "totals"),
        ("DELETE FROM journal WHERE sequence = 3", "record 3 is missing"),
        ("DELETE FROM journal WHERE sequence = 9", "journal ends with 8"),
        ("DELETE FROM fills WHERE trade_id = 2", "the table has 1 different"),
        ("UPDATE head SET fills = 3", "totals"),
        ("UPDATE head SET log_hash = zeroblob(32)", "log hash"),
        ("UPDATE fee_totals SET amount = '2.51'", "totals"),
        ("UPDATE journal SET engine_sequence = 99 WHERE engine_sequence = 8", "9 and 99"),
    ] {
        let text = check_after(edit).await;
        assert!(text.contains(wanted), "{edit}: {text}");
    }
}

#[tokio::test]
async fn migrations_run_once_and_edited_or_newer_ones_are_refused() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    store.commit(filled_batch(1, 1, 1)).await.expect("commits");
    let path = store.database_path();
    store.close().await;
    open(&dir).await.close().await;
    let mut db = raw_at(&path).await;
    let versions: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations ORDER BY 1")
        .fetch_all(&mut db)
        .await
        .expect("reads");
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
    assert_eq!((versions[0], versions.last()), (1, Some(&SCHEMA_VERSION)));
    let newer = "INSERT INTO _sqlx_migrations SELECT 99, description, installed_on, success, \
                 checksum, execution_time FROM _sqlx_migrations WHERE version = 1";
    sqlx::query(newer).execute(&mut db).await.expect("edits");
    let error = Store::open(dir.path()).await.expect_err("is newer");
    assert!(matches!(error, Error::NewerSchema { found: 99, newest: SCHEMA_VERSION }), "{error}");
    let back = "DELETE FROM _sqlx_migrations WHERE version = 99";
    sqlx::query(back).execute(&mut db).await.expect("edits");
    let edit = "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2";
    sqlx::query(edit).execute(&mut db).await.expect("edits");
    let error = Store::open(dir.path()).await.expect_err("was edited");
    assert!(matches!(error, Error::EditedMigration { version: 2 }), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let dir = TempDir::new().expect("tempdir");
    std::fs::write(dir.path().join(DATABASE_FILE), "not a database at all\n".repeat(500))
        .expect("writes");
    let error = Store::open(dir.path()).await.expect_err("no database");
    assert!(matches!(error, Error::Corrupt(_)), "{error}");
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_leaves_reads() {
    let dir = TempDir::new().expect("tempdir");
    let options = Options { max_pages: Some(120), ..Options::default() };
    let store = Store::open_with(dir.path(), &options).await.expect("opens");
    let mut stored = 0_u64;
    let error = loop {
        let decisions = (0..50).map(|n| hold(stored.cast_signed() * 50 + n, btc())).collect();
        let events = vec![plain_event(stored + 1)];
        match store.commit(Batch { events, decisions, ..Batch::default() }).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 1_000, "the limit was never met");
    };
    assert!(matches!(&error, Error::Disk(_)), "{error}");
    assert!(stored > 0);
    assert_eq!(store.last_sequence(), stored);
    let totals = store.totals().await.expect("reads go on");
    assert_eq!(totals.decisions, stored * 50);
    let journal = store.journal_after(0, 10_000).await.expect("reads go on");
    assert_eq!(journal.len() as u64, stored);
    let decisions = (0..50).map(|n| hold(stored.cast_signed() * 50 + n, btc())).collect();
    let batch = Batch { decisions, ..Batch::default() };
    let again = store.commit(batch.clone()).await.expect_err("is still full");
    assert!(matches!(&again, Error::Disk(_)), "{again}");
    drop(store);
    let store = open(&dir).await;
    store.commit(batch).await.expect("there is room again");
    store.check(CheckDepth::Full).await.expect("sound");
}

#[tokio::test]
async fn reads_do_not_wait_for_a_writer() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    store.commit(filled_batch(1, 1, 1)).await.expect("commits");
    let mut raw = raw(&store).await;
    let mut writing = raw.begin_with("BEGIN IMMEDIATE").await.expect("takes the write lock");
    let half_done = "INSERT INTO equity VALUES (1, '1')";
    sqlx::query(half_done).execute(&mut *writing).await.expect("writes");
    assert_eq!(store.totals().await.expect("reads").fills, 1);
    assert_eq!(store.equity(None, None, 9).await.expect("reads").total, 0);
    store.check(CheckDepth::Journal).await.expect("sound");
    writing.commit().await.expect("commits");
    assert_eq!(store.equity(None, None, 9).await.expect("reads").total, 1);
}

#[tokio::test]
async fn the_reserve_is_taken_freed_and_taken_again() {
    let dir = TempDir::new().expect("tempdir");
    let size = || dir.path().join(RESERVE_FILE).metadata().map(|m| m.len()).ok();
    let options = Options { reserve_bytes: 100_000, ..Options::default() };
    let store = Store::open_with(dir.path(), &options).await.expect("opens");
    assert_eq!(size(), Some(100_000));
    assert!(store.release_reserve().expect("frees"));
    assert_eq!(size(), None);
    assert!(!store.release_reserve().expect("is free"));
    store.commit(filled_batch(1, 1, 1)).await.expect("commits");
    assert!(store.restore_reserve());
    assert_eq!(size(), Some(100_000));
}

#[tokio::test]
async fn a_commit_dropped_half_way_leaves_all_or_nothing() {
    let dir = TempDir::new().expect("tempdir");
    let store = open(&dir).await;
    let mut next = 1;
    for polls in 0..60 {
        let batch = filled_batch(next, next, next);
        let mut commit = Box::pin(store.commit(batch));
        let mut left = polls;
        // Polls a number of times, waiting for a wake-up between them, then drops the future.
        let outcome = std::future::poll_fn(|cx| {
            let ready = commit.as_mut().poll(cx);
            if ready.is_ready() {
                return ready.map(Some);
            }
            if left == 0 {
                return std::task::Poll::Ready(None);
            }
            left -= 1;
            std::task::Poll::Pending
        })
        .await;
        drop(commit);
        if let Some(result) = outcome {
            result.expect("commits");
        }
        // An empty batch comes after whatever is still going on, and tells where we are.
        store.commit(Batch::default()).await.expect("commits");
        let engine = store.last_engine_sequence();
        assert!(engine + 1 == next || engine + 1 == next + 4, "after {polls} polls: {engine}");
        next = engine + 1;
    }
    assert!(next > 4, "some commits came to their end");
    store.check(CheckDepth::Full).await.expect("sound");
}
